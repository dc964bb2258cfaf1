"""The script: what happens when, told the time by hand."""

import itertools
import random

from douyinbot.config import Duration
from douyinbot.connectors.simulator import Chatter, Scenario, Step
from douyinbot.connectors.simulator.script import Script
from douyinbot.connectors.simulator.stage import Cue


def script(*steps: Step, rate: float = 0.0, seed: int = 1) -> Script:
    return Script(Scenario(steps=list(steps), chatter=Chatter(rate=rate)), random.Random(seed))


def whole(of: Script, until: float) -> list[tuple[float, Cue]]:
    found: list[tuple[float, Cue]] = []
    while (at := of.next_at) is not None and at <= until:
        due = of.pop(at)
        assert due is not None
        found.append((round(due[0], 3), due[1]))
    return found


def test_steps_come_in_order_of_time_and_of_the_file() -> None:
    late, early, same = Step(do="share", at=Duration(2)), Step(do="member"), Step(do="like")
    assert whole(script(late, early, same), 9) == [(0, early), (0, same), (2, late)]


def test_nothing_comes_early_and_nothing_is_left() -> None:
    one = script(Step(do="like", at=Duration(2)))
    assert one.pop(1.9) is None
    assert one.pop(2.0) is not None
    assert one.pop(99) is None
    assert one.next_at is None


def test_a_repeated_step_keeps_its_rhythm_when_time_jumps() -> None:
    step = Step(do="like", at=Duration(1), every=Duration(2))
    one = script(step)
    assert [one.pop(7.5) for _ in range(5)] == [(1, step), (3, step), (5, step), (7, step), None]


def test_times_limits_repetition() -> None:
    step = Step(do="like", every=Duration(1), times=3)
    assert [at for at, _ in whole(script(step), 99)] == [0, 1, 2]


def test_what_follows_is_counted_from_its_cause() -> None:
    one, next_step = script(), Step(do="like")
    one.follow(10, [(0.5, next_step)])
    assert whole(one, 99) == [(10.5, next_step)]


def test_chatter_goes_on_at_its_rate_and_never_pauses_long() -> None:
    times = [at for at, _ in whole(script(rate=2), 1000)]
    assert 1700 < len(times) < 2300
    assert max(b - a for a, b in itertools.pairwise(times)) <= 2.001


def test_the_same_seed_gives_the_same_chatter() -> None:
    assert whole(script(rate=2), 50) == whole(script(rate=2), 50)
    assert whole(script(rate=2), 50) != whole(script(rate=2, seed=2), 50)
