"""One running browser of the user's: attach to it, find the room's tab, say a line there."""

import asyncio
import logging
from contextlib import suppress
from urllib.parse import urlsplit

import aiohttp
import msgspec
from playwright.async_api import Browser, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from douyinbot.connectors.browser import chatbox
from douyinbot.connectors.douyin.address import SITE, Address
from douyinbot.errors import BrowserError, InvalidSessionError
from douyinbot.webcast.chat_answer import Accepted

__all__ = ["Chrome"]

log = logging.getLogger(__name__)

# With the times of `chatbox` less than the 30 s that the outbox waits for a sender.
REACH = 12.0
"""Seconds in which the room's tab must be there, of which:"""
KNOCK, ATTACH, OPEN = 2.0, 5.0, 7.0
"""the debugging port's answer, the browser's, and the loading of a tab."""
LET_GO = 1.0
_START = (
    "Start your own Chrome with its debugging port open, and log in there (docs/operations.md, Speaking "
    "through your browser)"
)


class _Version(msgspec.Struct):
    """`/json/version` of a debugging port."""

    socket: str = msgspec.field(name="webSocketDebuggerUrl")


class Chrome:
    """A browser that the user has started.

    Args:
        address: of its debugging port, `http://127.0.0.1:9222`.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        # Tab and keyboard are one person's: one line at a time, whichever room it is for.
        self._one_at_a_time = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        # A tab that we opened may lead elsewhere: `/some_name` to `/516466932480`.
        self._opened: dict[Address, tuple[Page, str]] = {}

    async def say(self, room: Address, text: str) -> Accepted:
        """Say a line in a room's tab; without one, a tab is opened.

        Raises:
            SendError: as `BrowserSender.send`.
        """
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(REACH):
                    page = await self._tab(await self._attach(), room)
            except TimeoutError as error:
                raise BrowserError(f"the browser at {self.address} does not react. Look at it") from error
            except PlaywrightError as error:
                raise BrowserError(
                    f"the browser at {self.address}, or its tab, was closed just now ({_kind(error)}); "
                    "nothing was said. Open the room in it again"
                ) from error
            try:
                return await chatbox.say(page, text)
            except InvalidSessionError as error:  # the usual advice is about cookies, of which we have none
                raise InvalidSessionError(
                    f"nobody who may chat is logged in in the browser at {self.address}. Log in there, write "
                    "a line by hand, and start the bot again"
                ) from error

    async def close(self) -> None:
        """Let go of the browser. It goes on running, with all its tabs."""
        browser, playwright, self._browser, self._playwright = self._browser, self._playwright, None, None
        self._opened.clear()
        # Ctrl-C ends Playwright's own process as well, which then has no answer.
        with suppress(Exception):
            async with asyncio.timeout(LET_GO):
                if browser is not None:
                    await browser.close()  # of one that we are attached to: the connection only
        with suppress(Exception):
            async with asyncio.timeout(LET_GO):
                if playwright is not None:
                    await playwright.stop()

    async def _attach(self) -> Browser:
        if self._browser is not None and self._browser.is_connected():
            return self._browser
        socket = await self._knock()
        await self.close()
        try:
            self._playwright = await async_playwright().start()
            # No defaults: the user's browser stays as it is, and a hidden tab says that it is hidden.
            self._browser = await self._playwright.chromium.connect_over_cdp(
                socket, timeout=ATTACH * 1000, no_defaults=True
            )
        except PlaywrightError as error:
            await self.close()
            raise BrowserError(
                f"the browser at {self.address} cannot be attached to: {_kind(error)}. Is a tab stuck in it?"
            ) from error
        log.info("attached to the browser at %s", self.address)
        return self._browser

    async def _knock(self) -> str:
        """Ask the port for the address of its socket, which is on the same port whatever it says.

        Not left to Playwright, which would ask a proxy of the environment.
        """
        patience = aiohttp.ClientTimeout(total=KNOCK)
        try:
            async with aiohttp.ClientSession(timeout=patience, trust_env=False) as http:
                async with http.get(f"{self.address}/json/version", allow_redirects=False) as answer:
                    version = msgspec.json.decode(await answer.content.read(64 * 1024), type=_Version)
        except (aiohttp.ClientError, OSError) as error:
            raise BrowserError(f"no browser answers at {self.address}. {_START}") from error
        except msgspec.MsgspecError as error:
            raise BrowserError(
                f"what answers at {self.address} is not a browser's debugging port. {_START}"
            ) from error
        return f"ws://{urlsplit(self.address).netloc}{urlsplit(version.socket).path}"

    async def _tab(self, browser: Browser, room: Address) -> Page:
        """Return the room's tab, not hidden by another one."""
        if (known := self._known_tab(browser, room)) is not None:
            with suppress(PlaywrightError):
                return await _in_front(known)
            with suppress(PlaywrightError):  # it was just being loaded anew
                await known.wait_for_load_state("domcontentloaded", timeout=OPEN * 1000)
                return await _in_front(known)
            log.info("the tab of room %s has crashed or was just closed", room.name)
        return await _in_front(await self._open(browser, room))

    def _known_tab(self, browser: Browser, room: Address) -> Page | None:
        page, url = self._opened.get(room, (None, ""))
        if page is not None and not page.is_closed() and page.url == url:
            return page
        tabs = (page for context in browser.contexts for page in context.pages)
        return next((page for page in tabs if _shows(page.url, room)), None)

    async def _open(self, browser: Browser, room: Address) -> Page:
        if not browser.contexts:
            raise BrowserError(f"the browser at {self.address} has no window to open the room in. {_START}")
        page = await browser.contexts[0].new_page()
        try:
            await page.goto(_url(room), timeout=OPEN * 1000, wait_until="domcontentloaded")
        except PlaywrightError as error:
            with suppress(PlaywrightError):  # else every further line would leave a tab behind
                await page.close()
            raise BrowserError(
                f"the page of room {room.name} does not open in the browser ({_kind(error)}). Open it there "
                "yourself"
            ) from error
        self._opened[room] = page, page.url
        return page


def _url(room: Address) -> str:
    return f"{room.endpoint.rstrip('/')}/{room.name}"


def _shows(url: str, room: Address) -> bool:
    """Whether an address is the room's page: `/ROOM`, or on the main site `/follow/live/ROOM`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    path = parts.path.rstrip("/")
    if f"{parts.scheme}://{parts.netloc}" == room.endpoint.rstrip("/"):
        return path == f"/{room.name}"
    ways = (f"/follow/live/{room.name}", f"/root/live/{room.name}")
    return room.endpoint == SITE and parts.netloc == "www.douyin.com" and path in ways


async def _in_front(page: Page) -> Page:
    """Bring a hidden tab to the front: the platform shows nobody what a hidden page sends (2026-07)."""
    if await page.evaluate("document.hidden"):
        await page.bring_to_front()
    return page


def _kind(error: PlaywrightError) -> str:
    """Return what an error is. Not its text: that may hold whole addresses, with what is secret in them."""
    return type(error).__name__
