"""The pages in a real browser."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests import canaries

TOKEN = canaries.WEB_TOKEN
TEXTS = "[...document.querySelectorAll('#rows li')].map(row => row.textContent)"


@asynccontextmanager
async def overlay(home: Any, chromium: Any, query: str = "") -> AsyncIterator[str]:
    """Open the overlay in a tab, as OBS does, and wait until it watches."""
    key = home.server.guard.overlay_key
    tab = await chromium.open(f"{home.server.url}overlay?room=main{query}{f'#key={key}' if key else ''}")
    try:
        await chromium.wait(tab, "document.querySelector('#rows').dataset.open === 'true'")
        yield tab
    finally:
        await chromium.close(tab)
        await home.until(lambda: not home.server.feed.watchers)


@asynccontextmanager
async def dashboard(home: Any, chromium: Any, fragment: str = "") -> AsyncIterator[str]:
    tab = await chromium.open(home.server.url + fragment)
    try:
        await chromium.wait(tab, "document.querySelector('#online').textContent !== '正在连接'")
        yield tab
    finally:
        await chromium.close(tab)
        await home.until(lambda: not home.server.feed.watchers)


async def click(chromium: Any, tab: str, selector: str) -> None:
    await chromium.wait(tab, f"!!document.querySelector('{selector}')")
    await chromium.evaluate(tab, f"document.querySelector('{selector}').click()")


# ---- the overlay --------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", TOKEN], ids=["open", "key"])
async def test_the_overlay_shows_what_happens(house: Callable[..., Any], chromium: Any, token: str) -> None:
    async with house(token=token) as home, overlay(home, chromium, "&show=chat,follow,nonsense") as tab:
        home.emit("chat", user="小红", comment="晚上好")
        home.emit("member", user="小刚", action=1)
        home.emit("chat", user="小刚", comment="old", history=True)
        home.emit("chat", user="小刚", comment="elsewhere", room="asks")
        home.emit("follow", user="小刚", display_type="follow")
        await chromium.wait(tab, f"{TEXTS}.length === 2")
        assert await chromium.evaluate(tab, TEXTS) == ["小小红晚上好", "小小刚关注了主播"]


async def test_a_streak_is_one_row_that_counts(house: Callable[..., Any], chromium: Any) -> None:
    async with house() as home, overlay(home, chromium) as tab:
        gift = {"gift_name": "玫瑰", "diamond_count": 1, "gift_type": 1, "combo": True}
        for count in (1, 5, 3):
            home.emit("gift", group_id="9", repeat_count=count, total=count, **gift)
        home.emit("gift", group_id="10", repeat_count=2, total=2, **gift)
        await chromium.wait(tab, f"{TEXTS}.length === 2")
        assert await chromium.evaluate(tab, TEXTS) == ["小小明送出 玫瑰×5", "小小明送出 玫瑰×2"]


async def test_the_oldest_rows_go(house: Callable[..., Any], chromium: Any) -> None:
    async with house() as home, overlay(home, chromium, "&rows=3") as tab:
        for number in range(50):
            home.emit("chat", comment=f"line {number}")
        await chromium.wait(tab, f"{TEXTS}.at(-1)?.endsWith('line 49')")
        assert await chromium.evaluate(tab, f"{TEXTS}.length") == 3


async def test_rows_fade_if_they_should(house: Callable[..., Any], chromium: Any) -> None:
    async with house() as home, overlay(home, chromium, "&fade=0.05") as tab:
        home.emit("chat", comment="short")
        await chromium.wait(tab, f"{TEXTS}.length === 1")
        await chromium.wait(tab, f"{TEXTS}.length === 0")


async def test_what_is_withdrawn_goes(house: Callable[..., Any], chromium: Any) -> None:
    async with house() as home, overlay(home, chromium) as tab:
        bad = home.emit("chat", comment="bad")
        home.emit("chat", comment="good", of={"id": "8"})
        home.emit("chat", comment="worse", of={"id": "9"})
        home.emit("deleted", message_ids=(bad,))
        home.emit("deleted", user_ids=("9",))
        await chromium.wait(tab, f"{TEXTS}.length === 1")
        assert await chromium.evaluate(tab, TEXTS) == ["小小明good"]


async def test_it_comes_back_after_a_loss(house: Callable[..., Any], chromium: Any) -> None:
    async with house() as home, overlay(home, chromium) as tab:
        home.server.feed.close()
        await home.until(lambda: not home.server.feed.watchers)
        await home.until(lambda: home.server.feed.watchers)
        home.emit("chat", comment="again")
        await chromium.wait(tab, f"{TEXTS}.length === 1")


async def test_names_and_lines_are_made_fit_to_show(house: Callable[..., Any], chromium: Any) -> None:
    async with house() as home, overlay(home, chromium) as tab:
        home.emit("chat", user="\u202eevil\u200b\x1b[2J", comment="a\r\nb\u2066c" + "e" + "\u0301" * 200)
        home.emit("chat", user="长" * 10_000, comment="👩\u200d👩\u200d👧" + "字" * 500)
        home.emit("chat", user="", comment="\ud800?")
        await chromium.wait(tab, f"{TEXTS}.length === 3")
        first, second, third = await chromium.evaluate(tab, TEXTS)
        assert first == "eevil[2Ja bce" + "\u0301" * 3
        assert second == "长" + "长" * 23 + "…" + "👩\u200d👩\u200d👧" + "字" * 58 + "…"
        assert third == "·观众?"


# ---- the dashboard ------------------------------------------------------------------------------


async def test_a_line_is_approved_by_a_click(house: Callable[..., Any], chromium: Any) -> None:
    async with house() as home, dashboard(home, chromium) as tab:
        home.say("yes", room="asks")
        home.say("no", room="asks")
        await chromium.wait(tab, "document.querySelectorAll('#pending li').length === 2")
        await click(chromium, tab, "#pending li button")
        await home.until(lambda: home.said == ["yes"])
        await chromium.wait(tab, "document.querySelectorAll('#pending li').length === 1")
        await click(chromium, tab, "#pending li button.plain")
        await chromium.wait(tab, "document.querySelector('#pending-section').hidden")
        chips = "[...document.querySelectorAll('#lines summary')].map(line => line.textContent)"
        await chromium.wait(tab, f"{chips}.some(text => text.includes('没有同意'))")
        assert home.said == ["yes"]


async def test_a_plugin_is_switched_by_a_click(house: Callable[..., Any], chromium: Any) -> None:
    async with house('[plugins]\nenable = ["dice"]\n') as home, dashboard(home, chromium) as tab:
        await click(chromium, tab, "#plugins .switch[aria-checked=true]")
        await home.until(lambda: home.bot.control.plugins()[0].status == "off")
        await click(chromium, tab, "#plugins .switch[aria-checked=false]")
        await home.until(lambda: home.bot.control.plugins()[0].status == "on")


async def test_a_plugin_is_switched_in_one_room_by_a_click(house: Callable[..., Any], chromium: Any) -> None:
    async with house('[plugins]\nenable = ["dice"]\n') as home, dashboard(home, chromium) as tab:
        await click(chromium, tab, "#plugins .room[aria-pressed=true]")
        await chromium.wait(tab, "!!document.querySelector('#plugins .room[aria-pressed=false]')")
        assert (await home.get("/api/plugins"))["plugins"][0]["off_in"] == ["main"]


async def test_a_command_that_is_off_is_switched_on_by_a_click(
    house: Callable[..., Any], chromium: Any
) -> None:
    async with house('[plugins]\nenable = ["dice"]\n') as home:
        await home.post("/api/rooms/main/commands/dice/disable")
        async with dashboard(home, chromium) as tab:
            await click(chromium, tab, "#rooms p button.small")
            await home.until(lambda: home.bot.control.commands_off("main") == [])


async def test_an_account_is_paused_by_a_click(house: Callable[..., Any], chromium: Any) -> None:
    async with house() as home, dashboard(home, chromium) as tab:
        await click(chromium, tab, "#rooms .tools button.plain")
        await chromium.wait(tab, "!!document.querySelector('#rooms p.bad')")
        assert list(home.bot.control.stopped()) == ["main"]
        await click(chromium, tab, "#rooms .tools button:not(.plain)")
        await home.until(lambda: not home.bot.control.stopped())


async def test_a_refusal_is_told(house: Callable[..., Any], chromium: Any) -> None:
    async with house() as home, dashboard(home, chromium) as tab:
        home.say("yes", room="asks")
        await chromium.wait(tab, "document.querySelectorAll('#pending li').length === 1")
        await chromium.evaluate(
            tab,
            "const button = document.querySelector('#pending li button');"
            "fetch('/api/pending/all/reject', {method: 'POST'}).then(() => button.click())",
        )
        await chromium.wait(tab, "!document.querySelector('#toast').hidden")
        told = await chromium.evaluate(tab, "document.querySelector('#toast').textContent")
        assert "awaits approval" in told


async def test_the_token_is_asked_for_and_kept_for_the_tab_only(
    house: Callable[..., Any], chromium: Any
) -> None:
    async with house(token=TOKEN) as home, dashboard(home, chromium) as tab:
        for word, then in (("wrong", "!document.querySelector('#wrong').hidden"), (TOKEN, "true")):
            await chromium.wait(tab, "document.querySelector('#ask').open")
            await chromium.evaluate(
                tab,
                f"document.querySelector('#key').value = '{word}';"
                "document.querySelector('#ask form').requestSubmit()",
            )
            await chromium.wait(tab, then)
        await chromium.wait(tab, "!document.querySelector('main').hidden")
        assert not await chromium.evaluate(tab, "document.querySelector('#ask').open")
        assert await chromium.evaluate(tab, "localStorage.length") == 0
        assert TOKEN not in await chromium.evaluate(tab, "location.href + document.documentElement.outerHTML")
        await home.until(lambda: home.server.feed.watchers)


async def test_a_token_behind_the_address_is_taken_out_of_it(
    house: Callable[..., Any], chromium: Any
) -> None:
    async with house(token=TOKEN) as home, dashboard(home, chromium, f"#key={TOKEN}") as tab:
        await chromium.wait(tab, "!document.querySelector('main').hidden")
        assert await chromium.evaluate(tab, "location.href") == home.server.url
