"""Speaking through the user's browser: which browser, which room, one line at a time."""

from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from douyinbot.connectors.base import Accepted, Setup
from douyinbot.connectors.douyin.address import Address, is_loopback, parse_address
from douyinbot.errors import BrowserError, InvalidUniqueIdError

if TYPE_CHECKING:
    from douyinbot.connectors.browser.chrome import Chrome

__all__ = ["BrowserSender", "Browsers"]

MISSING = 'the sender "browser" needs Playwright: pip install "douyinbot[browser]"'


class Browsers:
    """The browsers that a bot speaks through, one connection to each, made when the first line is said.

    An async context manager: at its end it lets go of the browsers, which stay as they are.
    """

    def __init__(self) -> None:
        self._chromes: dict[str, Chrome] = {}

    def sender(self, setup: Setup) -> "BrowserSender":
        """Build the sender of a room. Nothing is attached to yet.

        Raises:
            ConfigError: the room is none that a browser can speak in, its `browser` is not an address of this
                computer, or Playwright is missing where lines are to be sent.
        """
        room = setup.room
        if room.connector != "douyin":
            raise setup.wrong(
                "sender",
                f'the sender "browser" speaks in rooms of the connector "douyin", not "{room.connector}"',
            )
        if not _is_ours(room.browser):
            raise setup.wrong(
                "browser",
                f'"{room.browser[:100]}" is not the debugging port of a browser on this computer; write it '
                'as "http://127.0.0.1:9222"',
            )
        try:
            address = parse_address(room.url)
        except InvalidUniqueIdError as error:
            raise setup.wrong("url", str(error)) from error
        if room.send != "dry" and find_spec("playwright") is None:
            raise setup.wrong("sender", MISSING)
        return BrowserSender(self, room.browser.rstrip("/"), address)

    def chrome(self, address: str) -> "Chrome":
        """Return the browser behind a debugging port.

        Raises:
            BrowserError: Playwright is missing.
        """
        if address not in self._chromes:
            try:  # takes a tenth of a second, which only those pay that speak through a browser
                from douyinbot.connectors.browser.chrome import Chrome
            except ImportError as error:
                raise BrowserError(MISSING) from error
            self._chromes[address] = Chrome(address)
        return self._chromes[address]

    async def __aenter__(self) -> "Browsers":
        return self

    async def __aexit__(self, *_: object) -> None:
        for chrome in self._chromes.values():
            await chrome.close()
        self._chromes.clear()


class BrowserSender:
    """Says lines in one room."""

    def __init__(self, browsers: Browsers, browser: str, room: Address) -> None:
        self._browsers = browsers
        self._browser = browser
        self._room = room

    async def send(self, text: str) -> Accepted:
        """Type a line into the room's page and submit it, once.

        Raises:
            BrowserError: the browser, the page or its chat box is not to be had; nothing was said.
            UnconfirmedError: it was submitted, but the page's answer was not seen.
            SendError: the platform refused it, or the page says why nobody can write.
        """
        return await self._browsers.chrome(self._browser).say(self._room, text)


def _is_ours(address: str) -> bool:
    """Whether an address is a port of this computer: whoever has the port has the browser and its logins."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and parts.path in ("", "/")
    return parts.scheme == "http" and is_loopback(parts.hostname or "") and bool(port) and plain
