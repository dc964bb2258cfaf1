"""docs/simulator.md against the code: special rooms, every key of a scenario, every action, the report."""

import asyncio
import dataclasses
import re
from collections.abc import Callable
from typing import Any, get_args

import msgspec
import pytest
import tomli

from douyinbot import LiveClient
from douyinbot.connectors.simulator import (
    SPECIAL_ROOMS,
    ChatLine,
    Limits,
    Report,
    Simulator,
    Step,
    audience,
    chat,
    parse_scenario,
    push,
    report,
    scenario,
    shows,
    shows_tiktok,
    trouble,
    visitors,
)
from douyinbot.connectors.simulator.panel import PANEL
from douyinbot.connectors.simulator.scenario import ACTIONS, Action, BadFrame
from douyinbot.webcast.tiktok import compose

Keys = Callable[[Any], list[Any]]
SECTIONS: dict[str, type[msgspec.Struct]] = {
    "The file itself": scenario.Scenario,
    "`[room]`": scenario.RoomSpec,
    "`[[people]]`": scenario.Viewer,
    "`[[gifts]]`": scenario.GiftSpec,
    "`[chatter]`": scenario.Chatter,
    "Steps": scenario.Step,
    "Trouble": scenario.Trouble,
    "`times`": scenario.Times,
}


@pytest.mark.parametrize(("title", "kind"), SECTIONS.items(), ids=SECTIONS)
def test_every_key_is_there(
    simulator_md: Any, code_keys: Keys, told_keys: Keys, title: str, kind: type[msgspec.Struct]
) -> None:
    told = told_keys(simulator_md.section(title))
    for one, other in zip(told, code_keys(kind), strict=True):
        if one.type.startswith("see "):  # a choice with a table of its own
            assert other.type.startswith("one of ")
            one = dataclasses.replace(one, type=other.type)
        assert one == other


def test_no_table_is_forgotten() -> None:
    found = {
        kind
        for kind in vars(scenario).values()
        if isinstance(kind, type) and issubclass(kind, scenario.Section) and kind is not scenario.Section
    }
    assert found == set(SECTIONS.values())


def test_every_action_is_there_with_its_keys(simulator_md: Any) -> None:
    rows = {row.code("`do`")[0]: row for row in simulator_md.section("Steps").table("`do`")}
    assert list(rows) == list(ACTIONS) == list(get_args(Action))
    for name, (needed, allowed) in ACTIONS.items():
        assert rows[name].code("needs") == list(needed)
        assert rows[name].code("may have") == list(allowed)


def test_what_each_platform_has_and_why_it_lacks_the_rest(simulator_md: Any) -> None:
    rows = {row.code("step")[0]: row for row in simulator_md.section("TikTok rooms").table("step")}
    assert set(rows) == shows.SHOWS
    notes = {do: row["why, or what is different on TikTok"] for do, row in rows.items()}
    for do, row in rows.items():
        step = Step(do=do, **dict.fromkeys(ACTIONS[do][0], "x"))
        for platform, tiktok in (("Douyin", False), ("TikTok", True)):
            why = shows.lacking(step, tiktok=tiktok)
            assert row[platform] == ("no" if why else "yes")
            assert not (why and tiktok) or notes[do] == why
    for step in (Step(do="red_packet", phase="going"), Step(do="shopping", who="小明")):
        assert shows.lacking(step, tiktok=True) in notes[step.do]
    only_tiktok = next(do for do, row in rows.items() if row["Douyin"] == "no")
    assert shows.lacking(Step(do="goal"), tiktok=False) in notes[only_tiktok]


def test_the_simulator_stands_for_the_real_site_as_endpoint(simulator_md: Any) -> None:
    call = re.search(r"`(LiveClient\(.*?\))`", simulator_md.section("TikTok rooms").flat)
    assert call is not None

    async def scene() -> None:
        async with asyncio.timeout(20), Simulator() as simulator:
            code = call[1].replace("http://127.0.0.1:9000", simulator.address)
            client = eval(code, {"LiveClient": LiveClient})
            lines: asyncio.Queue[Any] = asyncio.Queue()
            client.on("chat", lines.put_nowait)
            async with client:
                await simulator.say("@some.name", "小明", "你好")
                while (await lines.get()).comment != "你好":
                    pass

    asyncio.run(scene())


