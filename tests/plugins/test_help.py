"""The help command, as a third party would test it."""

from douyinbot import command


class Toy:
    name = "toy"

    @command("greet", "问候")
    def greet(self, ctx, who: str):
        "问候一个人: !greet 名字"

    @command("plain")
    def plain(self, ctx, number: int = 3):
        return "x"

    @command("ban", role="admin")
    def ban(self, ctx):
        return "x"

    @command("secret", hidden=True)
    def secret(self, ctx):
        return "x"


async def test_it_lists_what_one_may_use(bot):
    await bot.load(Toy())
    await bot.load("douyinbot_help")
    assert await bot.chat("!help") == ["命令: !greet !plain !help"]
    await bot.advance("5s")
    assert await bot.chat("！帮助", user="房管", role="admin") == ["命令: !ban !greet !plain !help"]


async def test_it_explains_one_command_by_any_of_its_names(bot):
    await bot.load(Toy())
    await bot.load("douyinbot_help")
    for number, line in enumerate(("!help greet", "!help 问候", "!help ！GREET")):
        await bot.advance("1m")
        assert await bot.chat(line, user=f"viewer{number}") == ["问候一个人: !greet 名字（也可以: 问候）"]


async def test_without_a_docstring_the_usage_is_the_help(bot):
    await bot.load(Toy())
    await bot.load("douyinbot_help")
    assert await bot.chat("!help plain") == ["!plain [number]"]


async def test_what_one_may_not_use_is_not_explained(bot):
    await bot.load(Toy())
    await bot.load("douyinbot_help")
    assert await bot.chat("!help ban") == ["没有命令 ban"]
