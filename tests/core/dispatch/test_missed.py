from collections import Counter
from types import SimpleNamespace

import pytest

from douyinbot.core.dispatch.missed import TELL_EVERY, Missed


class Told:
    """A plugin's lane, and what was told and written down of it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.notices: list[str] = []
        self.journal: list[tuple[str, str, str]] = []
        journal = SimpleNamespace(
            silent=lambda event, plugin, handler, cause, why: self.journal.append((plugin, cause, why))
        )
        clock = SimpleNamespace(monotonic=lambda: self.now)
        self.missed = Missed(journal, lambda notice: self.notices.append(notice.text), clock)
        self.lane = self.new_lane()

    def new_lane(self) -> SimpleNamespace:
        class Plugin(SimpleNamespace):
            def __str__(self) -> str:
                return f"{self.name} 1.0"

        return SimpleNamespace(
            plugin=Plugin(name="dice"), mailbox=SimpleNamespace(dropped=Counter()), resting=False
        )

    def loses(self, **lost: int) -> None:
        self.lane.mailbox.dropped.update(lost)
        self.missed.look(self.lane)


@pytest.fixture
def told() -> Told:
    return Told()


def test_nothing_missed_is_nothing_told(told):
    told.loses()
    told.missed.gone(told.lane)
    assert (told.notices, told.journal, told.missed.total) == ([], [], {})


def test_what_was_missed_is_told_once_a_minute_altogether_and_counted_at_once(told):
    told.loses(like=3)
    assert not told.missed.is_untold(told.lane)
    told.loses(like=2, chat=1)
    assert told.missed.is_untold(told.lane)
    assert told.notices == ["plugin dice 1.0 cannot keep up and did not get everything: 3 like"]
    assert told.missed.total == {"like dropped by dice": 5, "chat dropped by dice": 1}
    told.now += TELL_EVERY
    told.loses()
    told.now += TELL_EVERY
    told.loses()
    assert told.notices[1:] == ["plugin dice 1.0 cannot keep up and did not get everything: 2 like, 1 chat"]
    assert told.journal == [
        ("dice", "overflow", "it could not keep up and did not get 3 like"),
        ("dice", "overflow", "it could not keep up and did not get 2 like, 1 chat"),
    ]


def test_that_a_plugin_rests_has_been_told_so_this_is_only_written_down(told):
    told.lane.resting = True
    told.loses(chat=7)
    assert told.notices == []
    assert told.journal == [("dice", "resting", "while it rests it did not get 7 chat")]


@pytest.mark.parametrize("kind", ["chat", "gift"])
def test_what_a_plugin_leaves_behind_is_written_down_and_told_if_there_is_a_gift_among_it(told, kind):
    told.loses(like=1)
    told.lane.mailbox.dropped[kind] += 2
    told.missed.gone(told.lane)
    assert told.missed.total == {"like dropped by dice": 1, f"{kind} dropped by dice": 2}
    assert told.journal[1:] == [("dice", "stopped", f"it was stopped and did not get 2 {kind}")]
    warned = "plugin dice 1.0 was stopped and did not get everything: 2 gift"
    assert told.notices[1:] == ([warned] if kind == "gift" else [])


def test_a_plugin_that_is_loaded_again_begins_with_nothing(told):
    told.loses(like=5)
    told.missed.gone(told.lane)
    told.lane = told.new_lane()
    told.now += TELL_EVERY
    told.loses(like=2)
    assert told.missed.total == {"like dropped by dice": 7}
    assert told.notices[1:] == ["plugin dice 1.0 cannot keep up and did not get everything: 2 like"]
