import asyncio
import gc
import threading
import warnings
from datetime import UTC, datetime

import pytest

from douyinbot.outbox import State
from douyinbot.outbox.lines import Cause


@pytest.fixture
def split_text(receipt):
    """The receipt of a text in three parts."""
    whole = receipt("a long text", "L1")
    whole.divide(tuple(receipt(f"part {n}", f"L1.{n}") for n in (1, 2, 3)))
    return whole


def record(whole, *states):
    for part, state in zip(whole.parts, states, strict=False):
        if state:
            part.record(State(state), "" if state in ("queued", "sent", "seen") else f"why {state}")


def test_a_receipt_keeps_its_history(receipt):
    slip = receipt("好")
    slip.record(State.QUEUED)
    slip.record(State.DROPPED, "why", Cause.FULL)
    assert (slip.state, slip.reason, slip.done) == ("dropped", "why", True)
    assert [(state, reason) for state, _, reason in slip.history] == [("queued", ""), ("dropped", "why")]
    assert slip.history[0][1] == datetime(2026, 1, 1, 20, tzinfo=UTC)
    assert repr(slip) == "<Receipt L1 dropped '好'>"


def test_it_can_be_written_as_json(receipt):
    slip = receipt("好")
    assert slip.to_dict()["time"] is None
    slip.record(State.QUEUED)
    assert slip.to_dict() == {
        "kind": "send",
        "id": "L1",
        "room": "main",
        "plugin": "test",
        "text": "好",
        "state": "queued",
        "reason": "",
        "time": "2026-01-01T20:00:00+00:00",
    }


@pytest.mark.parametrize("end", ["seen", "dry", "dropped", "failed"])
def test_an_end_is_an_end(receipt, end):
    slip = receipt()
    slip.record(State(end))
    slip.record(State.SENT)
    slip.record(State.SEEN)
    assert slip.state == end
    assert len(slip.history) == 1


@pytest.mark.parametrize("end", ["unseen", "unknown"])
def test_but_a_line_may_be_seen_late(receipt, end):
    slip = receipt()
    slip.record(State(end), "why")
    slip.record(State.DROPPED)
    assert slip.state == end
    slip.record(State.SEEN)
    assert (slip.state, slip.reason) == ("seen", "")


def test_a_text_that_did_not_fit_says_so(receipt):
    slip = receipt(left_out="its end")
    slip.record(State.QUEUED)
    assert slip.reason == "the text was too long: its end was left out"
    slip.record(State.FAILED, "refused")
    assert slip.reason == "refused"


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (("queued", "queued", "queued"), "queued"),
        (("awaiting_approval", "queued", "queued"), "awaiting_approval"),
        (("seen", "sent", "queued"), "queued"),
        (("seen", "sent", "sent"), "sent"),
        (("failed", "sent", "queued"), "queued"),
        (("seen", "seen", "seen"), "seen"),
        (("dry", "dry", "dry"), "dry"),
        (("seen", "unseen", "seen"), "unseen"),
        (("unseen", "unknown", "seen"), "unknown"),
        (("unknown", "dropped", "dropped"), "dropped"),
        (("seen", "failed", "dropped"), "failed"),
    ],
)
def test_the_worst_part_tells_how_the_whole_is(split_text, states, state):
    record(split_text, *states)
    assert split_text.state == state


def test_the_whole_takes_the_reason_of_the_worst_part(split_text):
    record(split_text, "seen", "failed", "dropped")
    assert split_text.reason == "why failed"


def test_the_whole_is_told_each_state_once(split_text):
    record(split_text, "queued", "queued", "queued")
    record(split_text, "sent", "sent", "sent")
    record(split_text, "seen", "unseen", "seen")
    record(split_text, None, "seen")
    assert [state for state, _, _ in split_text.history] == ["queued", "sent", "unseen", "seen"]


def test_the_whole_says_what_was_left_out(receipt):
    whole = receipt(left_out="its end")
    whole.divide((receipt(), receipt()))
    record(whole, "seen", "seen")
    assert whole.reason == "the text was too long: its end was left out"


def test_a_lost_part_that_turns_up_betters_the_whole(split_text):
    record(split_text, "unseen", "unknown", "seen")
    record(split_text, None, "seen")
    assert split_text.state == "unseen"


async def test_it_can_be_awaited_by_many(receipt):
    slip = receipt()
    errors = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    waiting = [asyncio.create_task(_wait(slip)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    slip.record(State.SENT)
    await asyncio.sleep(1)
    assert not waiting[1].done()
    slip.record(State.SEEN)
    assert await waiting[1] is slip
    assert await waiting[2] is slip
    assert await slip is slip
    assert waiting[0].cancelled()
    assert not errors


async def _wait(slip):
    return await slip


async def test_the_whole_can_be_awaited(split_text):
    waiting = asyncio.create_task(_wait(split_text))
    await asyncio.sleep(0)
    record(split_text, "seen", "seen")
    await asyncio.sleep(0)
    assert not waiting.done()
    record(split_text, None, None, "unseen")
    assert (await waiting).state == "unseen"


def test_forgetting_to_await_says_nothing(receipt):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        receipt().record(State.FAILED, "why")
        receipt()
        gc.collect()


def test_a_loop_that_is_gone_does_no_harm(receipt):
    slip = receipt()

    async def give_up():
        task = asyncio.create_task(_wait(slip))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(give_up())
    slip.record(State.SEEN)
    assert slip.done


def test_a_thread_can_wait(receipt):
    slip = receipt()
    assert slip.wait(0) is False
    thread = threading.Timer(0.01, slip.record, [State.SEEN])
    thread.start()
    assert slip.wait(5) is True
    assert slip.wait() is True
    thread.join()


def test_a_line_that_ends_at_the_very_moment_is_not_missed(receipt):
    slip = receipt()
    slip.record(State.SEEN)
    called = []
    slip._when_done(lambda: called.append(True))
    assert called


async def test_the_loop_must_not_wait_like_a_thread(receipt):
    with pytest.raises(RuntimeError, match="await receipt"):
        receipt().wait()
