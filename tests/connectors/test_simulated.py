"""`connector = "simulator"`: nothing between the bot and its room is short-cut."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from douyinbot.config import Source
from douyinbot.connectors.recording import Recorder
from douyinbot.connectors.simulated import SimulatedConnector
from douyinbot.errors import ConfigError
from douyinbot.events import Chat, Connected
from tests.connectors.rooms import listening, setup_for, texts_of


def simulated(folder: Path, recorder: Recorder | None = None, **options: Any) -> SimulatedConnector:
    source = Source("bot.toml", "", folder)
    return SimulatedConnector(
        setup_for("", connector="simulator", source=source, recorder=recorder, **options)
    )


async def test_the_room_is_lively_by_itself_and_says_that_it_is_made_up(tmp_path: Path) -> None:
    to = simulated(tmp_path, pace=40.0)
    async with listening(to) as room:
        await room.until(Connected)
        for _ in range(5):
            await room.until(Chat)
    assert all(event.simulated for event in room.events)
    assert to.simulator.report.handshakes == 1
    assert to.simulator.report.violations == []
    assert to.counts["messages"] >= 5


async def test_the_bot_is_logged_in_and_may_speak(tmp_path: Path) -> None:
    to = simulated(tmp_path, pace=0.01)
    async with listening(to) as room:
        await room.until(Connected)
        accepted = await to.send("大家好")
        seen = await room.until(Chat, lambda chat: chat.comment == "大家好")
    assert seen.id == accepted.message_id
    assert to.account_id == accepted.account_id != ""
    assert [line.text for line in to.simulator.report.chat_lines] == ["大家好"]


async def test_a_room_with_an_at_sign_is_entered_as_tiktoks(tmp_path: Path) -> None:
    to = simulated(tmp_path, pace=0.01, room="@abc")
    async with listening(to) as room:
        await room.until(Connected)
        accepted = await to.send("大家好")
        seen = await room.until(Chat, lambda chat: chat.comment == "大家好")
    assert (seen.id, seen.platform, seen.simulated) == (accepted.message_id, "tiktok", True)
    assert to.account_id == accepted.account_id != ""
    assert to.simulator.report.violations == []


async def test_a_scenario_of_ones_own_is_taken_from_beside_the_configuration(tmp_path: Path) -> None:
    scenario = (
        '[room]\ntitle = "我的"\nhistory = 0\n[[steps]]\ndo = "chat"\ntext = "你好"\n[[steps]]\ndo = "end"'
    )
    (tmp_path / "mine.toml").write_text(scenario, encoding="utf-8")
    async with listening(simulated(tmp_path, scenario="mine.toml")) as room:
        connected = await room.until(Connected)
        await room.rest()
    assert connected.title == "我的"
    assert texts_of(room.events) == ["你好"]
    assert room.kinds[-2:] == ["stream_end", "disconnected"]


async def test_a_room_that_makes_trouble_can_be_asked_for(tmp_path: Path) -> None:
    async with listening(simulated(tmp_path, room="drops", pace=100.0)) as room:
        await room.until(Connected)
        while "disconnected" not in room.kinds:
            await room.next()


async def test_the_same_seed_tells_the_same_story(tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        async with listening(simulated(tmp_path, seed=3, pace=60.0)) as room:
            while len(texts_of(room.events)) < 15:
                await room.next()
        told.append(texts_of(room.events)[:15])
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"pace": 0.0}, "`pace` must be more than 0"),
        ({"sead": 1}, 'did you mean "seed"'),
        ({"scenario": "nowhere.toml"}, "nowhere.toml: there is no such file"),
    ],
)
def test_wrong_options_stop_the_start(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        simulated(tmp_path, **options)


def test_a_scenario_that_is_wrong_is_named_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('[room]\ntitel = "x"\n', encoding="utf-8")
    assert tomllib.loads((tmp_path / "bad.toml").read_text())
    with pytest.raises(ConfigError, match=r"bad\.toml:2: room\.titel: unknown key"):
        simulated(tmp_path, scenario="bad.toml")


async def test_it_cannot_be_entered_twice_but_a_new_one_can(tmp_path: Path) -> None:
    to = simulated(tmp_path)
    async with to:
        pass
    with pytest.raises(RuntimeError, match="started before; make a new one"):
        async with to:
            pass
    async with simulated(tmp_path):
        pass
