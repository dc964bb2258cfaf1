"""Every scenario of the seed's traces: the same things in the same order, but for what is on the list."""

import asyncio

import pytest

from tests.conformance.deviations import A11, A12, DEVIATIONS, PROTOCOL, SETTLED, Deviation, apply
from tests.conformance.platforms import PLATFORMS, Platform
from tests.conformance.scene import open_scene
from tests.conformance.scenes import ROOMS, SCENES
from tests.conformance.traces import Traces

PATIENCE = 30.0


@pytest.fixture(params=PLATFORMS.values(), ids=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> Platform:
    found: Platform = request.param
    return found


async def played(platform: Platform, name: str, calls: list[str]) -> list[str]:
    """Play a scenario, and return what its user saw."""
    async with asyncio.timeout(PATIENCE), open_scene(platform, calls, **ROOMS[name]) as scene:
        await SCENES[name](scene)
        await scene.end()
    return scene.journal


@pytest.mark.parametrize("name", SCENES)
def test_it_goes_as_with_the_seed(traces: Traces, platform: Platform, name: str) -> None:
    known = [d for d in DEVIATIONS if d.scenario == name and d.platform in ("", platform.name)]
    expected = apply(traces[name], known)
    assert asyncio.run(played(platform, name, traces.calls(name))) == expected


def test_every_scenario_of_the_traces_is_played(traces: Traces) -> None:
    assert sorted(SCENES) == sorted(traces)
    assert len(SCENES) == 28


def test_every_deviation_has_a_rule_and_a_reason() -> None:
    for deviation in DEVIATIONS:
        assert deviation.scenario in SCENES
        assert deviation.rule in (A11, A12, SETTLED, PROTOCOL, "seed-contract A.1")
        assert deviation.reason
        assert deviation.trace != deviation.ours
        assert (deviation.rule == PROTOCOL) == bool(deviation.platform)
        assert deviation.platform in ("", *PLATFORMS)


def test_a_deviation_that_the_trace_does_not_show_is_an_error() -> None:
    deviation = Deviation("ping", ("b", "c"), ("x",), A11, "because")
    assert apply(["a", "b", "c", "b", "c"], [deviation]) == ["a", "x", "b", "c"]
    assert apply(["a", "b", "c", "b", "c"], [deviation] * 2) == ["a", "x", "x"]
    with pytest.raises(ValueError, match="the trace has no"):
        apply(["a", "c", "b"], [deviation])
