"""The package of events: every class under its kind, every name public."""

from douyinbot import events
from douyinbot.events import EVENTS, Event


def test_table_has_every_event_class_under_its_kind() -> None:
    assert all(cls.kind == kind for kind, cls in EVENTS.items())
    assert set(EVENTS.values()) == set(Event.__subclasses__())


def test_kinds_are_those_of_the_contract() -> None:
    assert set(EVENTS) == {
        *("chat", "gift", "member", "like", "social", "follow", "share", "room_user", "emote", "envelope"),
        *("question", "fans_club", "subscribe", "link_mic_battle", "link_mic_armies", "live_intro"),
        "link_mic_guests",
        *("room_notice", "shopping", "rank", "deleted", "unknown", "connected", "disconnected"),
        *("reconnecting", "websocket_connected", "stream_paused", "stream_resumed", "stream_end"),
        *("raw_data", "failure"),
    }


def test_public_names_are_sorted_and_there() -> None:
    assert events.__all__ == sorted(events.__all__, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(events, name) for name in events.__all__)
    assert {cls.__name__ for cls in EVENTS.values()} <= set(events.__all__)
