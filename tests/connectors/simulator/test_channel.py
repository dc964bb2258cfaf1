"""im/fetch and the socket's door: what comes first, who gets in, and why not."""

import asyncio
import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from douyinbot.connectors.simulator import Limits, RoomSpec, Scenario, Simulator, Step, Times, Trouble
from douyinbot.connectors.simulator.channel import SLOW
from douyinbot.errors import DecodeError
from douyinbot.webcast import frames
from douyinbot.webcast.douyin import query
from douyinbot.webcast.pairs import encode

QUIET = Scenario(room=RoomSpec(history=0))


async def refused(me: Any, **changes: str) -> InvalidStatus:
    with pytest.raises(InvalidStatus) as caught:
        async with me.socket(**changes):
            pass
    return caught.value


def test_the_first_answer_has_some_past_and_the_way_on(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        batch = await me.batch()
        assert len(batch.messages) == 8
        assert batch.cursor.startswith("t-")
        assert f"wss_push_did:{me.visit.visitor_id}" in batch.internal_ext
        assert batch.push_server == simulator.push_address == simulator.address.replace("http", "ws")
        assert (batch.fetch_type, batch.fetch_interval_ms, batch.need_ack) == (1, 1000, False)
        assert batch.now_ms > 1_700_000_000_000

    assert play(scene).report.fetches == 1


def test_polling_brings_each_message_once(play: Any, events: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        batch, texts = await me.batch(), []
        for text in ("一", "二", "三"):
            await simulator.say("abc", "小明", text)
            batch = await me.batch(batch.cursor)
            texts += [event.comment for event in events(batch.messages)]
        assert texts == ["一", "二", "三"]
        assert (await me.batch(batch.cursor)).messages == []

    assert play(scene).report.violations == []


def test_long_answers_are_cut_and_go_on(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        first = await me.batch()
        for number in range(130):
            await simulator.say("abc", "小明", str(number))
        second = await me.batch(first.cursor)
        third = await me.batch(second.cursor)
        assert (len(second.messages), len(third.messages)) == (100, 30)

    play(scene, scenario=QUIET)


def test_polling_works_without_a_visitor_id(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        pairs = dict(me.visit.fetch("", "")) | {"user_unique_id": ""}
        answer = await me.get(query.FETCH, encode(list(pairs.items())))
        assert frames.parse_batch(answer.body).messages

    assert play(scene).report.violations == []


def test_a_wrong_visitor_id_is_noted(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        pairs = dict(me.visit.fetch("", "")) | {"user_unique_id": "7300000000000000001"}
        await me.get(query.FETCH, encode(list(pairs.items())))

    assert "user_unique_id" in play(scene).report.violations[0]


def test_hasty_polling_is_throttled(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        cursor = (await me.batch()).cursor
        statuses = [(await me.fetch(cursor)).status for _ in range(5)]
        assert statuses == [200, 200, 200, 503, 200]

    report = play(scene, limits=Limits(poll_gap=1.0)).report
    assert report.violations == ["polled several times within 1 s each"]


def test_fetch_is_refused_without_ttwid_or_room(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        unknown = encode([("room_id", "7999999999999999999"), ("resp_content_type", "protobuf")])
        assert json.loads((await me.get(query.FETCH, unknown)).body)["status_code"] == 10011
        me.cookies.clear()
        assert (await me.fetch()).body == b""

    play(scene)


def test_as_json_only_room_messages_come(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        pairs = dict(me.visit.fetch("", "")) | {"resp_content_type": "json"}
        answer = json.loads((await me.get(query.FETCH, encode(list(pairs.items())))).body)
        assert (answer["data"], answer["status_code"]) == ([], 0)
        assert answer["extra"]["cursor"]

    play(scene)


def test_fetch_trouble(play: Any) -> None:
    kinds = ("empty", "json", "garbage", "throttled", "503")
    rooms = {f"r{kind}": Scenario(trouble=Trouble(fetch=kind)) for kind in kinds}  # type: ignore[arg-type]

    async def scene(simulator: Simulator, guest: Any) -> None:
        answers = {}
        for kind in kinds:
            me = guest()
            await me.open(f"r{kind}")
            answers[kind] = await me.fetch()
        assert answers["empty"].body == b""
        assert answers["json"].body.startswith(b"{")
        with pytest.raises(DecodeError):
            frames.parse_batch(answers["garbage"].body)
        assert (answers["throttled"].status, answers["503"].status) == (429, 503)
        assert answers["503"].headers["Retry-After"] == "5"

    play(scene, rooms=rooms)


def test_an_answer_may_come_late_or_without_a_cursor(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        before = asyncio.get_running_loop().time()
        assert (await me.batch()).cursor
        assert asyncio.get_running_loop().time() - before >= SLOW
        await simulator.do("abc", Step(do="trouble", trouble=Trouble(fetch="no_cursor")))
        batch = await me.batch()
        assert (batch.cursor, len(batch.messages)) == ("", 8)
        asked = [request for request in simulator.report.requests if request.path == query.FETCH]
        assert [request.cookies for request in asked] == [("ttwid",)] * 2

    play(scene, scenario=Scenario(trouble=Trouble(fetch="slow")))


def test_a_room_may_offer_polling_only(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        batch = await me.batch()
        assert (batch.fetch_type, batch.push_server) == (0, "")

    play(scene, scenario=Scenario(room=RoomSpec(polling=True)))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"signature": "6pt0VC0aRZDP7n07"}, "the signature was made for other values"),
        ({"signature": ""}, "the signature is missing"),
        ({"user_unique_id": "7300000000000000001"}, "user_unique_id 7300000000000000001 is not the one"),
        ({"room_id": "7999999999999999999"}, "room_id 7999999999999999999 is not that of a room"),
        ({"version_code": "170400"}, "version_code is 170400"),
    ],
)
def test_wrong_sockets_are_refused_as_the_platform_does(
    play: Any, changes: dict[str, str], told: str
) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        response = (await refused(me, **changes)).response
        assert response.status_code == 200
        assert response.headers["Handshake-Msg"] == "DEVICE_BLOCKED"
        assert response.headers["Handshake-Status"] == "415"
        assert response.body == b""

    report = play(scene).report
    assert len(report.refusals) == 1
    assert told in report.refusals[0]
    assert (report.handshakes, report.connections) == (0, 0)


def test_a_socket_without_the_cookie_is_refused(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        me.cookies.clear()
        await refused(me)

    assert "the ttwid cookie is missing" in play(scene).report.refusals[0]


def test_all_reasons_are_told_together(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        me.cookies.clear()
        await refused(me, signature="", aid="1")

    reason = play(scene).report.refusals[0]
    assert all(part in reason for part in ("signature", "aid", "ttwid"))


def test_habits_that_are_not_a_browsers_are_noted(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket(browser_version="5.0 (Macintosh)"):
            pass

    assert play(scene).report.violations == ["the socket's browser_version is not that of its User-Agent"]


def test_handshake_trouble(play: Any) -> None:
    kinds = ("refuse", "http_403", "http_429", "http_502")
    rooms = {f"r{kind}": Scenario(trouble=Trouble(handshake=kind)) for kind in kinds}  # type: ignore[arg-type]

    async def scene(simulator: Simulator, guest: Any) -> None:
        found = {}
        for kind in kinds:
            me = guest()
            await me.open(f"r{kind}")
            found[kind] = (await refused(me)).response
        assert [found[kind].status_code for kind in kinds] == [200, 403, 429, 502]
        assert found["refuse"].headers["Handshake-Status"] == "415"
        assert found["http_429"].headers["Retry-After"] == "5"

    assert len(play(scene, rooms=rooms).report.refusals) == 4


def test_the_first_sockets_are_refused(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        await refused(me)
        async with me.socket():
            pass

    trouble = Trouble(handshake="refuse_first_n", times=Times(handshake=1))
    report = play(scene, scenario=Scenario(trouble=trouble)).report
    assert (len(report.refusals), report.handshakes) == (1, 1)


def test_a_silent_socket_opens_and_says_nothing(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await socket.connection.send(frames.HEARTBEAT)
            await simulator.say("abc", "小明", "hi")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.15):
                    await socket.connection.recv()

    report = play(scene, scenario=Scenario(trouble=Trouble(handshake="silent"))).report
    assert (report.handshakes, report.heartbeats, report.resent) == (1, 1, 0)


def test_the_id_of_an_earlier_stream_opens_a_silent_socket(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        state = await me.open()
        await simulator.do("abc", Step(do="end"))
        await simulator.do("abc", Step(do="start"))
        async with me.socket() as socket:
            await simulator.say("abc", "小明", "hi")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await socket.connection.recv()
        assert (await me.batch()).messages == []
        assert (await me.open()).room_id not in ("", state.room_id)
        assert len((await me.batch()).messages) == 1

    play(scene, scenario=QUIET)


def test_a_room_is_found_by_its_referer_after_a_restart(play: Any) -> None:
    """The simulator was started anew, and a client comes back with what it knew."""
    kept: dict[str, Any] = {}

    async def before(simulator: Simulator, guest: Any) -> None:
        kept["client"] = guest()
        await kept["client"].open("somewhere")

    async def after(simulator: Simulator, guest: Any) -> None:
        me = guest()
        me.visit, me.cookies = kept["client"].visit, kept["client"].cookies
        raw_query = encode(me.visit.fetch("", ""))
        assert (await me.get(query.FETCH, raw_query)).body.startswith(b"{")
        referer = {"Referer": "https://live.douyin.com/somewhere?from=home"}
        assert frames.parse_batch((await me.get(query.FETCH, raw_query, headers=referer)).body).messages

    play(before)
    play(after)
