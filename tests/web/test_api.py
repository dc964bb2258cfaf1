"""The API decides what the console decides, by the same means."""

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from douyinbot import hookimpl
from douyinbot.web.api import MOST_TOLD

DICE = '[plugins]\nenable = ["dice"]\n'


async def texts(home: Any, path: str, part: str) -> list[str]:
    return [one["text"] for one in (await home.get(path))[part]]


async def waiting(home: Any, count: int) -> list[str]:
    """Let the bot say something where it must be approved, and return the ids."""
    for number in range(count):
        home.say(f"line {number}", room="asks")
    await home.until(lambda: len(home.bot.control.pending()) == count)
    return [line["id"] for line in (await home.get("/api/pending"))["pending"]]


async def test_status_tells_of_rooms_accounts_and_watchers(house: Callable[..., Any]) -> None:
    async with house() as home, home.watch():
        home.emit("room_user", viewer_count=7)
        home.emit("chat", comment="hi")
        await home.until(lambda: home.bot.rooms[0].live_room.lines == 1)
        status = await home.get("/api/status")
        main, asks = status["rooms"]
        assert (main["id"], main["state"], main["mode"]) == ("main", "live", "live")
        assert (main["viewers"], main["lines"], main["owner"]) == (7, 1, "主播")
        assert (asks["id"], asks["mode"], asks["pending"]) == ("asks", "approve", 0)
        assert [account["rooms"] for account in status["accounts"]] == [["main"], ["asks"]]
        assert (status["web"]["watchers"], status["web"]["cut"], status["web"]["missed"]) == (1, 0, 0)
        assert (status["counts"], status["dropped"], status["web"]["overlay_key"]) == ({}, {}, "")
        assert "the dashboard is open" in status["notices"][0]["text"]


# ---- lines --------------------------------------------------------------------------------------


async def test_a_line_is_approved_and_goes_out(house: Callable[..., Any]) -> None:
    async with house() as home:
        first, second = await waiting(home, 2)
        pending = (await home.get("/api/pending?room=asks"))["pending"]
        assert (pending[0]["text"], pending[0]["plugin"]) == ("line 0", "test")
        assert 100 < pending[0]["left"] <= 120
        assert (await home.get("/api/pending?room=main"))["pending"] == []
        assert await home.post(f"/api/pending/{second}/approve") == {"approved": [second]}
        await home.until(lambda: home.said)
        assert home.said == ["line 1"]
        assert [line["id"] for line in (await home.get("/api/pending"))["pending"]] == [first]


async def test_a_line_is_rejected_with_a_reason(house: Callable[..., Any]) -> None:
    async with house() as home:
        (line,) = await waiting(home, 1)
        assert await home.post(f"/api/pending/{line}/reject", json={"why": "not now"}) == {"rejected": [line]}
        (entry,) = (await home.get(f"/api/why?line={line}"))["entries"]
        assert (entry["cause"], entry["told"]) == ("rejected", "没有同意")
        assert "not now" in entry["why"]
        assert home.said == []


async def test_all_at_once(house: Callable[..., Any]) -> None:
    async with house() as home:
        lines = await waiting(home, 3)
        assert await home.post("/api/pending/all/reject?room=main") == {"rejected": []}
        assert await home.post("/api/pending/all/approve") == {"approved": lines}
        await home.until(lambda: len(home.said) == 3)


@pytest.mark.parametrize("decision", ["approve", "reject"])
async def test_a_line_that_does_not_wait_is_refused(house: Callable[..., Any], decision: str) -> None:
    async with house() as home:
        status, value = await home.ask("POST", f"/api/pending/L99/{decision}")
        assert (status, value["error"]["type"]) == (409, "refused")
        assert value["error"]["message"] == 'no line "L99" awaits approval (waiting: none)'


@pytest.mark.parametrize("body", ["[]", '"x"', "{", "nothing", '{"why": 7}', "[" * 30_000, "\xff"])
async def test_a_body_that_is_no_object_changes_nothing(house: Callable[..., Any], body: str) -> None:
    async with house() as home:
        (line,) = await waiting(home, 1)
        status, value = await home.ask("POST", f"/api/pending/{line}/reject", data=body.encode("latin-1"))
        assert (status, value["error"]["type"]) == (400, "bad_request")
        assert len(home.bot.control.pending()) == 1


async def test_a_body_has_an_end(house: Callable[..., Any]) -> None:
    async with house() as home:
        (line,) = await waiting(home, 1)
        body = {"why": "x" * 70_000}
        status, value = await home.ask("POST", f"/api/pending/{line}/reject", json=body)
        assert (status, value["error"]["type"]) == (413, "too_large")
        assert len(home.bot.control.pending()) == 1


async def test_what_was_said_and_what_was_not(house: Callable[..., Any]) -> None:
    async with house() as home:
        home.say("one")
        home.say("")
        home.say("two", room="asks")
        assert await texts(home, "/api/lines", "lines") == ["one", "", "two"]
        assert await texts(home, "/api/lines?last=1", "lines") == ["two"]
        assert await texts(home, "/api/lines?room=main", "lines") == ["one", ""]
        assert [one["cause"] for one in (await home.get("/api/why"))["entries"]] == ["empty"]
        assert await texts(home, "/api/why?text=TWO", "entries") == ["two"]
        assert await texts(home, "/api/why?text=two&room=main", "entries") == []
        assert await texts(home, "/api/why?line=l1", "entries") == ["one"]


