"""Commands that are added from the chat, as a third party would test them."""

import pytest


@pytest.fixture
def admin(bot):
    return bot.user("房管", "admin")


async def test_a_moderator_adds_changes_and_removes_a_command(bot, admin):
    await bot.load("douyinbot_text_commands")
    assert await bot.chat("!addcom 歌单 今天唱 晴天", user=admin) == ["命令 歌单 加上了"]
    assert await bot.chat("！歌单") == ["今天唱 晴天"]
    assert await bot.chat("!addcom 歌单 今天唱 稻香", user=admin) == ["命令 歌单 改好了"]
    await bot.advance("10s")
    assert await bot.chat("!歌单") == ["今天唱 稻香"]
    assert await bot.chat("!comlist", user=admin) == ["加过的命令: 歌单"]
    assert await bot.chat("!delcom 歌单", user=admin) == ["命令 歌单 删掉了"]
    await bot.advance("10s")
    assert await bot.chat("!歌单") == []
    assert await bot.chat("!comlist", user=admin) == ["加过的命令: 还没有"]


async def test_viewers_cannot(bot):
    await bot.load("douyinbot_text_commands")
    assert await bot.chat("!addcom 歌单 坏话") == []
    assert await bot.chat("!歌单") == []


async def test_variables_work_and_what_viewers_write_stays_a_text(bot, admin):
    await bot.load("douyinbot_text_commands")
    await bot.chat("!addcom 抱 $(user) 抱了抱 $(1)", user=admin)
    assert await bot.chat("!抱 $(count)", user="小红") == ["小红 抱了抱 $(count)"]


async def test_an_unknown_variable_or_a_taken_name_is_refused(bot, admin):
    await bot.load("douyinbot_text_commands")
    for name, text in {"抱": "$(usr)", "addcom": "你好"}.items():
        answer = await bot.chat(f"!addcom {name} {text}", user=admin)
        assert answer == [f"{name} 没有加上: 名字已被占用，或内容里有未知变量"]
    assert await bot.store("text_commands").keys() == []


async def test_a_change_that_is_refused_leaves_the_command_as_it_was(bot, admin):
    await bot.load("douyinbot_text_commands")
    await bot.chat("!addcom 抱 抱抱", user=admin)
    await bot.chat("!addcom 抱 $(usr)", user=admin)
    assert await bot.chat("!抱") == ["抱抱"]


async def test_they_come_back_with_the_plugin(bot, admin):
    await bot.load("douyinbot_text_commands")
    await bot.chat("!addcom 歌单 今天唱 晴天", user=admin)
    await bot.store("text_commands").set("text:坏", "$(gone)")
    await bot.engine.unload("text_commands")
    assert await bot.chat("!歌单") == []
    await bot.load("douyinbot_text_commands")
    assert await bot.chat("!歌单") == ["今天唱 晴天"]
    assert await bot.chat("!comlist", user=admin) == ["加过的命令: 歌单"]


async def test_there_is_room_for_so_many(bot, admin):
    await bot.load("douyinbot_text_commands", most=1)
    await bot.chat("!addcom 一 一", user=admin)
    assert await bot.chat("!addcom 二 二", user=admin) == ["最多 1 个命令，先用 !delcom 删掉一些"]
    assert await bot.chat("!delcom 三", user=admin) == ["没有加过命令 三"]


async def test_each_rests_after_use(bot, admin):
    await bot.load("douyinbot_text_commands", cooldown="5s")
    await bot.chat("!addcom 一 一$(count n)", user=admin)
    assert await bot.chat("!一") == ["一1"]
    assert await bot.chat("!一", user="小红") == []
    await bot.advance("5s")
    assert await bot.chat("!一", user="小红") == ["一2"]
