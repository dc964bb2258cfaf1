"""What waits for a watcher is bounded, and made once for all of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from douyinbot.core.notices import Notice
from douyinbot.events import Chat
from douyinbot.web.feed import MOST, QUEUE, Feed, Watcher
from tests import canaries

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)


def chat(room: str = "main", comment: str = "hi") -> Chat:
    return Chat(time=NOW, received=NOW, room=room, comment=comment)


class Socket:
    """Takes what it is sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send_str(self, text: str) -> None:
        self.sent.append(text)


async def drained(watcher: Watcher) -> list[str]:
    socket: Any = Socket()
    watcher.close()
    await watcher.send_to(socket, 1.0)
    return list(socket.sent)


@pytest.fixture
def feed() -> Feed:
    return Feed(lambda: NOW)


@pytest.mark.parametrize(
    ("rooms", "kinds", "wanted"),
    [
        ((), (), True),
        (("main",), ("chat",), True),
        (("main", "b"), (), True),
        ((), ("gift", "chat"), True),
        (("b",), (), False),
        ((), ("gift",), False),
        (("main",), ("gift",), False),
    ],
)
def test_who_wants_what(rooms: tuple[str, ...], kinds: tuple[str, ...], wanted: bool) -> None:
    assert Watcher(frozenset(rooms), frozenset(kinds)).wants("main", "chat") == wanted


async def test_the_oldest_goes_where_too_much_waits(feed: Feed) -> None:
    slow = Watcher()
    feed.join(slow)
    for number in range(QUEUE + 3):
        feed.event(chat(comment=f"line {number}"), own=False)
    assert slow.missed == 3
    texts = await drained(slow)
    assert len(texts) == QUEUE
    assert '"line 3"' in texts[0]
    assert f'"line {QUEUE + 2}"' in texts[-1]
    feed.leave(slow)
    assert feed.counts == {"missed": 3}


async def test_an_event_is_written_down_once_and_only_if_somebody_wants_it(feed: Feed) -> None:
    made: list[str] = []

    class Counted(Chat, frozen=True, gc=False):
        def to_dict(self) -> dict[str, Any]:
            made.append(self.comment)
            return {"comment": self.comment}

    event = Counted(time=NOW, received=NOW, room="main", comment="hi")
    feed.event(event, own=False)
    assert made == []
    watchers = [Watcher(), Watcher(), Watcher(frozenset({"other"}))]
    for watcher in watchers:
        feed.join(watcher)
    feed.event(event, own=False)
    assert made == ["hi"]
    assert [await drained(watcher) for watcher in watchers] == [['{"comment": "hi"}']] * 2 + [[]]


def test_notices_are_kept_for_the_dashboard_without_secrets(feed: Feed) -> None:
    for number in range(30):
        feed.notice(Notice("warning", f"{number}: token={canaries.WEB_TOKEN}", "main", "dice"))
    assert len(feed.notices) == 20
    assert feed.notices[-1] == {
        "time": "2026-11-01T20:00:00+00:00",
        "level": "warning",
        "room": "main",
        "plugin": "dice",
        "text": "29: token=***",
    }


def test_there_is_an_end_to_how_many_may_watch(feed: Feed) -> None:
    for _ in range(MOST):
        assert not feed.full
        feed.join(Watcher())
    assert feed.full


async def test_an_empty_feed_has_nothing_to_close(feed: Feed) -> None:
    feed.close()
    assert feed.watchers == set()
