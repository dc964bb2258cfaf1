"""The chat box of a room's page: find it, type a line, submit it once, read what the platform answers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Request, Response

from douyinbot.connectors.backoff import retry_after
from douyinbot.errors import BrowserError, RoomEndedError, SendError, UnconfirmedError
from douyinbot.webcast.chat_answer import Accepted, parse_chat_answer, refusal_in_words
from douyinbot.webcast.douyin import query

__all__ = ["LAYOUT", "Layout", "say"]

log = logging.getLogger(__name__)

READY, TYPE, ANSWER, TIDY = 7.0, 2.0, 6.0, 0.8
"""Seconds in which the box must be ready, a line be typed, be answered, or be taken out of the box again."""
APPEAR, DRAFT, SETTLE, CLICK, TAKE = 5.0, 3.0, 1.0, 2.0, 1.0
"""Seconds for the box to appear, for somebody's own text in it to go, for words in place of the box to count,
for a click to reach the box, for the text to show in it."""
LOOK_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are on a room's page: CSS selectors, the most exact first."""

    boxes: tuple[str, ...]
    notices: tuple[str, ...]
    """What stands around the box, or in its place where nobody may write. Viewers' lines are not in it."""
    toasts: tuple[str, ...]
    """Where a page says what is wrong."""


# As public projects name them: the editable element 2025-2026, the textarea 2022-2024. The last ones are for
# a page whose names have changed again.
LAYOUT = Layout(
    boxes=(
        '[class*="webcast-chatroom___input"] [contenteditable]',
        '[contenteditable][class*="editor-kit"]',
        "textarea.webcast-chatroom___textarea",
        '[class*="webcast-chatroom___input"] textarea',
        "#chatInput textarea, #chatInput [contenteditable]",
        'textarea[placeholder*="互动"], textarea[placeholder*="说点什么"]',
    ),
    notices=(
        '[class*="webcast-chatroom___input"]',
        "#chatInput",
    ),
    toasts=('[role="alert"]', '[class*="toast" i]'),
)

_LOOK = """(layout) => {
    const shown = (element) => element.getClientRects().length > 0
        && getComputedStyle(element).visibility !== "hidden";
    const locked = (box) => box.disabled || box.readOnly || box.getAttribute("aria-disabled") === "true"
        || box.getAttribute("contenteditable") === "false";
    const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
    const words = (element) => [element.innerText, element.placeholder, element.dataset?.placeholder]
        .filter(Boolean).join(" ").slice(0, 200);
    const told = (selectors) => selectors.flatMap(all).map(words);
    for (const selector of layout.boxes)
        for (const box of all(selector))
            if (!locked(box))
                return {
                    selector, text: box.value ?? box.innerText, pictures: box.querySelector("img") !== null,
                    notices: [], toasts: told(layout.toasts),
                };
    return {notices: [...layout.boxes.flatMap(all).map(words), ...told(layout.notices)],
        toasts: told(layout.toasts), ended: /直播已结束|暂未开播/.test(document.body?.innerText)};
}"""


class _Sight(msgspec.Struct):
    """What is seen on the page."""

    selector: str = ""
    """The box that can be written in; "" without one."""
    text: str = ""
    pictures: bool = False
    """The box turns codes such as `[比心]` into pictures, so that its text is not all that was typed."""
    notices: list[str] = []
    toasts: list[str] = []
    ended: bool = False

    @property
    def draft(self) -> str:
        return _plain(self.text)


@dataclass(slots=True)
class _Traffic:
    """What became of a submitted line, as far as the page's own traffic tells."""

    asked: bool
    response: asyncio.Future[Response | None]
    """None where request or page are gone."""


async def say(page: Page, text: str, layout: Layout = LAYOUT) -> Accepted:
    """Type a line into the page's chat box, press Enter once, and return the platform's answer.

    Raises:
        BrowserError: no box, a box with somebody's own text, a page that closed; nothing was submitted.
        InvalidSessionError: the page's visitor is not logged in.
        UnconfirmedError: it was submitted, and no answer was seen.
        SendError: the platform or the page refused the line.
    """
    with _nothing_was_said():
        async with asyncio.timeout(READY):
            box = await _free_box(page, layout)
            await page.locator(box).filter(visible=True).first.click(timeout=CLICK * 1000)
    said = False
    try:
        with _nothing_was_said():
            async with asyncio.timeout(TYPE):
                await page.keyboard.insert_text(text)
                await _check_typed(page, text, layout)
        accepted = await _submit(page, text, layout)
        said = True
        return accepted
    finally:
        if not said:  # or the next Enter in the box would say it
            await _tidy(page, text, layout)


@contextmanager
def _nothing_was_said() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise BrowserError("the room's page does not react. Load it anew in your browser") from error
    except PlaywrightError as error:
        raise BrowserError(
            f"the line could not be typed into the room's page ({type(error).__name__}): the tab was closed, "
            "or something lies over its chat box. Look at it in your browser; nothing was said"
        ) from error


async def _submit(page: Page, text: str, layout: Layout) -> Accepted:
    try:
        async with _traffic(page, text) as traffic:
            await page.keyboard.press("Enter")
            return await _answer(page, text, layout, traffic)
    except PlaywrightError as error:
        raise UnconfirmedError("the page was closed before the platform's answer came") from error


async def _look(page: Page, layout: Layout) -> _Sight:
    seen: Any = await page.evaluate(
        _LOOK, {"boxes": layout.boxes, "notices": layout.notices, "toasts": layout.toasts}
    )
    return msgspec.convert(seen, _Sight)


