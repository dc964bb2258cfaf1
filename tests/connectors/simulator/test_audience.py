"""The lively room: what its first ten seconds hold, and that it goes on."""

import itertools
import random
from collections import Counter

from douyinbot.connectors.simulator import Chatter, Step
from douyinbot.connectors.simulator.audience import lively, random_step
from douyinbot.connectors.simulator.cast import AUDIENCE
from douyinbot.connectors.simulator.script import Script
from douyinbot.connectors.simulator.stage import Cue


def first_seconds(seconds: float, seed: int = 0) -> list[tuple[float, Step]]:
    script = Script(lively(), random.Random(seed))
    found: list[tuple[float, Step]] = []
    while (at := script.next_at) is not None and at <= seconds:
        due = script.pop(at)
        assert due is not None
        assert isinstance(due[1], Step)
        found.append((at, due[1]))
    return found


def test_a_little_of_everything_happens_in_ten_seconds() -> None:
    steps = first_seconds(10)
    when = {step.do: at for at, step in reversed(steps)}
    assert {"member", "chat", "like", "follow", "share", "gift", "stats", "emoji", "unknown"} <= set(when)
    assert when["member"] == 0.5
    assert when["follow"] == 3.0
    assert (2.0, "!dice") in [(at, step.text) for at, step in steps]
    assert "！dice 20" in [step.text for _, step in steps]


def test_the_streak_runs_between_one_and_a_half_and_four_seconds() -> None:
    at, gift = next((at, step) for at, step in first_seconds(10) if step.do == "gift")
    assert (at, gift.counts) == (1.5, [1, 2, 5, 5])
    assert at + gift.gap * len(gift.counts) <= 4.0


def test_it_goes_on_at_one_or_two_messages_a_second() -> None:
    steps = first_seconds(610)
    rate = sum(at > 10 for at, _ in steps) / 600
    assert 1.2 < rate < 2.2
    gaps = [b - a for (a, _), (b, _) in itertools.pairwise(steps)]
    assert max(gaps) < 3


def test_chatter_holds_commands_and_every_kind_of_act() -> None:
    rng, chatter = random.Random(1), Chatter(rate=1)
    steps = [random_step(rng, chatter) for _ in range(2000)]
    acts = Counter(step.do for step in steps)
    assert set(acts) == {"chat", "member", "like", "gift", "follow", "emoji", "share", "unknown", "fans_club"}
    assert acts["chat"] > 800
    assert sum(step.text.startswith(("!", "！")) for step in steps) > 40


def test_a_scenario_can_put_its_own_words_in() -> None:
    rng, chatter = random.Random(1), Chatter(rate=1, lines=["eins"], commands=["!zwei"])
    texts = {step.text for step in (random_step(rng, chatter) for _ in range(500)) if step.do == "chat"}
    assert texts == {"eins", "!zwei"}


def test_the_audience_is_mixed() -> None:
    assert any(viewer.moderator for viewer in AUDIENCE)
    assert any(viewer.fan_level for viewer in AUDIENCE)
    assert any(viewer.name.endswith("***") for viewer in AUDIENCE)
    assert max(len(viewer.name) for viewer in AUDIENCE) > 15
    assert len({viewer.name for viewer in AUDIENCE}) == len(AUDIENCE)


def test_every_chattered_gift_exists() -> None:
    rng = random.Random(3)
    steps: list[Cue] = [random_step(rng, Chatter(rate=1)) for _ in range(3000)]
    names = {step.gift for step in steps if isinstance(step, Step) and step.gift}
    scenario = lively([Step(do="gift", gift=name) for name in names])
    assert len(names) == 10
    assert scenario.missing_gift() is None
