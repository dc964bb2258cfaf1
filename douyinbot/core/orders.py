"""Commands in the chat by which the streamer decides: `!pending`, `!approve`, `!reject`, `!pause`, `!resume`.

They belong to the bot itself, so that no plugin can take them away, and no decision about plugins can.
"""

from collections.abc import Callable
from typing import Any

from douyinbot.core.commands import Command
from douyinbot.core.context import Context
from douyinbot.core.control import Control, Refused
from douyinbot.core.marks import command, marks_of
from douyinbot.core.plugins import Plugin

__all__ = ["ORDERS", "orders"]

ORDERS = "bot.control"
"""The name under which the bot itself answers. What it says was asked for, and needs no approval."""
MOST_SHOWN = 5


def orders(control: Control) -> Plugin:
    """Return the commands of the streamer as a plugin."""

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

    return _plugin(pending, approve, reject, pause, resume)


def _plugin(*functions: Callable[..., Any]) -> Plugin:
    plugin = Plugin(ORDERS, module=None, origin="douyinbot")
    for function in functions:
        plugin.commands += [Command(mark, function, ORDERS) for mark in marks_of(function)[0]]
    return plugin
