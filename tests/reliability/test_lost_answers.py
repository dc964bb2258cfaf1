"""Cases 36 and 37: a line whose answer is lost, or whose bot is killed, is never said twice."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from douyinbot import hookimpl
from douyinbot.connectors.simulator import RoomSpec, Scenario, Trouble
from tests.connectors.chaos import ChaosProxy
from tests.reliability.stage import PATIENCE, come_true, quiet_simulator, running

FAST = '[send]\nrate = "1000/1s"\nburst = 1000\nper_minute = 100000\necho = "100ms"\n'


class Answering:
    """Says what it is asked to."""

    name = "answering"

    @hookimpl
    def on_chat(self, ctx, event):
        return event.comment.removeprefix("say ") if event.comment.startswith("say ") else None


FAULTS = {
    "cut before it": ("cut_in", 0),
    "cut in its head": ("cut_in", 40),
    "cut in its body": ("cut_in", 250),
    "reset before it": ("reset_in", 0),
    "reset in its head": ("reset_in", 40),
    "held back": ("latency", 60.0),
}
"""What happens to the answer on its way from the platform, which has taken the line."""


LOST = {
    "unknown": "may or may not have been said, so it is not repeated",
    "seen": "the platform's answer was lost, but the line came back in the room",
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("chat", "state"), [("silent", "unknown"), ("none", "seen")], ids=["unseen", "seen"])
def test_case_36_a_line_whose_answer_is_cut_off_is_unknown_and_not_said_again(
    tmp_path: Path, fault: str, chat, state: str
) -> None:
    """The room's stream goes another way than the answer: what comes back there was said after all."""

    async def main() -> None:
        scenario = Scenario(room=RoomSpec(history=0), trouble=Trouble(chat=chat))
        async with quiet_simulator(scenario) as simulator, ChaosProxy(simulator.address) as proxy:
            options = f'push_hosts = ["{simulator.push_address}"]\nrequest_options = {{ timeout = "500ms" }}'
            async with running(
                simulator, tmp_path, Answering(), address=proxy.address, options=options, toml=FAST
            ) as bot:
                setattr(proxy, *FAULTS[fault])
                await simulator.say("abc", "小明", "say once")
                await come_true(lambda: bot.states("once") == [state])
                (receipt,) = bot.receipts.values()
                assert LOST[state] in receipt.reason
                proxy.latency = 0.0
                await simulator.say("abc", "小明", "say and on")
                await come_true(lambda: bot.states("and on") in (["seen"], ["unseen"]))
            assert [line.text for line in simulator.report.chat_lines] == ["once", "and on"]

    asyncio.run(main())


# ---- killed in the middle of it -----------------------------------------------------------------------

CONFIG = """
[bot]
store = "sqlite:///victim.sqlite"
log = "error"
[[rooms]]
id = "main"
connector = "douyin"
url = "{address}/abc"
cookies = "file:cookie.txt"
send = "live"
[rooms.options]
push_hosts = ["{push_address}"]
[send]
rate = "1000/1s"
burst = 1000
per_minute = 100000
dedupe = "0s"
"""
MOMENTS = ("claimed", "handed over", "answered")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_case_37_a_bot_that_is_killed_around_a_send_loses_one_line_at_most_and_repeats_none(
    tmp_path: Path,
) -> None:
    """What it counted is in the database before it is said; the simulator keeps the books."""

    async def live(*arguments: str) -> asyncio.subprocess.Process:
        script = str(Path(__file__).with_name("victim.py"))
        return await asyncio.create_subprocess_exec(
            sys.executable, script, str(tmp_path / "bot.toml"), *arguments
        )

    async def main() -> list[int]:
        async with quiet_simulator() as simulator, ChaosProxy(simulator.address) as proxy:

            def said() -> list[int]:
                lines = simulator.report.chat_lines
                assert all(line.answer == "ok" for line in lines)
                return [int(line.text.removeprefix("line ")) for line in lines]

            config = CONFIG.format(address=proxy.address, push_address=simulator.push_address)
            (tmp_path / "bot.toml").write_text(config, encoding="utf-8")
            (tmp_path / "cookie.txt").write_text(simulator.LOGIN, encoding="utf-8")
            for moment in MOMENTS:
                life = await live(moment)
                assert await asyncio.wait_for(life.wait(), PATIENCE) == -signal.SIGKILL
            assert said() == [3]  # 1 was only claimed, 2 was handed over to nobody
            # On the wire: the platform has taken the line, and its answer is held back.
            life = await live("none")
            await come_true(lambda: len(said()) >= 4)
            proxy.latency = 60.0
            await asyncio.sleep(0.2)  # until the bot waits for the answer to what it said last
            before = said()
            life.kill()
            await life.wait()
            proxy.latency = 0.0
            life = await live("none")
            await come_true(lambda: len(said()) >= len(before) + 3)
            life.kill()
            await life.wait()
            return said()

    numbers = asyncio.run(main())
    assert numbers == list(range(3, 3 + len(numbers)))
