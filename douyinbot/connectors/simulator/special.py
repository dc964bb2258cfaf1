"""Rooms that need no scenario: each name shows one thing that can go wrong."""

from collections.abc import Callable

import msgspec

from douyinbot.config import Duration
from douyinbot.connectors.simulator.audience import lively
from douyinbot.connectors.simulator.scenario import BadFrame, RoomSpec, Scenario, Step, Trouble

__all__ = ["SPECIAL_ROOMS"]


def _troubled(trouble: Trouble) -> Callable[[], Scenario]:
    return lambda: _replaced(lively(), trouble=trouble)


def _stepped(*steps: Step) -> Callable[[], Scenario]:
    return lambda: lively(steps)


def _damaged(frame: BadFrame) -> Callable[[], Scenario]:
    return _stepped(Step(do="bad_frame", frame=frame, at=Duration(2.2), every=Duration(10)))


def _replaced(scenario: Scenario, **parts: Trouble | RoomSpec) -> Scenario:
    return msgspec.structs.replace(scenario, **parts)


def _ends_without_a_word() -> Scenario:
    gone = Trouble(page="offline", enter="offline")
    return Scenario(steps=[Step(do="trouble", trouble=gone, at=Duration(3))])


def _offline() -> Scenario:
    return Scenario(room=RoomSpec(status="ended"))


SPECIAL_ROOMS: dict[str, Callable[[], Scenario]] = {
    "nosuch": _troubled(Trouble(page="not_found", enter="error")),
    "offline": _offline,
    "verify": _troubled(Trouble(page="verification", enter="html", reflow="html")),
    "throttled": _troubled(Trouble(page="throttled", enter="throttled", retry_after=Duration(30))),
    "signed": _troubled(
        Trouble(page="verification", enter="unsigned", fetch="unsigned", gift_list="unsigned")
    ),
    "banished": _troubled(Trouble(page="throttled", enter="throttled", retry_header="86400")),
    "blocked": _troubled(Trouble(page="blocked", enter="empty", reflow="blocked")),
    "login": _troubled(Trouble(page="verification", enter="login", reflow="login")),
    "nocookie": _troubled(Trouble(cookie="missing")),
    "badlink": _troubled(Trouble(link="stranger")),
    "deadlink": _troubled(Trouble(link="not_found")),
    "refused": _troubled(Trouble(handshake="refuse")),
    "polling": lambda: _replaced(lively(), room=RoomSpec(fetch_type=0)),
    "truncated": _damaged("truncated"),
    "corrupt": _damaged("corrupt_gzip"),
    "bomb": _damaged("bomb"),
    "ended": _stepped(Step(do="end", at=Duration(3))),
    "quiet-end": _ends_without_a_word,
    "drops": _stepped(Step(do="drop", at=Duration(5), every=Duration(5))),
    "silent-chat": _troubled(Trouble(chat="silent")),
    "toofast": _troubled(Trouble(chat="too_fast")),
    "muted": _troubled(Trouble(chat="muted")),
    "loggedout": _troubled(Trouble(chat="logged_out")),
}
"""All other names show the lively room."""
