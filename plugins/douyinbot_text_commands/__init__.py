"""自定义命令: moderators add, change and remove commands that say a text, from the chat.

They are kept in the store and come back with the bot; variables are those of `[commands]`.
"""

from dataclasses import dataclass
from typing import Any

from douyinbot import Context, Duration, PluginError, command, hookimpl

KEY = "text:"


@dataclass
class Config:
    """`[plugins.text_commands]`"""

    cooldown: Duration = Duration(5)
    """How long each of these commands rests after use, in the room."""
    most: int = 200
    """So many can be added."""


@hookimpl
async def setup(ctx: Context) -> None:
    for key in await ctx.store.keys(KEY):
        name = key.removeprefix(KEY)
        try:
            put(ctx, name, await ctx.store.get(key))
        except PluginError as error:
            ctx.log.warning("the command %s of the chat cannot be used: %s", name, error)


@command("addcom", "加命令", role="admin", examples={"!addcom 歌单 今天唱 $(pick 晴天|稻香)": "加上了"})
async def add(ctx: Context, name: str, *, text: str) -> str:
    "加一个命令: !addcom <名字> <内容>"
    if name not in removers(ctx) and len(removers(ctx)) >= ctx.config.most:
        return f"最多 {ctx.config.most} 个命令，先用 !delcom 删掉一些"
    changed = name in removers(ctx)
    try:
        put(ctx, name, text)
    except PluginError as error:
        ctx.log.info("the command %s was not added: %s", name, error)
        return f"{name} 没有加上: 名字已被占用，或内容里有未知变量"
    await ctx.store.set(KEY + name, text)
    return f"命令 {name} {'改好了' if changed else '加上了'}"


@command("delcom", "删命令", role="admin")
async def delete(ctx: Context, name: str) -> str:
    "删一个命令: !delcom <名字>"
    remove = removers(ctx).pop(name, None)
    if remove is None:
        return f"没有加过命令 {name}"
    remove()
    await ctx.store.delete(KEY + name)
    return f"命令 {name} 删掉了"


@command("comlist", "命令列表", role="admin")
async def show(ctx: Context) -> str:
    "看看加了哪些命令: !comlist"
    return "加过的命令: " + ("、".join(removers(ctx)) or "还没有")


def removers(ctx: Context) -> dict[str, Any]:
    """What takes each added command away again, by its name."""
    found: dict[str, Any] = ctx.shared.setdefault("removers", {})
    return found


def put(ctx: Context, name: str, text: str) -> None:
    """Add a command, or change what it says.

    Raises:
        PluginError: the text has an unknown variable, or the name is taken.
    """
    template = ctx.check_template(text)

    async def speak(ctx: Context, *words: str) -> str:
        return await ctx.fill(template, words)

    if (remove := removers(ctx).pop(name, None)) is not None:
        remove()
    removers(ctx)[name] = ctx.add_command(
        name, speak, cooldown={"room": f"{ctx.config.cooldown:g}s"}, help=f"!{name}"
    )
