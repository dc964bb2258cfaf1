"""Pages of other forms than the simulator's: older boxes, ones in use, ones that cut text or do not send."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

pytest.importorskip("playwright", reason="NOT CHECKED in a real browser: playwright is not installed")

from douyinbot.connectors.browser import chatbox
from douyinbot.connectors.browser.chrome import Chrome
from douyinbot.connectors.douyin.address import Address
from douyinbot.errors import BrowserError, InvalidSessionError, SendError, TooFastError, UnconfirmedError
from douyinbot.webcast.douyin import query

SEND = (
    f"const say = (text) => fetch('{query.CHAT}?type=0&content=' + encodeURIComponent(text)).catch(() => 0);"
    "addEventListener('keydown', (e) => { if (e.key !== 'Enter') return; e.preventDefault();"
    "  say(e.target.value ?? e.target.innerText); e.target.value = ''; e.target.textContent = ''; });"
)
POSTED = SEND.replace(
    f"fetch('{query.CHAT}?type=0&content=' + encodeURIComponent(text))",
    f"fetch('{query.CHAT}', {{method: 'POST', body: new URLSearchParams({{content: text}})}})",
)
TEXTAREA = '<div class="webcast-chatroom"><textarea class="webcast-chatroom___textarea"></textarea></div>'
ANSWER = json.dumps({"status_code": 0, "data": {"msg_id": 5, "user": {"id_str": "7"}}})


class Site:
    """A site with one room, whose page the test writes."""

    def __init__(self) -> None:
        self.body = ""
        self.script = SEND
        self.said: list[str] = []
        self.address = ""
        self.hangs_up = False

    @property
    def room(self) -> Address:
        return Address("room", self.address)

    async def page(self, request: web.Request) -> web.Response:
        html = f"<!DOCTYPE html><meta charset=utf-8><body>{self.body}<script>{self.script}</script></body>"
        return web.Response(text=html, content_type="text/html")

    async def chat(self, request: web.Request) -> web.Response:
        fields = {**request.query, **await request.post()}
        self.said.append(str(fields["content"]))
        if self.hangs_up:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(text=ANSWER, content_type="application/json")


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    one, app = Site(), web.Application()
    app.router.add_get("/room", one.page)
    app.router.add_get(query.CHAT, one.chat)
    app.router.add_post(query.CHAT, one.chat)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield one
    finally:
        await runner.cleanup()


@pytest.fixture
def stage(browser: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A site, a browser and what speaks through it: `async with stage() as (site, chromium, chrome)`."""
    # Real seconds, of which a page needs hardly any here.
    for name, seconds in {
        "APPEAR": 0.3,
        "DRAFT": 0.2,
        "SETTLE": 0.1,
        "ANSWER": 0.6,
        "CLICK": 0.5,
        "TAKE": 0.3,
    }.items():
        monkeypatch.setattr(chatbox, name, seconds)

    @asynccontextmanager
    async def set_up() -> AsyncIterator[Any]:
        async with site() as one, browser() as chromium:
            chrome = Chrome(chromium.address)
            try:
                yield one, chromium, chrome
            finally:
                await chrome.close()

    return set_up


BOXES = [
    TEXTAREA,
    '<div class="webcast-chatroom___input-container"><textarea></textarea></div>',
    '<div class="zone-container editor-kit-container" contenteditable="true" style="height:2em"></div>',
    '<div class="webcast-chatroom___input"><div contenteditable="plaintext-only">\u200b</div></div>',
    '<div id="chatInput"><textarea></textarea></div>',
    '<textarea placeholder="与大家互动一下..."></textarea>',
    f'<div style="display:none">{TEXTAREA}</div><div id="chatInput"><textarea></textarea></div>',
    f"{TEXTAREA.replace('></t', ' disabled></t')}<div id='chatInput'><textarea></textarea></div>",
]


async def test_boxes_of_every_form_are_found(stage: Any) -> None:
    async with stage() as (site, chromium, chrome):
        tab = await chromium.open(f"{site.address}/room")
        for number, body in enumerate(BOXES):
            site.body, site.script = body, (SEND, POSTED)[number % 2]
            await chromium.load(tab, f"{site.address}/room?{number}")
            accepted = await chrome.say(site.room, f"你好 {number} a&b=c#d")
            assert (accepted.message_id, accepted.account_id) == ("5", "7")
        # A page may send what its editor has put before the text; ours does.
        said = [text.replace("\u200b", "") for text in site.said]
        assert said == [f"你好 {number} a&b=c#d" for number in range(len(BOXES))]