@pytest.mark.parametrize("last", ["0", "-1", "x", "", "９", "1" * 5000])
async def test_how_many_is_a_number(house: Callable[..., Any], last: str) -> None:
    async with house() as home:
        status, value = await home.ask("GET", f"/api/lines?last={last}")
        assert (status, value["error"]["type"]) == (400, "bad_request")
        assert str(MOST_TOLD) in value["error"]["message"]


# ---- plugins ------------------------------------------------------------------------------------


async def test_a_plugin_is_switched_off_on_and_loaded_anew(house: Callable[..., Any]) -> None:
    async with house(DICE) as home:
        assert [one["status"] for one in (await home.get("/api/plugins"))["plugins"]] == ["on"]
        assert (await home.post("/api/plugins/dice/disable"))["plugin"]["status"] == "off"
        assert home.bot.control.plugins()[0].status == "off"
        status, value = await home.ask("POST", "/api/plugins/dice/reload")
        assert (status, value["error"]["type"]) == (409, "refused")
        assert (await home.post("/api/plugins/dice/enable"))["plugin"]["status"] == "on"
        assert (await home.post("/api/plugins/dice/reload"))["plugin"]["name"] == "dice"
        home.emit("chat", comment="!dice 6")
        await home.until(lambda: home.said)


async def test_a_plugin_that_is_not_enabled_is_refused(house: Callable[..., Any]) -> None:
    async with house(DICE) as home:
        status, value = await home.ask("POST", "/api/plugins/dise/enable")
        assert (status, value["error"]["type"]) == (409, "refused")
        assert 'did you mean "dice"?' in value["error"]["message"]


async def test_a_plugin_that_cannot_be_loaded_says_why(house: Callable[..., Any], toy: Any) -> None:
    good = True

    @hookimpl
    def setup(ctx: Any) -> None:
        if not good:
            raise ValueError("boom")

    async with house("", toy(name="toy", setup=setup)) as home:
        await home.post("/api/plugins/toy/disable")
        good = False
        status, value = await home.ask("POST", "/api/plugins/toy/enable")
        assert (status, value["error"]["type"]) == (422, "plugin")
        assert "ValueError: boom" in value["error"]["message"]


async def test_a_plugin_is_switched_in_one_room(house: Callable[..., Any]) -> None:
    async with house(DICE) as home:
        plugin = (await home.post("/api/plugins/dice/disable?room=asks"))["plugin"]
        assert (plugin["status"], plugin["off_in"]) == ("on", ["asks"])
        assert (await home.post("/api/plugins/dice/enable?room=asks"))["plugin"]["off_in"] == []
        status, value = await home.ask("POST", "/api/plugins/dice/disable?room=nowhere")
        assert (status, value["error"]["type"]) == (409, "refused")


async def test_a_command_is_switched_in_one_room(house: Callable[..., Any]) -> None:
    async with house(DICE) as home:
        switched = await home.post("/api/rooms/main/commands/骰子/disable")
        assert switched == {"command": "dice", "off": ["dice"]}
        assert [room["commands_off"] for room in (await home.get("/api/status"))["rooms"]] == [["dice"], []]
        home.emit("chat", comment="!dice")
        home.emit("chat", comment="!dice", room="asks")
        await home.until(lambda: home.bot.control.pending())
        assert home.said == []
        assert (await home.post("/api/rooms/main/commands/dice/enable"))["off"] == []
        for path in ("/api/rooms/main/commands/dise/disable", "/api/rooms/main/commands/pause/disable"):
            assert (await home.ask("POST", path))[0] == 409


# ---- rooms --------------------------------------------------------------------------------------


async def test_an_account_is_paused_and_speaks_again(house: Callable[..., Any]) -> None:
    async with house() as home:
        assert await home.post("/api/rooms/main/pause") == {"rooms": ["main"]}
        assert (await home.get("/api/status"))["rooms"][0]["stopped"] == "paused on the web page"
        home.say("unheard")
        assert [one["told"] for one in (await home.get("/api/why"))["entries"]] == [
            "账号停止发言了，!resume 恢复"
        ]
        assert await home.post("/api/rooms/main/resume") == {"rooms": ["main"]}
        home.say("heard")
        await home.until(lambda: home.said)
        assert home.said == ["heard"]


@pytest.mark.parametrize("order", ["pause", "resume"])
async def test_a_room_that_is_not_there_is_refused(house: Callable[..., Any], order: str) -> None:
    async with house() as home:
        status, value = await home.ask("POST", f"/api/rooms/mian/{order}")
        assert (status, value["error"]["type"]) == (409, "refused")
        assert home.bot.control.stopped() == {}


# ---- all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status", "type"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("POST", "/api/status", 405, "method_not_allowed"),
        ("GET", "/api/plugins/dice/disable", 405, "method_not_allowed"),
        ("GET", "/api/rooms/main/pause", 405, "method_not_allowed"),
    ],
)
async def test_what_is_not_there_or_not_so(
    house: Callable[..., Any], method: str, path: str, status: int, type: str
) -> None:
    async with house(DICE) as home:
        told, value = await home.ask(method, path)
        assert (told, value["error"]["type"]) == (status, type)
        assert home.bot.control.plugins()[0].status == "on"


async def test_before_the_bot_has_started_it_says_so(house: Callable[..., Any]) -> None:
    async with house().server as server, aiohttp.ClientSession(base_url=server.url) as http:
        async with http.get("/api/status") as answer:
            assert (answer.status, (await answer.json())["error"]["type"]) == (503, "starting")
        async with http.get("/") as answer:
            assert answer.status == 200
