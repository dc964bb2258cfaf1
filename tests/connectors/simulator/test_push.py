"""An open socket: frames, acknowledgements, heartbeats, and what can go wrong with it."""

import asyncio
import gzip
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError

from douyinbot.connectors.simulator import Limits, RoomSpec, Scenario, Simulator, Step, Trouble
from douyinbot.webcast import frames
from douyinbot.webcast.pb import frame_pb2

QUIET = Scenario(room=RoomSpec(history=0))


def test_a_frame_is_built_like_the_real_ones(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        first = await me.batch()
        async with me.socket(first.cursor) as socket:
            id = await simulator.say("abc", "小明", "你好")
            frame = frame_pb2.PushFrame.FromString(await socket.data())
            headers = {header.key: header.value for header in frame.headers}
            batch = frames.parse_batch(gzip.decompress(frame.payload))
            assert (frame.service, frame.method, frame.payload_encoding, frame.payload_type) == (
                8888,
                8,
                "pb",
                "msg",
            )
            assert headers["compress_type"] == "gzip"
            assert headers["im-internal_ext"] == batch.internal_ext
            assert headers["im-cursor"] == batch.cursor
            assert headers["im-now"] == str(batch.now_ms)
            assert f"wss_push_log_id:{frame.log_id}" in batch.internal_ext
            assert (batch.need_ack, batch.heartbeat_s) == (True, 15)
            assert [(method, str(number)) for method, number, _ in batch.messages] == [
                ("WebcastChatMessage", id)
            ]

    play(scene)


def test_nothing_is_lost_between_fetch_and_socket(play: Any, events: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        cursor = (await me.batch()).cursor
        await simulator.say("abc", "小明", "dazwischen")
        async with me.socket(cursor) as socket:
            (event,) = await socket.events(1)
            assert event.comment == "dazwischen"

    play(scene)


def test_every_frame_acknowledged_leaves_a_clean_report(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await socket.connection.send(frames.HEARTBEAT)
            assert simulator.report.connections == 1
            for _ in range(3):
                await simulator.say("abc", "小明", "hi")
                await socket.batch()
            await asyncio.sleep(0.3)

    report = play(scene).report
    assert (report.frames, report.acks, report.unacked, report.resent) == (3, 3, 0, 0)
    assert (report.heartbeats, report.violations, report.connections) == (1, [], 0)


def test_an_unacknowledged_frame_comes_again(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await simulator.say("abc", "小明", "hi")
            first = await socket.data()
            assert await socket.data() == first  # the very same frame, the very same log id
            frame = frames.parse_frame(first)
            await socket.connection.send(frames.ack(frame.log_id, frame.internal_ext))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.25):
                    await socket.connection.recv()

    report = play(scene, limits=Limits(resend_after=0.1)).report
    assert (report.unacked, report.resent, report.acks, report.violations) == (1, 1, 1, [])


def test_a_client_that_never_acknowledges_is_told_off(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await simulator.say("abc", "小明", "hi")
            assert len({await socket.data() for _ in range(3)}) == 1
            await asyncio.sleep(0.2)

    report = play(scene, limits=Limits(resend_after=0.05, resend_times=2)).report
    assert (report.unacked, report.resent) == (1, 2)
    assert "never acknowledged frame" in report.violations[0]


def test_wrong_frames_of_a_client_are_noted(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await simulator.say("abc", "小明", "hi")
            frame = await socket.frame()
            odd = frame_pb2.PushFrame(payload_type="whatever").SerializeToString()
            fine = frame_pb2.PushFrame(payload_type="subscribe").SerializeToString()
            wrong = [frames.ack(1, ""), frames.ack(frame.log_id, "other"), b"\xff\xff", "text", odd, fine]
            for data in wrong:
                await socket.connection.send(data)
            await asyncio.sleep(0.1)

    told = play(scene).report.violations
    words = (
        "never sent",
        "another internal_ext",
        "not a push frame",
        "text message",
        'unknown type "whatever"',
    )
    assert len(told) == len(words)
    assert all(word in what for word, what in zip(words, told, strict=True))


def test_heartbeats_are_echoed_in_both_forms(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await socket.connection.send(frames.HEARTBEAT)
            assert (await socket.frame()).payload_type == "hb"
            pong = await socket.connection.ping(frames.HEARTBEAT)  # as three known clients send it
            async with asyncio.timeout(2):
                await pong

    report = play(scene).report
    assert report.heartbeats == len(report.heartbeat_gaps) == 2


def test_a_line_without_heartbeats_is_cut(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me, patient = guest(), guest()
        await me.open()
        await patient.open()
        async with me.socket() as silent, patient.socket() as alive:
            for _ in range(5):
                await alive.connection.send(frames.HEARTBEAT)
                await asyncio.sleep(0.1)
            with pytest.raises(ConnectionClosedError):
                await silent.connection.recv()
            assert silent.connection.close_code == 1006
            assert (await alive.frame()).payload_type == "hb"
            assert simulator.report.connections == 1

    report = play(scene, limits=Limits(silence=0.3)).report
    assert (report.dropped, report.violations) == (1, ["no heartbeat came, so the socket was cut"])


def test_a_returning_socket_gets_what_it_missed_and_a_little_twice(play: Any, events: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            for number in range(5):
                await simulator.say("abc", "小明", f"seen {number}")
            batch = (await socket.batch())[1]
            while len(batch.messages) < 5 and events(batch.messages)[-1].comment != "seen 4":
                batch = (await socket.batch())[1]
        for number in range(3):
            await simulator.say("abc", "小明", f"missed {number}")
        async with me.socket(batch.cursor) as socket:
            texts = [event.comment for event in await socket.events(6)]
        assert texts == ["seen 2", "seen 3", "seen 4", "missed 0", "missed 1", "missed 2"]
        async with me.socket() as socket:  # without a cursor only what is new
            await simulator.say("abc", "小明", "new")
            assert [event.comment for event in await socket.events(1)] == ["new"]

    play(scene, scenario=QUIET)


def test_everybody_in_the_room_gets_the_same_message(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        one, two, elsewhere = guest(), guest(), guest()
        await one.open()
        await two.open()
        await elsewhere.open("def")
        async with one.socket() as first, two.socket() as second, elsewhere.socket() as third:
            await simulator.say("abc", "小明", "hi")
            assert await first.messages(1) == await second.messages(1)
            await simulator.say("def", "小明", "other")
            assert b"other" in (await third.messages(1))[0][2]

    play(scene)


@pytest.mark.parametrize(
    "kind", ["truncated", "corrupt_gzip", "bomb", "garbage", "wrong_type", "unknown_type"]
)
def test_one_bad_frame_among_good_ones(play: Any, kind: str) -> None:
    outcome = {"wrong_type": "good", "unknown_type": "im_unheard_of"}.get(kind, "bad")

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            found = []
            for count in (1, 2, 1, 1):
                await simulator.say("abc", "小明", "hi")
                found += await socket.outcomes(count)
            assert found == ["good", "good", outcome, "good", "good"]

    trouble = Trouble(frames=kind)  # type: ignore[arg-type]
    report = play(scene, scenario=Scenario(trouble=trouble)).report
    assert report.violations == []


def test_the_order_of_frames_is_the_order_of_steps(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await simulator.say("abc", "小明", "before")
            await simulator.do("abc", Step(do="bad_frame", frame="garbage"))
            await simulator.say("abc", "小明", "after")
            await simulator.do("abc", Step(do="reconnect"))
            await simulator.do("abc", Step(do="close"))
            assert await socket.outcomes(5) == ["good", "bad", "good", "reconnect", "close"]

    play(scene)


@pytest.mark.parametrize(
    ("step", "code"),
    [(Step(do="drop"), 1006), (Step(do="hangup"), 1000), (Step(do="hangup", code=1013), 1013)],
)
def test_sockets_end_as_the_step_says(play: Any, step: Step, code: int) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await simulator.do("abc", step)
            assert await socket.code() == code
        async with me.socket():  # and one may come back
            pass

    report = play(scene).report
    assert (report.handshakes, report.connections, report.violations) == (2, 0, [])


def test_a_stalled_line_sends_nothing_any_more(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            await simulator.say("abc", "小明", "hi")
            await socket.batch()
            await simulator.do("abc", Step(do="stall"))
            await simulator.say("abc", "小明", "unheard")
            await socket.connection.send(frames.HEARTBEAT)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.15):
                    await socket.connection.recv()

    play(scene)


def test_guests_of_a_masked_room_see_nobodys_name(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        stranger, friend = guest(), guest("somebody")
        await stranger.open()
        await friend.open()
        async with stranger.socket() as masked, friend.socket() as clear:
            await simulator.say("abc", "风清扬", "hi")
            (hidden,), (shown,) = await masked.events(1), await clear.events(1)
        assert (hidden.user.nickname, hidden.user.id, hidden.user.is_anonymous) == ("风***", "111111", True)
        assert (shown.user.nickname, shown.user.is_anonymous) == ("风清扬", False)
        assert hidden.id == shown.id

    play(scene, scenario=Scenario(room=RoomSpec(masked=True, history=0)))
