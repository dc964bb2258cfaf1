"""The senders that come with douyinbot, by the name that `sender` in bot.toml gives them."""

from collections.abc import Callable

from douyinbot.config import Room
from douyinbot.connectors.base import Setup
from douyinbot.connectors.browser import Browsers
from douyinbot.outbox import Sender

__all__ = ["SENDERS", "account_of"]

SENDERS: dict[str, Callable[[Setup, Sender, Browsers], Sender | None]] = {
    "http": lambda setup, room, browsers: room,  # the room's own connector
    "none": lambda setup, room, browsers: None,
    "browser": lambda setup, room, browsers: browsers.sender(setup),
}
"""What each makes of a room, of whoever speaks for its connector, and of the bot's browsers.

Plugins add others under names of their own.
"""


def account_of(room: Room) -> str:
    """Return what rooms must have in common to speak with one account, and so at one pace."""
    if room.sender == "browser":
        return f"browser:{room.browser.rstrip('/')}"
    return f"{room.connector}:{room.cookies}" if room.cookies is not None else f"room:{room.id}"
