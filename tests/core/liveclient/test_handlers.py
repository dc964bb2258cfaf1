"""Handlers of the client: names, isolation, order."""

import asyncio
from datetime import UTC, datetime

import pytest

from douyinbot.core.liveclient.handlers import NAMES, Handlers
from douyinbot.events import EVENTS, Chat, Connected, Failure, Gift, RawData, Unknown

TIME = datetime(2026, 1, 1, tzinfo=UTC)
CHAT = Chat(time=TIME, received=TIME, comment="hi")


def handlers(errors: list | None = None) -> Handlers:
    return Handlers(
        lambda event, name, error: errors.append((name, str(error))) if errors is not None else None
    )


def test_every_kind_is_a_name_and_the_seeds_names_are_aliases() -> None:
    assert set(EVENTS) <= set(NAMES)
    assert NAMES["questionNew"] == NAMES["question_new"] == "question"
    assert NAMES["error"] == "failure"
    assert NAMES["streamEnd"] == "stream_end"
    assert set(NAMES.values()) == {*EVENTS, "decoded_data", "*"}


@pytest.mark.parametrize("name", ["chatt", "", "onChat"])
def test_an_unknown_name_is_refused_with_the_nearest_one(name: str) -> None:
    with pytest.raises(ValueError, match="there is no event"):
        handlers().add(name, print)
    with pytest.raises(ValueError, match='did you mean "chat"'):
        handlers().add("chatt", print)


def test_handlers_are_called_in_order_and_only_for_their_kind() -> None:
    called: list[str] = []
    some = handlers()
    some.add("chat", lambda event: called.append("first"))
    some.add("chat", lambda event: called.append("second"))
    some.add("gift", lambda event: called.append("gift"))
    some.add("*", lambda event: called.append("all"))
    some.call(CHAT)
    assert called == ["first", "second", "all"]
    assert some.listens_to("chat")
    assert not some.listens_to("like")


def test_a_handler_that_is_taken_away_is_called_no_more() -> None:
    called: list[object] = []
    some = handlers()
    some.add("chat", called.append)
    some.remove("chat", called.append)
    some.remove("chat", called.append)
    some.call(CHAT)
    assert called == []


def test_a_handler_that_raises_harms_nobody_and_is_told(caplog: pytest.LogCaptureFixture) -> None:
    called: list[object] = []
    errors: list[tuple[str, str]] = []
    some = handlers(errors)

    def boom(event: object) -> None:
        raise ValueError("boom")

    async def later(event: object) -> None:
        await asyncio.sleep(0)
        raise ValueError("later")

    async def fine(event: object) -> None:
        called.append(event)

    async def main() -> None:
        for handler in (boom, later, fine, called.append):
            some.add("chat", handler)
        some.call(CHAT)
        await some.settle()

    asyncio.run(main())
    assert called == [CHAT, CHAT]
    assert [text for _, text in errors] == ["boom", "later"]
    assert "boom of chat failed" in caplog.text


def test_a_gift_is_no_chat() -> None:
    called: list[object] = []
    some = handlers()
    some.add("chat", called.append)
    some.call(Gift(time=TIME, received=TIME))
    assert called == []


def test_decoded_messages_come_before_the_handlers_of_their_kind_and_nothing_else_does() -> None:
    called: list[str] = []
    some = handlers()
    for name in ("chat", "connected", "raw_data", "unknown", "failure", "decodedData"):
        some.add(name, lambda event, name=name: called.append(f"{name}: {event.kind}"))
    for kind in (Chat, Connected, RawData, Unknown, Failure):
        some.call(kind(time=TIME, received=TIME))
    assert called == [
        "decodedData: chat",
        "chat: chat",
        "connected: connected",
        "raw_data: raw_data",
        "unknown: unknown",
        "failure: failure",
    ]


def test_calls_that_never_end_are_cancelled_when_it_is_over() -> None:
    ended: list[str] = []
    some = handlers()

    async def stuck(event: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("stuck")

    async def main() -> None:
        some.add("chat", stuck)
        some.call(CHAT)
        await asyncio.sleep(0)
        await some.settle(patience=0.01)

    asyncio.run(main())
    assert ended == ["stuck"]


def test_a_handler_may_wait_for_the_others() -> None:
    some = handlers()

    async def main() -> None:
        done = asyncio.Event()

        async def last(event: object) -> None:
            await some.settle()
            done.set()

        some.add("chat", last)
        some.call(CHAT)
        async with asyncio.timeout(5):
            await done.wait()
        assert done.is_set()

    asyncio.run(main())


def test_too_many_calls_at_once_lose_events_and_say_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("douyinbot.core.liveclient.handlers.MOST_RUNNING", 2)
    seen: list[object] = []
    some = handlers()

    async def slow(event: object) -> None:
        await asyncio.sleep(0)
        seen.append(event)

    async def main() -> None:
        some.add("chat", slow)
        for _ in range(5):
            some.call(CHAT)
        await some.settle()
        some.call(CHAT)
        await some.settle()

    asyncio.run(main())
    assert len(seen) == 3
    assert [record.message for record in caplog.records] == [
        "2 calls of handlers are still running: events are lost",
        "handlers lost 3 events while they were too slow",
    ]