def test_levels_and_goals_of_tiktok(simulator_md: Any) -> None:
    levels = f"from level {compose._GRAND_GIFTER}, or {compose._GRAND_FAN} in the team, come in by barrage"
    assert levels in simulator_md.flat
    assert f"a goal of {shows_tiktok.TARGET} gifts" in simulator_md.flat


def test_limits_of_a_step(simulator_md: Any) -> None:
    assert f"At most {scenario.MOST}." in simulator_md.flat
    assert f"{scenario.OPENS_AFTER} s after it was put up" in simulator_md.flat


def test_every_special_room_is_there(simulator_md: Any) -> None:
    rows = simulator_md.section("Rooms that make trouble").table("room")
    assert [row.code("room")[0] for row in rows] == list(SPECIAL_ROOMS)


def test_what_special_rooms_do(simulator_md: Any) -> None:
    rows = {row.code("room")[0]: row["what goes wrong"] for row in simulator_md.table("room")}
    told = {name: make() for name, make in SPECIAL_ROOMS.items()}
    assert f"`Retry-After` {told['throttled'].trouble.retry_after:g} s" in rows["throttled"]
    (end,) = [step for step in told["ended"].steps if step.do == "end"]
    assert f"ends after {end.at:g} s" in rows["ended"]
    (drop,) = [step for step in told["drops"].steps if step.do == "drop"]
    assert f"cut every {drop.every:g} s" in rows["drops"]


def test_every_damaged_frame_is_there(simulator_md: Any) -> None:
    rows = simulator_md.section("Damaged frames").table("frame")
    assert [row.code("frame")[0] for row in rows] == list(get_args(BadFrame))
    assert f"inflate to {trouble.BOMB_SIZE // 2**20} MiB" in simulator_md.flat


def test_the_panel(simulator_md: Any) -> None:
    (told,) = re.findall(r"The usual panel, with prices: (.*?)\.", simulator_md.text, re.DOTALL)
    pairs = [part.split() for part in told.replace("\n", " ").split(",")]
    assert pairs == [[kind.name, str(kind.price)] for kind in PANEL]
    assert [kind.combo for kind in PANEL] == [kind.price < 99 for kind in PANEL]


def test_the_report(simulator_md: Any) -> None:
    rows = {row.code("field")[0]: row for row in simulator_md.section("The report").table("field")}
    assert list(rows) == [field.name for field in dataclasses.fields(Report)]
    columns = [field.name for field in dataclasses.fields(ChatLine)]
    assert rows["chat_lines"].code("what it counts or holds") == columns
    columns = [field.name for field in dataclasses.fields(report.Asked)]
    assert rows["requests"].code("what it counts or holds") == columns
    assert f"the last {report.KEPT} entries" in simulator_md.flat


def test_limits(simulator_md: Any) -> None:
    rows = simulator_md.section("What it checks").table("patience")
    assert {row.code("patience")[0]: row["value"] for row in rows} == {
        field.name: f"`{field.default}`" for field in dataclasses.fields(Limits)
    }
    assert f"heartbeats at least every {push.LATEST_HEARTBEAT:g} s" in simulator_md.flat
    assert f"at most {chat.LONGEST} UTF-16 units" in simulator_md.flat
    assert f"chatter at {audience.RATE:g} messages a second" in simulator_md.flat


def test_logins(simulator_md: Any) -> None:
    assert Simulator.LOGIN == "sessionid=simulated"
    assert f"SIM_COOKIE={Simulator.LOGIN}" in simulator_md.flat
    assert f"`sessionid={visitors.EXPIRED}` is logged out" in simulator_md.flat


def test_example_scenarios_are_taken(simulator_md: Any) -> None:
    blocks = simulator_md.blocks("toml scenario")
    assert blocks
    for block in blocks:
        assert parse_scenario(block.text) != parse_scenario("")


def test_all_other_examples_are_bots(simulator_md: Any) -> None:
    from douyinbot.config import parse_config

    for block in simulator_md.blocks("toml"):
        if block.info == "toml":
            assert tomli.loads(block.text)
            assert parse_config(block.text).rooms
