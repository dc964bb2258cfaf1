from types import SimpleNamespace

import pytest

from douyinbot.core.dispatch.plans import FINISHED, Plans


class Host:
    """Plugins by the hooks that they have; it counts how often it is asked."""

    def __init__(self, **hooks: list[str]) -> None:
        self.hooks, self.asked = hooks, 0

    def implementing(self, hook):
        self.asked += 1
        return [(SimpleNamespace(name=name), hook) for name in self.hooks.get(hook, [])]


def seat(name: str, *rooms: str) -> SimpleNamespace:
    return SimpleNamespace(
        works_in=lambda room: room in rooms,
        lane=SimpleNamespace(parcel=[name]),
        target=lambda hook, room, answered: (name, hook, room.id, answered),
    )


ROOM = SimpleNamespace(id="main")


def plans(**hooks: list[str]) -> tuple[Plans, Host]:
    host = Host(**hooks)
    return Plans(host, {"dice": seat("dice", "main"), "points": seat("points", "main", "other")}), host


def test_who_has_a_hook_is_asked_once_until_it_is_forgotten():
    known, host = plans(on_chat=["dice", "points", "not seated yet"])
    for _ in range(3):
        assert [hook for _, hook in known.having("on_chat")] == ["on_chat", "on_chat"]
    assert len(known.having("on_chat", "other")) == 1
    assert host.asked == 2
    known.forget()
    known.having("on_chat")
    assert host.asked == 3


@pytest.mark.parametrize(
    ("occasion", "hooks"),
    [
        ("chat", ["on_event", "on_chat"]),
        ("gift", ["on_event", "on_gift_update"]),
        ("raw_data", ["on_event", "on_raw"]),
        ("room_notice", ["on_event"]),
        (FINISHED, ["on_gift"]),
    ],
)
def test_each_occasion_has_its_hooks(occasion, hooks):
    every = ("on_event", "on_chat", "on_gift_update", "on_gift", "on_raw", "on_like")
    known, _ = plans(**{hook: ["dice"] for hook in every})
    assert [target[1] for _, target in known.calls(occasion, ROOM, history=False)] == hooks


@pytest.mark.parametrize("history", [True, False])
def test_a_call_goes_into_its_plugins_parcel_and_history_is_not_answered(history):
    known, _ = plans(on_like=["dice", "points"])
    calls = known.calls("like", ROOM, history=history)
    assert [target for _, target in calls] == [
        (n, "on_like", "main", not history) for n in ("dice", "points")
    ]
    calls[1][0]("a call")
    assert known._seats["points"].lane.parcel == ["points", "a call"]
    assert known.calls("like", ROOM, history=history) is calls
