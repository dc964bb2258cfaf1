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
    "provider": lambda setup, room, browsers: _by_provider(setup, room),
    "browser": lambda setup, room, browsers: browsers.sender(setup),
}
"""What each makes of a room, of whoever speaks for its connector, and of the bot's browsers.

Plugins add others under names of their own.
"""


def _by_provider(setup: Setup, room: Sender) -> Sender:
    """Return the room's own connector: it knows its sign provider, and refuses to be built without one.

    Raises:
        ConfigError: the room is none that a provider can speak in.
    """
    if setup.room.connector != "tiktok":
        raise setup.wrong(
            "sender",
            f'the sender "provider" speaks in rooms of the connector "tiktok", not "{setup.room.connector}"',
        )
    return room


def account_of(room: Room) -> str:
    """Return what rooms must have in common to speak with one account, and so at one pace."""
    if room.sender == "provider" and room.cookies is None:  # the account is that of the provider's token
        return f"provider:{room.options.get('provider')}"
    if room.sender == "browser":
        return f"browser:{room.browser.rstrip('/')}"
    return f"{room.connector}:{room.cookies}" if room.cookies is not None else f"room:{room.id}"