async def test_a_text_that_somebody_has_begun_is_left_alone(stage: Any) -> None:
    async with stage() as (site, chromium, chrome):
        site.body = TEXTAREA
        tab = await chromium.open(f"{site.address}/room")
        await chromium.evaluate(tab, "document.querySelector('textarea').value = '大'")
        with pytest.raises(BrowserError, match="somebody has begun a text"):
            await chrome.say(site.room, "大家好")
        assert await chromium.evaluate(tab, "document.querySelector('textarea').value") == "大"
        await chromium.evaluate(tab, "void (document.querySelector('textarea').value = '')")
        await chrome.say(site.room, "大家好")
        assert site.said == ["大家好"]


async def test_a_line_typed_by_hand_meanwhile_is_another_line(stage: Any) -> None:
    async with stage() as (site, _, chrome):
        site.body = TEXTAREA
        # Its own request goes first, and its answer comes first.
        site.script = SEND.replace("e.preventDefault();", "e.preventDefault(); say('by hand');")
        assert (await chrome.say(site.room, "大家好")).message_id == "5"
        assert sorted(site.said) == ["by hand", "大家好"]


UNUSABLE: list[tuple[str, type[SendError], str]] = [
    ("<p>直播</p>", BrowserError, "shows no chat box"),
    (TEXTAREA.replace("></t", " disabled></t"), BrowserError, "shows no chat box"),
    (TEXTAREA.replace("></t", ' disabled placeholder="登录后参与互动"></t'), InvalidSessionError, "Log in"),
    (TEXTAREA.replace("></t", " maxlength=3></t"), BrowserError, "took only 3 of 6 characters"),
    (TEXTAREA + '<div style="position:fixed;inset:0">登录</div>', BrowserError, "lies over its chat box"),
    # What viewers write is no reason.
    ('<div class="webcast-chatroom"><ol><li>请先登录<li>你已被禁言</ol></div>', BrowserError, "no chat box"),
]


async def test_a_box_that_cannot_be_used_says_why(stage: Any) -> None:
    async with stage() as (site, chromium, chrome):
        tab = await chromium.open(f"{site.address}/room")
        for number, (body, kind, words) in enumerate(UNUSABLE):
            site.body = body
            await chromium.load(tab, f"{site.address}/room?{number}")
            with pytest.raises(kind, match=words):
                await chrome.say(site.room, "大家好大家好")
            assert not await chromium.evaluate(tab, "document.querySelector('textarea')?.value")
        assert site.said == []


async def test_a_line_that_the_page_does_not_send_is_taken_back(stage: Any) -> None:
    async with stage() as (site, chromium, chrome):
        site.body, site.script = (
            TEXTAREA,
            "addEventListener('keydown', (e) => e.key === 'Enter' && e.preventDefault())",
        )
        tab = await chromium.open(f"{site.address}/room")
        with pytest.raises(BrowserError, match="did not send the line"):
            await chrome.say(site.room, "大家好")
        assert await chromium.evaluate(tab, "document.querySelector('textarea').value") == ""
        await chromium.evaluate(
            tab, "void (document.body.insertAdjacentHTML('beforeend', '<p role=alert>操作太快啦'))"
        )
        with pytest.raises(TooFastError, match="操作太快啦"):
            await chrome.say(site.room, "大家好")
        assert site.said == []


async def test_a_line_that_goes_an_unknown_way_is_unconfirmed(stage: Any) -> None:
    async with stage() as (site, _, chrome):
        site.body, site.script = TEXTAREA, SEND.replace(query.CHAT, "/other")
        with pytest.raises(UnconfirmedError, match="was not seen to send it"):
            await chrome.say(site.room, "大家好")


async def test_a_request_that_is_cut_off_leaves_a_line_unconfirmed(stage: Any) -> None:
    async with stage() as (site, _, chrome):
        site.body, site.hangs_up = TEXTAREA, True
        with pytest.raises(UnconfirmedError, match="cut off"):
            await chrome.say(site.room, "大家好")
        # The browser's own network code may knock several times before it gives up; nothing else does.
        assert set(site.said) == {"大家好"}


async def test_codes_that_become_pictures_are_no_lost_text(stage: Any) -> None:
    async with stage() as (site, _, chrome):
        site.body = '<div class="editor-kit-container" contenteditable="true" style="height:2em"></div>'
        site.script = (
            "let typed; addEventListener('input', (e) => { typed = e.data; e.target.innerHTML = '<img>'; });"
            + SEND.replace("e.target.value ?? e.target.innerText", "typed")
        )
        await chrome.say(site.room, "[比心]")
        assert site.said == ["[比心]"]
