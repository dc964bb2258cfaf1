"""Each special room shows what its name says, without any scenario."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from douyinbot.connectors.simulator import SPECIAL_ROOMS, Simulator
from douyinbot.errors import VerificationRequiredError
from douyinbot.webcast.douyin import query
from douyinbot.webcast.douyin.page import parse_enter, parse_room_page
from douyinbot.webcast.douyin.query import Visit

FAST = 20
LOGIN = Simulator.LOGIN.partition("=")[2]
BAD = {"truncated": "bad", "corrupt": "bad", "bomb": "bad"}
CHAT = {"silent-chat": "silent", "toofast": "too_fast", "muted": "muted", "loggedout": "logged_out"}


def test_the_names() -> None:
    rest = {"nosuch", "offline", "verify", "throttled", "signed", "refused", "ended", "drops"}
    rest |= {"banished", "polling", "quiet-end"}
    rest |= {"blocked", "login", "nocookie", "badlink", "deadlink"}
    assert set(SPECIAL_ROOMS) == {*BAD, *CHAT, *rest}


def test_rooms_that_cannot_be_reached(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        assert (await guest().get("/nosuch")).status == 404
        throttled = await guest().get("/throttled")
        assert (throttled.status, throttled.headers["Retry-After"]) == (429, "30")
        with pytest.raises(VerificationRequiredError):
            parse_room_page((await guest().get("/verify")).body.decode())
        me = guest()
        await me.get("/")
        with pytest.raises(VerificationRequiredError):
            parse_enter((await me.enter("verify")).body)
        assert not (await me.open("offline")).is_live
        assert not parse_enter((await me.enter()).body).is_live

    play(scene, scenario=None)


def test_banished_means_a_whole_day(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        answer = await guest().get("/banished")
        assert (answer.status, answer.headers["Retry-After"]) == (429, "86400")

    play(scene, scenario=None)


def test_polling_offers_no_socket(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open("polling")
        batch = await me.batch()
        assert (batch.fetch_type, batch.push_server) == (0, "")

    play(scene, scenario=None)


def test_quiet_end_tells_only_the_page(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        assert (await me.open("quiet-end")).is_live
        async with me.socket():
            while True:
                if not (await me.open("quiet-end")).is_live:
                    break
                await asyncio.sleep(0.01)

    assert play(scene, scenario=None, pace=FAST).report.frames == 0


def test_refused_sockets_leave_polling(play: Any, events: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        assert (await me.open("refused")).is_live
        for _ in range(3):
            with pytest.raises(InvalidStatus):
                async with me.socket():
                    pass
        assert (await me.batch()).messages

    assert play(scene, scenario=None).report.refusals == ["the scenario wants it"] * 3


@pytest.mark.parametrize("room", BAD)
def test_one_bad_frame_and_good_ones_around_it(play: Any, room: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open(room)
        async with me.socket() as socket:
            outcomes = await socket.outcomes(2)
            while "bad" not in outcomes:
                outcomes += await socket.outcomes(1)
            outcomes += await socket.outcomes(2)
        assert [*dict.fromkeys(outcomes)] == ["good", "bad"]
        assert outcomes[-2:] == ["good", "good"]

    assert play(scene, scenario=None, pace=FAST).report.violations == []


def test_ended_ends_after_three_seconds(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        assert (await me.open("ended")).is_live
        kinds: list[str] = []
        async with me.socket() as socket:
            while "stream_end" not in kinds:
                kinds += [event.kind for event in await socket.events(1)]
        assert "chat" in kinds
        assert not (await me.open("ended")).is_live

    play(scene, scenario=None, pace=FAST)


def test_drops_cuts_the_line_again_and_again(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open("drops")
        for _ in range(2):
            async with me.socket() as socket:
                assert await socket.code() == 1006

    assert play(scene, scenario=None, pace=FAST).report.handshakes == 2


@pytest.mark.parametrize(("room", "answer"), CHAT.items())
def test_rooms_where_chatting_goes_wrong(play: Any, room: str, answer: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open(room)
        await me.chat("hi")

    assert [line.answer for line in play(scene, scenario=None).report.chat_lines] == [answer]


def test_any_other_name_is_a_lively_room(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        state = await me.open("516466932480")
        assert state.web_rid == "516466932480"
        async with me.socket() as socket:
            events = await socket.events(40)
        kinds = {event.kind for event in events}
        assert {"member", "chat", "like", "follow", "gift", "room_user", "unknown", "emote", "share"} <= kinds
        assert "!dice" in [event.comment for event in events if event.kind == "chat"]

    assert play(scene, scenario=None, pace=40).report.violations == []


def test_the_room_that_wants_signatures_opens_to_them(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.get("/")
        with pytest.raises(VerificationRequiredError):
            parse_room_page((await me.get("/signed")).body.decode())
        assert (await me.enter("signed")).body == b""
        pairs = Visit(web_rid="signed").enter()
        assert parse_enter((await me.signed(query.ENTER, pairs)).body).is_live

    play(scene, scenario=None)
