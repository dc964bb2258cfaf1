import asyncio
import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest

from douyinbot.config import Duration, Rate, Send
from douyinbot.errors import (
    InvalidSessionError,
    MutedError,
    RejectedTextError,
    RoomEndedError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.outbox import Outbox
from douyinbot.webcast.chat_answer import Accepted

FAST = {"rate": Rate(100, Duration(1)), "burst": 100, "per_minute": 1000}


def states(receipt):
    return [str(state) for state, _, _ in receipt.history]


async def test_a_line_is_sent_and_seen(stage):
    async with stage() as on:
        receipt = on.say("谢谢老铁", plugin="gift_thanks")
        assert (receipt.id, receipt.state, on.outbox.pending) == ("L1", "queued", 1)
        await asyncio.sleep(1)
        assert receipt.state == "sent"
        assert on.outbox.pending == 0
        assert on.echo("谢谢老铁")
        assert await receipt is receipt
        assert states(receipt) == ["queued", "sent", "seen"]
        assert receipt.history[-1][1] - receipt.history[0][1] == timedelta(seconds=1)
        assert on.sender.texts == ["谢谢老铁"]
        assert on.outbox.counts == {"seen": 1}
        assert [*on.outbox.recent] == [receipt]
        assert on.told == [("L1", "queued", ""), ("L1", "sent", ""), ("L1", "seen", "")]


async def test_a_line_that_nobody_sees_is_unseen(stage):
    async with stage() as on:
        receipt = await on.say("hi")
        assert receipt.state == "unseen"
        assert receipt.reason.startswith("accepted by the platform, but not seen in the room within 10s; ")
        assert (receipt.history[-1][1] - receipt.history[-2][1]).seconds == 10
        await asyncio.sleep(59)
        assert on.echo("hi")
        assert states(receipt) == ["queued", "sent", "unseen", "seen"]
        assert +on.outbox.counts == {"seen": 1}


async def test_viewers_are_not_taken_for_the_bot(stage):
    async with stage(Accepted("5", "me")) as on:
        assert not on.echo("hi", "viewer")
        receipt = on.say("hi")
        await asyncio.sleep(1)
        assert not on.echo("hi", "viewer", "4")
        assert not on.echo("typed by hand", "me", "6")
        assert on.echo("hi", "me", "5")
        assert receipt.state == "seen"


@pytest.mark.parametrize(
    "error", [TimeoutError(), ConnectionResetError(), UnconfirmedError("the line broke")]
)
async def test_a_lost_answer_is_never_followed_by_another_try(stage, error):
    async with stage(error) as on:
        receipt = await on.say("hi")
        assert receipt.state == "unknown"
        assert "not repeated" in receipt.reason
        await asyncio.sleep(100)
        assert on.sender.texts == ["hi"]


async def test_a_rehearsal_passes_all_policy_and_sends_nothing(stage):
    async with stage(mode="dry", burst=1) as on:
        receipts = [on.say(text) for text in ("a", "b", "a")]
        assert (await receipts[0]).state == "dry"
        assert (await receipts[1]).state == "dry"
        assert (receipts[1].history[-1][1] - receipts[0].history[-1][1]).seconds == 4
        assert receipts[2].reason.startswith("said the same")
        assert on.sender.texts == []
        assert on.outbox.counts == {"dry": 2, "dropped": 1, "dropped:duplicate": 1}
        assert not on.echo("a")


async def test_lines_wait_for_approval(stage):
    async with stage(mode="approve", **FAST) as on:
        yes, no, late = on.say("yes"), on.say("no"), on.say("late")
        await asyncio.sleep(5)
        assert {receipt.state for receipt in (yes, no, late)} == {"awaiting_approval"}
        assert on.outbox.pending == 3
        assert on.outbox.approve(yes.id)
        assert on.outbox.reject(no.id, "not now")
        assert not on.outbox.approve("L99")
        assert not on.outbox.reject("L99")
        await late
        assert (late.state, late.reason) == ("dropped", "nobody approved it within 2m")
        assert (no.state, no.reason) == ("dropped", "rejected: not now")
        assert on.sender.sent == [(5, "yes")]
        assert states(yes)[:3] == ["queued", "awaiting_approval", "queued"]


async def test_too_fast_is_tried_again_with_growing_patience(stage):
    async with stage(TooFastError("slow down"), TooFastError("slow down")) as on:
        receipt = on.say("hi", ttl=60)
        other = on.say("ho", ttl=60)
        await receipt
        await other
        assert on.sender.sent == [(0, "hi"), (8, "hi"), (24, "hi"), (28, "ho")]
        assert states(receipt) == ["queued", "queued", "queued", "sent", "unseen"]


async def test_the_platforms_own_waiting_time_is_honoured(stage):
    async with stage(TooFastError("slow down", 30)) as on:
        await on.say("hi", ttl=60)
        assert on.sender.sent == [(0, "hi"), (30, "hi")]


async def test_but_not_beyond_the_time_to_live(stage):
    async with stage(TooFastError("slow down", 30)) as on:
        receipt = await on.say("hi")
        assert receipt.reason.startswith("waited longer than 20s: the account backs off")
        await asyncio.sleep(100)
        assert on.sender.texts == ["hi"]


async def test_a_lost_login_stops_the_account_until_resumed(stage):
    async with stage(InvalidSessionError("log in again"), **FAST) as on:
        first, second = on.say("a"), on.say("b")
        await first
        assert (first.state, on.outbox.stopped_reason) == ("failed", "log in again")
        third = on.say("c")
        assert (third.state, third.reason) == ("dropped", "sending is stopped: log in again")
        await asyncio.sleep(10)
        on.outbox.resume()
        assert on.outbox.stopped_reason == ""
        await second
        assert on.sender.sent == [(0, "a"), (10, "b")]


async def test_a_mute_stops_one_room_for_a_while(stage, scripted):
    async with stage(MutedError("you are muted"), **FAST) as on:
        elsewhere = scripted()
        on.outbox.add_room("other", elsewhere, "live")
        await on.say("a")
        assert on.say("b").reason == "sending is stopped in this room for a while: you are muted"
        on.say("c", room="other")
        await asyncio.sleep(601)
        on.say("d")
        await asyncio.sleep(1)
        assert on.sender.sent == [(0, "a"), (601, "d")]
        assert elsewhere.texts == ["c"]


async def test_a_refused_text_fails_with_the_reason(stage):
    async with stage(RejectedTextError("the platform refuses this text")) as on:
        receipt = await on.say("hi")
        assert (receipt.state, receipt.reason) == ("failed", "the platform refuses this text")


async def test_a_strange_error_fails_without_its_words(stage):
    async with stage(KeyError("sessionid=CANARY")) as on:
        receipt = await on.say("hi")
        assert receipt.state == "failed"
        assert "KeyError" in receipt.reason
        assert "CANARY" not in receipt.reason


async def test_the_end_of_the_stream_ends_what_waits(stage):
    async with stage(RoomEndedError("the stream has ended")) as on:
        first, second = on.say("a"), on.say("b")
        await first
        assert (first.state, second.state) == ("failed", "dropped")


async def test_urgent_lines_go_first_and_nothing_is_faster_than_the_pace(stage):
    async with stage(burst=1, mode="live") as on:
        on.say("thanks", priority="low")
        on.say("news")
        on.say("answer", priority="high")
        await asyncio.sleep(15)
        assert on.sender.sent == [(0, "answer"), (4, "news"), (8, "thanks")]


async def test_a_minute_has_room_for_ten(stage):
    async with stage(**{**FAST, "per_minute": 10}) as on:
        for number in range(12):
            on.say(f"{number}", ttl=100)
        await asyncio.sleep(59.5)
        assert len(on.sender.sent) == 10
        await asyncio.sleep(1)
        assert len(on.sender.sent) == 12


async def test_a_long_text_goes_out_in_parts(stage):
    async with stage(max_length=10, max_parts=2) as on:
        receipt = on.say("一二三四五，六七八九十，甲乙丙丁戊己庚辛")
        assert [part.id for part in receipt.parts] == ["L1.1", "L1.2"]
        assert on.outbox.pending == 2
        await asyncio.sleep(1.1)
        assert on.sender.texts == ["一二三四五，…", "六七八九十，…"]
        assert receipt.left_out == "甲乙丙丁戊己庚辛"
        assert on.echo("一二三四五，…")
        assert receipt.state == "sent"
        assert on.echo("六七八九十，…")
        assert (await receipt).state == "seen"
        assert receipt.reason == "the text was too long: its end was left out"
        assert on.outbox.counts == {"seen": 2}


async def test_texts_are_tidied_and_empty_ones_dropped(stage):
    async with stage() as on:
        assert on.say("  a\u202e\n\nb ").text == "a b"
        for text in ("", "  \u200b ", "\n"):
            receipt = on.say(text)
            assert (receipt.state, receipt.reason, receipt.done) == ("dropped", "empty", True)


async def test_a_newer_line_replaces_an_older_one_of_its_key(stage):
    async with stage(burst=1) as on:
        on.say("first")
        await asyncio.sleep(1)
        old, new = on.say("5 viewers", key="n"), on.say("6 viewers", key="n")
        assert (old.state, old.reason) == ("dropped", "replaced by a newer line")
        await new
        assert on.sender.texts == ["first", "6 viewers"]


async def test_two_bots_that_answer_each_other_fall_silent(stage):
    async with stage(dedupe=Duration(0), rate=Rate(1, Duration(1)), per_minute=100) as on:
        for _ in range(300):
            on.say("你好呀")
            await asyncio.sleep(2)
            on.echo("你好呀")
        assert len(on.sender.sent) == 5
        assert on.outbox.counts["dropped:loop"] == 295
        await asyncio.sleep(10)
        on.say("你好呀")
        await asyncio.sleep(1)
        assert len(on.sender.sent) == 6


async def test_a_flood_is_bounded_and_told(stage):
    async with stage() as on:
        receipts = [on.say(f"line {number}") for number in range(5000)]
        assert on.outbox.pending == 100
        await asyncio.sleep(60)
        assert len(on.sender.sent) <= 10
        assert all(receipt.done for receipt in receipts)
        assert on.outbox.counts["dropped:full"] == 4900


async def test_the_bots_share_follows_what_is_heard(stage):
    async with stage(share=0.25, **FAST) as on:
        on.say("a")
        on.say("b")
        await asyncio.sleep(5)
        assert on.sender.texts == ["a"]
        for _ in range(6):
            on.outbox.heard("main")
        on.outbox.heard("nowhere")
        await asyncio.sleep(1)
        assert on.sender.texts == ["a", "b"]


async def test_rooms_come_change_and_go(stage, scripted):
    async with stage(burst=1) as on:
        assert on.say("hi", room="nowhere").reason == 'there is no room "nowhere" to say it in'
        on.outbox.add_room("readonly", None, "live")
        assert on.say("hi", room="readonly").reason == "nothing can be sent in this room: it has no sender"
        on.say("first")
        await asyncio.sleep(1)
        waiting = on.say("second")
        on.outbox.remove_room("main")
        assert (waiting.state, waiting.reason) == ("dropped", "the bot has left the room")
        on.outbox.add_room("main", on.sender, "dry", "me")
        assert (await on.say("third")).state == "dry"


async def test_a_line_that_a_filter_refused_has_a_receipt_too(stage):
    async with stage() as on:
        receipt = on.say("bad", refused="a banned word")
        assert (receipt.state, receipt.reason) == ("dropped", "a banned word")
        assert on.outbox.counts == {"dropped": 1, "dropped:filtered": 1}


async def test_the_account_may_be_learned_from_the_connection(stage):
    async with stage() as on:
        on.outbox.learn_account("me")
        on.say("666")
        await asyncio.sleep(1)
        assert not on.echo("666", "viewer")
        assert on.echo("666", "me")


async def test_an_unknown_priority_is_the_callers_mistake(stage):
    async with stage() as on:
        with pytest.raises(ValueError, match="low, normal or high"):
            on.say("hi", priority="urgent")


@pytest.mark.parametrize("ttl", [0, -5, float("nan")])
async def test_no_time_to_live_is_no_line(stage, ttl):
    async with stage() as on:
        assert (await on.say("hi", ttl=ttl)).reason == "waited longer than 0ms"
        assert on.sender.texts == []


async def test_a_line_may_have_all_the_time_in_the_world(stage):
    async with stage(TooFastError("slow", 3000)) as on:
        assert (await on.say("hi", ttl=float("inf"))).state == "unseen"


async def test_closing_leaves_no_receipt_open(stage):
    async def never(text):
        await asyncio.sleep(1000)

    async with stage(Accepted(), never, **FAST) as on:
        sent = on.say("a")
        flying = on.say("b")
        waiting = on.say("c")
        await asyncio.sleep(1)
        assert on.outbox.pending == 2
        await on.outbox.close()
        assert [str(receipt.state) for receipt in (sent, flying, waiting)] == ["unseen", "unknown", "dropped"]
        assert waiting.reason == "the bot is stopping"
        late = await on.say("d")
        assert (late.state, late.reason) == ("dropped", "the bot is stopping")
        assert on.outbox.pending == 0
        assert on.sender.texts == ["a", "b"]
        await on.outbox.close()


async def test_closing_before_running_works_too():
    outbox = Outbox(Send(), clock=lambda: datetime.now(UTC), monotonic=asyncio.get_running_loop().time)
    outbox.add_room("main", None, "dry")
    receipt = outbox.say("hi", room="main")
    await outbox.close("no")
    assert (await receipt).reason == "no"
    await outbox.run()


async def test_outboxes_of_a_bot_can_share_their_numbers():
    numbers = itertools.count(1)
    ids = set()
    for _ in range(2):
        outbox = Outbox(
            Send(),
            clock=lambda: datetime.now(UTC),
            monotonic=asyncio.get_running_loop().time,
            numbers=numbers,
        )
        ids.add(outbox.say("hi", room="main").id)
    assert ids == {"L1", "L2"}


async def test_a_listener_may_speak(stage):
    async with stage(mode="dry", **FAST) as on:
        tell = on._tell
        answered = []

        def answer(receipt):
            tell(receipt)
            if receipt.state == "dry" and not answered:
                answered.append(on.say("answer"))

        on.outbox._ledger._on_change = answer
        on.say("question")
        await asyncio.sleep(1)
        assert answered[0].state == "dry"


def test_a_thread_can_say_and_wait():
    async def main():
        outbox = Outbox(Send(), clock=lambda: datetime.now(UTC), monotonic=asyncio.get_running_loop().time)
        outbox.add_room("main", None, "dry")
        running = asyncio.create_task(outbox.run())
        await asyncio.sleep(0)
        result, done, loop = [], asyncio.Event(), asyncio.get_running_loop()

        def plugin():
            receipt = outbox.say("hi", room="main")
            result.append((receipt.wait(5), receipt.state))
            loop.call_soon_threadsafe(done.set)

        thread = threading.Thread(target=plugin)
        thread.start()
        await asyncio.wait_for(done.wait(), 5)
        thread.join()
        assert result == [(True, "dry")]
        await outbox.close()
        await running

    asyncio.run(main())


def test_how_lines_are_said_in_a_room_can_be_asked():
    outbox = Outbox(Send(), clock=lambda: datetime.now(UTC), monotonic=lambda: 0.0)
    assert outbox.mode("main") is None
    outbox.add_room("main", None, "approve")
    assert outbox.mode("main") == "approve"
    outbox.add_room("main", None, "dry")
    assert outbox.mode("main") == "dry"
