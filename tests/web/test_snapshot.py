"""The state of a room in one word, and no secret in any answer."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from douyinbot.core.journal import Entry, Step
from douyinbot.errors import RoomNotFoundError
from douyinbot.web import snapshot
from tests import canaries

OPTIONS = f"""
[[rooms]]
id = "secretive"
connector = "air"
cookies = "file:cookies.txt"
[rooms.options]
proxy = "http://me:{canaries.PROXY_PASSWORD}@127.0.0.1:1"
"""


@pytest.mark.parametrize(
    ("failure", "connected", "live", "state"),
    [
        (None, True, True, "live"),
        (None, True, False, "paused"),
        (None, False, True, "connecting"),
        (None, False, False, "waiting"),
        (RoomNotFoundError("gone"), False, False, "failed"),
    ],
)
def test_how_a_room_is(failure: Exception | None, connected: bool, live: bool, state: str) -> None:
    runner: Any = SimpleNamespace(failure=failure, live_room=SimpleNamespace(connected=connected, live=live))
    assert snapshot._state(runner) == state


def test_what_a_room_has_counted_includes_the_connection_at_work() -> None:
    runner: Any = SimpleNamespace(counts=Counter(frames=2, acks=1), connector=None)
    assert snapshot._counts(runner) == {"frames": 2, "acks": 1}
    runner.connector = SimpleNamespace(counts={"frames": 3})
    assert snapshot._counts(runner) == {"frames": 5, "acks": 1}
    assert runner.counts == {"frames": 2, "acks": 1}


def test_an_entry_is_told_whole() -> None:
    entry = Entry(
        time="t", line="L1", steps=[Step("queued", "t"), Step("dropped", "u", "late")], cause="expired"
    )
    told = snapshot.entry(entry)
    assert told["steps"][1] == {"state": "dropped", "time": "u", "reason": "late"}
    assert (told["told"], told["user"], told["why"]) == ("等太久了", "", "")
    json.dumps(told)


async def test_no_answer_holds_a_secret(house: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "cookies.txt").write_text(canaries.COOKIES, encoding="utf-8")
    async with house(OPTIONS, token=canaries.WEB_TOKEN) as home:
        home.say(f"sessionid={canaries.SESSION_ID}")
        home.bot.control.pause("secretive", f"cookie: {canaries.COOKIES}")
        for path in ("/api/status", "/api/plugins", "/api/pending", "/api/lines", "/api/why"):
            assert canaries.MARK not in json.dumps(await home.get(path)), path
