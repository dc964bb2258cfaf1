"""Commands in the chat by which the streamer decides: `!pending`, `!approve`, `!reject`, and so on.

They belong to the bot itself, so that no plugin can take them away, and no decision about plugins can.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Literal

from douyinbot.core.commands.marks import command, marks_of
from douyinbot.core.commands.switching import ORDERS
from douyinbot.core.commands.table import Command
from douyinbot.core.context import Context
from douyinbot.core.control import Control, Refused
from douyinbot.core.journal import Entry
from douyinbot.core.plugins.host import Plugin
from douyinbot.errors import DouyinbotError
from douyinbot.outbox import State
from douyinbot.outbox.lines import Cause

__all__ = ["ORDERS", "orders"]

Function = Callable[..., Any]

MOST_SHOWN = 5
STATUS: Mapping[str, str] = {"on": "开", "off": "关", "resting": "休息", "failed": "坏了"}
REASONS: Mapping[str, str] = {
    Cause.EMPTY: "没有内容",
    Cause.FILTERED: "被过滤",
    Cause.DUPLICATE: "刚说过同样的话",
    Cause.LOOP: "一直说同样的话，先停十分钟",
    Cause.FULL: "要说的话太多",
    Cause.EXPIRED: "等太久了",
    Cause.REPLACED: "换成了更新的一句",
    Cause.REJECTED: "没有同意",
    Cause.PART: "前半句没说成",
    Cause.STOPPED: "账号停止发言了，!resume 恢复",
    Cause.MUTED: "账号被禁言",
    Cause.ENDED: "直播结束了",
    Cause.NO_ROOM: "不在这个直播间",
    Cause.NO_SENDER: "这个直播间不能发言",
    Cause.CLOSED: "机器人要停了",
    State.FAILED: "平台没有接受",
    State.UNKNOWN: "平台没有回答，不知道说没说",
    "cooldown": "命令还在冷却",
    "role": "没有权限",
    "off": "在这个直播间关着",
    "quiet": "运行了，但没话说",
    "history": "进直播间以前的消息，不回答",
    "own": "是机器人自己说的",
    "resting": "插件出错太多，在休息",
    "overflow": "插件太忙，没收到",
    "error": "插件出错了",
}
"""What is said in the chat for each cause in the journal."""


def orders(control: Control) -> Plugin:
    """Return the commands of the streamer as a plugin."""
    return _plugin(*_decisions(control), *_questions(control))


def _decisions(control: Control) -> tuple[Function, ...]:
    """Which lines go out, and whether any do?"""

    @command("pending", aliases=["待审"], role="owner", hidden=True)
    def pending(ctx: Context) -> str:
        "等待同意的话"
        lines = control.pending(ctx.room.id)
        shown = " ".join(line.id for line in lines[:MOST_SHOWN])
        more = " …" if len(lines) > MOST_SHOWN else ""
        return f"待审 {len(lines)} 句: {shown}{more}" if lines else "没有待审的话"

    @command("approve", aliases=["同意"], role="owner", hidden=True)
    def approve(ctx: Context, id: str) -> str | None:
        "同意一句话: !approve L17，全部: !approve all"
        try:
            return None if control.approve(id, ctx.room.id) else "没有待审的话"
        except Refused:
            return f"没有待审的 {id}"

    @command("reject", aliases=["不同意"], role="owner", hidden=True)
    def reject(ctx: Context, id: str, *, why: str = "") -> str | None:
        "不同意一句话: !reject L17，全部: !reject all"
        try:
            return None if control.reject(id, why, ctx.room.id) else "没有待审的话"
        except Refused:
            return f"没有待审的 {id}"

    @command("pause", aliases=["闭嘴"], role="owner", hidden=True)
    def pause(ctx: Context) -> None:
        "机器人不再说话，直到 !resume"
        control.pause(ctx.room.id, "the streamer paused it in the chat")

    @command("resume", aliases=["说话"], role="owner", hidden=True)
    def resume(ctx: Context) -> str:
        "机器人重新说话"
        control.resume(ctx.room.id)
        return "好的，我可以说话了"

    return pending, approve, reject, pause, resume


def _questions(control: Control) -> tuple[Function, ...]:
    """Why was that not said, and how are the plugins?"""

    @command("why", aliases=["为什么"], role="admin", hidden=True)
    def why(ctx: Context, *, words: str = "") -> str:
        "为什么没说: !why，或 !why L17，或 !why 那句话里的字"
        entries = control.why(words, ctx.room.id)
        found = [entry for entry in entries if entry.unsaid and entry.plugin != ORDERS]
        return _reason(found[-1]) if found else "没有没说的话"

    @command("plugin", aliases=["插件"], role="owner", hidden=True)
    async def plugin(
        ctx: Context,
        name: str = "",
        what: Literal["on", "off", "reload"] | None = None,
        where: Literal["here", "本房"] | None = None,
    ) -> str:
        "插件开关: !plugin dice on|off|reload，只在这个直播间: !plugin dice off here"
        if what is None:
            states = [state for state in control.plugins() if name in ("", state.name)]
            return " ".join(f"{state.name}:{STATUS[state.status]}" for state in states) or f"没有插件 {name}"
        room = ctx.room.id if where is not None else ""
        change, done = {
            "on": (partial(control.enable, name, room), "开了"),
            "off": (partial(control.disable, name, room), "关了"),
            "reload": (partial(control.reload, name), "重新加载了"),
        }[what]
        return await _changed(ctx, name, change, done)

    @command("command", aliases=["命令开关"], role="owner", hidden=True)
    async def one_command(ctx: Context, name: str = "", what: Literal["on", "off"] | None = None) -> str:
        "命令开关，只在这个直播间: !command dice on|off"
        off = control.commands_off(ctx.room.id)
        if not name:
            return f"关着的命令: {' '.join(off)}" if off else "没有关着的命令"
        if what is None:
            return f"{name} {'关着' if name in off else '开着'}"
        change = partial(control.switch_command, name, ctx.room.id, on=what == "on")
        return await _changed(ctx, name, change, "开了" if what == "on" else "关了")

    return why, plugin, one_command


async def _changed(ctx: Context, name: str, change: Callable[[], Awaitable[Any]], done: str) -> str:
    try:
        await change()
    except DouyinbotError as error:
        ctx.log.warning("%s in the chat: %s", name, error)
        return f"{name} 没有{done}，原因见终端"
    return f"{name} {done}"


def _reason(entry: Entry) -> str:
    """Say in a few words what kept a line from being said; nothing that a viewer wrote is repeated."""
    return f"{entry.line or entry.handler}: {REASONS.get(entry.cause, entry.cause)}"


def _plugin(*functions: Function) -> Plugin:
    plugin = Plugin(ORDERS, module=None, origin="douyinbot")
    for function in functions:
        plugin.commands += [Command(mark, function, ORDERS) for mark in marks_of(function)[0]]
    return plugin
