"""What a LiveClient says: with whose login, how far a line comes, and what a refusal is."""

import asyncio
from datetime import UTC, datetime

import pytest

from douyinbot import InvalidSessionError, LiveClient, RejectedTextError, SendError, State
from douyinbot.connectors.base import Accepted
from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Step, Trouble
from douyinbot.core.liveclient.voice import Voice
from tests.core.scenes import play

SILENT = Scenario(room=RoomSpec(history=0))


class Platform:
    """Refuses what begins with `!`."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def send(self, text: str) -> Accepted:
        if text.startswith("!"):
            raise RejectedTextError(f"no {text}")
        self.said.append(text)
        return Accepted()


def voice(platform: Platform) -> Voice:
    return Voice(platform, "main", lambda: datetime(2026, 1, 1, tzinfo=UTC))


def test_a_refusal_is_the_platforms_own_error_also_of_a_part() -> None:
    async def main() -> None:
        mouth = voice(Platform())
        with pytest.raises(RejectedTextError, match="no !one"):
            await mouth.say("!one", "", listening=False)
        with pytest.raises(RejectedTextError, match="no !aaa"):
            await mouth.say(f"!{'a' * 60}", "", listening=False)
        assert mouth._refusals == {}
        await mouth.close()

    asyncio.run(main())


def test_what_is_not_even_sent_says_why() -> None:
    async def main() -> None:
        platform = Platform()
        mouth = voice(platform)
        assert (await mouth.say("hi", "", listening=False)).state is State.SENT
        with pytest.raises(SendError, match="the same"):
            await mouth.say("hi", "", listening=False)
        assert platform.said == ["hi"]
        await mouth.close()

    asyncio.run(main())


def test_it_can_be_used_again_after_it_was_closed_and_on_another_loop() -> None:
    platform = Platform()
    mouth = voice(platform)

    async def say(text: str) -> None:
        await mouth.say(text, "", listening=False)
        await mouth.close()

    asyncio.run(say("one"))
    asyncio.run(say("two"))
    assert platform.said == ["one", "two"]


def test_without_a_connection_the_room_is_looked_up_and_the_line_is_sent() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        receipt = await client.send_message("大家好", "simulated")
        assert receipt.state is State.SENT
        assert [(line.text, line.answer) for line in simulator.report.chat_lines] == [("大家好", "ok")]
        assert simulator.report.pages == 1
        assert kinds == []

    play(scene, SILENT)


def test_a_new_login_lifts_the_stop_of_an_expired_one() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        for text in ("one", "two"):  # the second is not even sent, and the error is the same
            with pytest.raises(InvalidSessionError, match="not logged in"):
                await client.send_message(text, None if text == "two" else "expired")
        assert len(simulator.report.chat_lines) == 1
        assert (await client.send_message("three", "simulated")).state is State.SENT

    play(scene, SILENT)


def test_refusals_do_not_stop_a_login_that_is_good() -> None:
    async def scene(client: LiveClient, simulator: Simulator, kinds: list[str]) -> None:
        await simulator.do("abc", Step(do="trouble", trouble=Trouble(chat="rejected")))
        with pytest.raises(RejectedTextError):
            await client.send_message("one", "simulated")
        await simulator.do("abc", Step(do="trouble", trouble=Trouble()))
        assert (await client.send_message("two")).state is State.SENT

    play(scene, SILENT)
