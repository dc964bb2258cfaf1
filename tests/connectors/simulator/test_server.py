"""The simulator as a whole: its public face, a complete visit, and its end."""

import asyncio
import gc
import random
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import connect

from douyinbot.config import Duration
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step
from douyinbot.errors import ConfigError
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE, query, signature
from douyinbot.webcast.pairs import encode
from douyinbot.webcast.session import Session


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com", "", "::"])
def test_only_this_computer_is_served(host: str) -> None:
    with pytest.raises(ConfigError, match="this computer only"):
        Simulator(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_loopback_addresses_are_fine(play: Any, host: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        assert (await guest().get("/abc")).status == 200
        assert simulator.push_address.startswith("ws://127.0.0.")

    play(scene, host=host)


def test_wrong_arguments_are_told() -> None:
    with pytest.raises(ConfigError, match="pace"):
        Simulator(pace=0)
    stray = Scenario(steps=[Step(do="gift", gift="大象")])
    with pytest.raises(ConfigError, match=r"scenario: steps\[0\].gift: there is no such gift"):
        Simulator(scenario=stray)
    with pytest.raises(ConfigError, match="abc: steps"):
        Simulator(rooms={"abc": stray})


def test_a_port_that_is_taken_is_told(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        port = int(simulator.address.rpartition(":")[2])
        with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1:{port}"):
            async with Simulator(port=port):
                pass

    play(scene)


def test_a_simulator_is_started_once() -> None:
    async def main() -> None:
        simulator = Simulator()
        async with simulator:
            pass
        with pytest.raises(RuntimeError, match="make a new one"):
            async with simulator:
                pass

    asyncio.run(main())


def test_a_whole_visit_with_douyinbots_own_session(play: Any) -> None:
    """Page, history, socket, frames and acknowledgements through the parts that a connector is made of."""

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        state = await me.open()
        session = Session(Decoder(TABLE, room="main", simulated=True))
        session.receive_response((await me.fetch()).body, datetime.now(UTC), history=True)
        history = session.events_received()
        assert history
        assert all(event.history for event in history)
        signed = signature.sign(me.visit.stub_values(), signature.Nonce.draw(random.Random(1)))
        pairs = me.visit.push(session.cursor, session.internal_ext, signed)
        address = f"{session.push_server}{query.PUSH}?{encode(pairs)}"
        headers = {"Cookie": me.cookie, "Origin": "https://live.douyin.com"}
        now, events = asyncio.get_running_loop().time, []
        async with connect(
            address, additional_headers=headers, user_agent_header=query.USER_AGENT, compression=None
        ) as socket:
            session.opened(now())
            while len(events) < 25:
                for data in session.data_to_send():
                    await socket.send(data)
                session.receive(await socket.recv(), now(), datetime.now(UTC))  # type: ignore[arg-type]
                session.tick(now())
                events += session.events_received()
            for data in session.data_to_send():
                await socket.send(data)
            await asyncio.sleep(0.05)
        assert not any(event.history for event in events)
        assert session.counts["bad_frames"] == session.counts["duplicates"] == 0
        assert state.owner_id not in {event.user.id for event in events if event.user}

    report = play(scene, scenario=None, pace=20).report
    assert (report.refusals, report.violations, report.unacked) == ([], [], 0)
    assert report.frames >= report.acks > 3  # what came after the last look is still on its way
    assert report.heartbeats == 1


def test_things_can_be_done_by_hand(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        async with me.socket() as socket:
            id = await simulator.say("abc", "路人甲", "hi")
            await simulator.gift("abc", "路人甲", "玫瑰", (1, 3))
            await simulator.gift("abc", "路人甲", "玫瑰", [2], end=False)
            await simulator.do("abc", Step(do="like", who="路人甲", count=4))
            chat, *gifts, like = await socket.events(6)
        assert (chat.id, chat.user.nickname) == (id, "路人甲")
        assert [(g.repeat_count, g.repeat_end) for g in gifts] == [
            (1, False),
            (3, False),
            (3, True),
            (2, False),
        ]
        assert gifts[0].group_id == gifts[2].group_id != gifts[3].group_id
        assert like.like_count == 4
        for wrong in (simulator.gift("abc", "a", "大象", [1]), simulator.say("a b", "a", "hi")):
            with pytest.raises(ConfigError):
                await wrong

    play(scene)


def test_a_step_by_hand_takes_its_time_at_the_pace(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        began = time.monotonic()
        await simulator.do("abc", Step(do="gift", gift="玫瑰", counts=[1, 2], gap=Duration(5)))
        assert 0.15 < time.monotonic() - began < 1

    play(scene, pace=50)


def test_rooms_have_their_own_scenario(play: Any) -> None:
    rooms = {"abc": Scenario(room=RoomSpec(title="eins")), "nosuch": Scenario(room=RoomSpec(title="zwei"))}

    async def scene(simulator: Simulator, guest: Any) -> None:
        titles = [(await guest().open(room)).title for room in ("abc", "nosuch", "def")]
        assert titles == ["eins", "zwei", "drei"]

    play(scene, rooms=rooms, scenario=Scenario(room=RoomSpec(title="drei")))


def test_it_ends_quickly_with_open_sockets_and_leaves_nothing() -> None:
    """Polite clients, clients that read nothing, and a request without an answer: under a second."""

    async def main() -> float:
        async with AsyncExitStack() as stack:
            async with Simulator(pace=20) as simulator:
                for number in range(40):
                    visit = query.Visit(room_id=simulator.room_id("abc"), visitor_id=f"73{number:017}")
                    signed = signature.sign(visit.stub_values(), signature.Nonce())
                    socket = await connect(
                        f"{simulator.push_address}{query.PUSH}?{encode(visit.push('', '', signed))}",
                        additional_headers={"Cookie": f"ttwid={number}"},
                        user_agent_header=query.USER_AGENT,
                    )
                    stack.callback(socket.transport.abort)
                    if number % 2:
                        socket.transport.pause_reading()
                await asyncio.sleep(0.2)
                assert simulator.report.connections == 40
                began = time.monotonic()
            took = time.monotonic() - began
            assert simulator.report.connections == 0
            left = [task.get_name() for task in asyncio.all_tasks() if "simul" in repr(task.get_coro())]
            assert left == []
        return took

    assert asyncio.run(main()) < 1.0
    gc.collect()  # a forgotten socket would show up here as a ResourceWarning, which is an error


def test_nobody_is_served_after_the_end() -> None:
    async def main() -> None:
        async with Simulator() as simulator:
            pass
        async with aiohttp.ClientSession() as http:
            with pytest.raises(aiohttp.ClientConnectionError):
                await http.get(simulator.address)

    asyncio.run(main())