async def _free_box(page: Page, layout: Layout) -> str:
    """Return the selector of the chat box, once it is there and empty."""
    waited = 0.0
    while (sight := await _look(page, layout)).draft or not sight.selector:
        if sight.selector and waited >= DRAFT:
            raise BrowserError(
                "somebody has begun a text in the page's chat box; the bot leaves it alone. Send or clear it"
            )
        # A page that is still loading may say for a moment that nobody is logged in.
        if not sight.selector and waited >= SETTLE and (refusal := _refusal(sight.notices)) is not None:
            raise refusal
        if not sight.selector and waited >= APPEAR:
            raise (
                RoomEndedError("the stream has ended, says its page")
                if sight.ended
                else BrowserError(_NO_BOX)
            )
        await asyncio.sleep(LOOK_EVERY)
        waited += LOOK_EVERY
    return sight.selector


_NO_BOX = (
    "the room's page shows no chat box. Look at the tab in your browser: close what lies over it, log in, or "
    "load it anew. If the box is there, douyinbot does not know this form of the page yet"
)


def _refusal(words: list[str]) -> SendError | None:
    """Return what the page's own words mean, the nearest to the box first."""
    return next((error for text in words if (error := refusal_in_words(" ".join(text.split())))), None)


async def _check_typed(page: Page, text: str, layout: Layout) -> None:
    sight, waited = await _look(page, layout), 0.0
    while not sight.draft and not sight.pictures and waited < TAKE:  # some editors take a moment
        await asyncio.sleep(LOOK_EVERY)
        waited += LOOK_EVERY
        sight = await _look(page, layout)
    if not sight.draft and not sight.pictures:
        raise BrowserError("the chat box took no text. Click into it once in your browser, then try again")
    if not sight.pictures and sight.draft != _plain(text):
        raise BrowserError(
            f"the chat box took only {len(sight.draft)} of {len(text)} characters, so the line was not sent. "
            "Try a smaller `max_length` in `[send]`"
        )


@asynccontextmanager
async def _traffic(page: Page, text: str) -> AsyncIterator[_Traffic]:
    """Watch the page's own requests for the one that says the line."""
    traffic = _Traffic(asked=False, response=asyncio.get_running_loop().create_future())

    def asked(request: Request) -> None:
        traffic.asked = traffic.asked or _says(request, text)

    def answered(response: Response) -> None:
        if not traffic.response.done() and _says(response.request, text):
            traffic.response.set_result(response)

    def lost(request: Request) -> None:
        if _says(request, text):
            closed()

    def closed(*_: object) -> None:
        if not traffic.response.done():
            traffic.response.set_result(None)

    listeners = {
        "request": asked,
        "response": answered,
        "requestfailed": lost,
        "close": closed,
        "crash": closed,
    }
    emitter: Any = page  # its type knows one signature for each event, not a table of them
    for event, listener in listeners.items():
        emitter.on(event, listener)
    try:
        yield traffic
    finally:
        for event, listener in listeners.items():
            emitter.remove_listener(event, listener)
        traffic.response.cancel()


def _says(request: Request, text: str) -> bool:
    """Whether a request is the page's own way of saying this line; a line typed by hand is another one."""
    parts = urlsplit(request.url)
    if parts.path.rstrip("/") != query.CHAT.rstrip("/"):
        return False
    form = request.post_data if request.method == "POST" else ""
    content = parse_qs(parts.query).get("content") or parse_qs(form or "").get("content")
    return not content or _plain(content[0]) == _plain(text)


async def _answer(page: Page, text: str, layout: Layout, traffic: _Traffic) -> Accepted:
    try:
        async with asyncio.timeout(ANSWER):
            response = await traffic.response
            if response is None:
                raise UnconfirmedError("the page's request was cut off before the platform's answer came")
            body = await response.body()
            wait = await response.header_value("retry-after")
    except TimeoutError:
        raise await _silence(page, text, layout, traffic) from None
    return parse_chat_answer(response.status, body, retry_after(wait or "", datetime.now(UTC)))


async def _silence(page: Page, text: str, layout: Layout, traffic: _Traffic) -> SendError:
    """Return what it means that no answer came."""
    if traffic.asked:
        return UnconfirmedError("the page sent the line, but the platform did not answer")
    try:
        async with asyncio.timeout(TIDY):
            sight = await _look(page, layout)
    except TimeoutError:
        return UnconfirmedError("the page does not react any more")
    if sight.draft != _plain(text):
        return UnconfirmedError("the page took the line, but was not seen to send it")
    return _refusal(sight.toasts) or BrowserError(
        "the page did not send the line: it is still in the chat box. Look at the tab in your browser"
    )


async def _tidy(page: Page, text: str, layout: Layout) -> None:
    """Take a line of ours out of the box."""
    with suppress(PlaywrightError, TimeoutError):
        async with asyncio.timeout(TIDY):
            sight = await _look(page, layout)
            if sight.pictures or (sight.draft and _plain(text).startswith(sight.draft)):
                box = page.locator(sight.selector).filter(visible=True).first
                await box.press("ControlOrMeta+a")
                await box.press("Delete")


def _plain(text: str) -> str:
    """Return a text as it compares: editors add line ends, and make spaces into ones that do not break."""
    return text.replace("\u200b", "").replace("\ufeff", "").replace("\xa0", " ").strip()
