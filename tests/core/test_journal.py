"""Why each line was or was not said."""

import asyncio
from datetime import timedelta

import pytest

from douyinbot import Drop, command, hookimpl
from douyinbot.core import journal as module
from douyinbot.core.journal import Entry, Journal, Step, chosen, stored
from douyinbot.core.origins import NOWHERE, Origin
from douyinbot.events import Chat, Gift, Like, User
from douyinbot.outbox import Receipt, State
from douyinbot.outbox.lines import Cause
from douyinbot.store import open_database
from douyinbot.testing.loop import START

MING = User(id="1", nickname="小明")


def chat(words="!dice", **more):
    return Chat(**{"time": START, "received": START, "room": "main", "user": MING, "comment": words, **more})


class Desk:
    """A journal on a database in memory, and a clock that is turned by hand."""

    def __init__(self, store) -> None:
        self.now = START
        self.store = store
        self.journal = Journal(store, lambda: self.now)
        self._count = 0

    def say(self, text, origin=NOWHERE, *, before=None):
        self._count += 1
        receipt = Receipt(
            f"L{self._count}",
            text,
            room="main",
            plugin="toy",
            clock=lambda: self.now,
            changed=lambda receipt, *_: self.journal.changed(receipt),
        )
        receipt.record(State.QUEUED)
        self.journal.line(
            receipt, origin, before=before or text, changed_by=("tamer",) if before is not None else ()
        )
        return receipt


def with_desk(scene):
    async def main():
        async with await open_database("sqlite://", clock=lambda: START) as database:
            return await scene(Desk(database.namespace("journal")))

    return asyncio.run(main())


def test_the_story_of_a_line_that_was_said():
    async def scene(desk):
        receipt = desk.say("🎲 6", Origin("!dice", chat()), before="🎲 7")
        receipt.record(State.SENT)
        await desk.journal.flush()
        assert await stored(desk.store) == []  # it has come to no end
        desk.now += timedelta(seconds=2)
        receipt.record(State.SEEN)
        await desk.journal.flush()
        return await stored(desk.store)

    at, later = "2026-01-01T12:00:00.000+00:00", "2026-01-01T12:00:02.000+00:00"
    assert with_desk(scene) == [
        Entry(
            time=at,
            room="main",
            event="chat",
            user="小明",
            words="!dice",
            plugin="toy",
            handler="!dice",
            line="L1",
            text="🎲 6",
            before="🎲 7",
            changed_by=["tamer"],
            steps=[Step("queued", at), Step("sent", at), Step("seen", later)],
        )
    ]


def test_a_line_that_was_not_said_tells_the_cause():
    async def scene(desk):
        desk.say("again").record(State.DROPPED, "said the same 3 s ago", Cause.DUPLICATE)
        desk.say("refused").record(State.FAILED, "the platform refused the text")
        desk.say("lost").record(State.UNKNOWN, "no answer")
        desk.say("fine").record(State.DRY)
        return desk.journal.find()

    assert [(entry.text, entry.cause, entry.why) for entry in with_desk(scene)] == [
        ("again", "duplicate", "said the same 3 s ago"),
        ("refused", "failed", "the platform refused the text"),
        ("lost", "unknown", "no answer"),
    ]


def test_a_late_echo_is_followed_and_the_last_word_counts():
    async def scene(desk):
        receipt = desk.say("late")
        receipt.record(State.UNSEEN, "it did not come back")
        await desk.journal.flush()
        receipt.record(State.SEEN)
        await desk.journal.close()
        (entry,) = await stored(desk.store)
        return [step.state for step in entry.steps]

    assert with_desk(scene) == ["queued", "unseen", "seen"]


def test_what_the_bot_had_no_time_for_is_written_at_the_end():
    async def scene(desk):
        desk.say("waiting")
        await desk.journal.close()
        return [(entry.text, entry.cause) for entry in await stored(desk.store)]

    assert with_desk(scene) == [("waiting", "")]


def test_events_without_an_answer_are_noted_but_no_flood_of_them():
    async def scene(desk):
        for number in range(3 * module.SILENCES):
            desk.journal.silent(chat(), f"dice{number}", "!dice", "cooldown", "it rests for 2 s more")
        desk.journal.silent(
            Like(time=START, received=START), "", "filter_event", "filtered", "nobody asks about likes"
        )
        await desk.journal.flush()
        first = len(await stored(desk.store))
        desk.journal.silent(chat("again"), "dice", "!dice", "cooldown", "it rests")
        await desk.journal.flush()
        return first, [entry.words for entry in desk.journal.find("again")]

    assert with_desk(scene) == (module.SILENCES, ["again"])


def test_of_what_is_alike_a_few_are_told_and_the_rest_is_counted():
    async def scene(desk):
        for number in range(20):
            desk.journal.silent(chat(f"!dice {number}"), "dice", "!dice", "cooldown", "it rests")
        await desk.journal.flush()
        during = [entry.times for entry in await stored(desk.store)]
        told = [(entry.words, entry.times) for entry in desk.journal.find()][-2:]
        desk.now += timedelta(seconds=module.MINUTE)
        desk.journal.silent(chat("next"), "dice", "!dice", "cooldown", "it rests")
        await desk.journal.flush()
        after = sorted(entry.times for entry in await stored(desk.store))
        return during, told, after

    during, told, after = with_desk(scene)
    assert during == [1] * module.ALIKE  # what is still being counted is written when its minute is over
    assert told == [("!dice 4", 1), ("!dice 19", 15)]
    assert after == [1] * (module.ALIKE + 1) + [15]


def test_what_was_only_counted_is_written_at_the_end():
    async def scene(desk):
        for _ in range(9):
            desk.journal.silent(chat(), "dice", "!dice", "cooldown", "it rests")
        await desk.journal.close()
        return sum(entry.times for entry in await stored(desk.store))

    assert with_desk(scene) == 9


def test_what_a_filter_made_of_an_event_is_told_wherever_the_event_is():
    async def scene(desk):
        before, between, after = chat("哈喽"), chat("hallo"), chat("hello")
        desk.journal.altered(before, between, ["first"])
        desk.journal.altered(between, after, ["second", "third"])
        desk.say("hi", Origin("on_chat", after))
        desk.journal.silent(after, "toy", "on_event", "quiet", "")
        desk.journal.silent(chat("hello"), "toy", "other", "quiet", "")
        return [(entry.words, entry.words_before, entry.words_changed_by) for entry in desk.journal.recent]

    changed = ("hello", "哈喽", ["first", "second", "third"])
    assert with_desk(scene) == [changed, changed, ("hello", "", [])]


def test_the_newest_entries_are_kept(monkeypatch):
    monkeypatch.setattr(module, "KEPT", 25)

    async def scene(desk):
        for number in range(12):
            desk.now += timedelta(seconds=3)
            for part in range(5):
                desk.journal.silent(chat(f"{number}.{part}"), "", f"!{number}", "role", "")
            await desk.journal.flush()
        # Another run goes on where this one has stopped.
        again = Desk(desk.store)
        again.now = desk.now + timedelta(seconds=3)
        again.journal.silent(chat("new"), "", "", "role", "")
        await again.journal.flush()
        return [entry.words for entry in await stored(desk.store)]

    words = with_desk(scene)
    assert len(words) == 21
    assert words[0] == "8.0"
    assert words[-1] == "new"


def test_no_secret_is_written():
    async def scene(desk):
        desk.say("my sessionid=S3CRET", Origin("on_chat", chat("token: S3CRET")), before="cookie=S3CRET x")
        desk.say("x").record(State.FAILED, "the request with msToken=S3CRET was refused")
        desk.journal.silent(None, "toy", "on_chat", "error", "it failed with KeyError: password=S3CRET")
        await desk.journal.close()
        return str(await stored(desk.store)) + str(list(desk.journal.recent))

    told = with_desk(scene)
    assert "S3CRET" not in told
    assert told.count("***") >= 5


def test_one_finds_by_id_and_by_any_words():
    entries = [
        Entry(time="1", line="L1", text="你好 小红", user="小明", plugin="welcome", room="main"),
        Entry(time="2", line="L11", text="🎲 3", words="!dice", plugin="dice", room="side", cause="expired"),
        Entry(time="3", plugin="points", cause="overflow", dropped_by="tamer"),
    ]
    assert chosen(entries, "l1") == entries[:1]
    assert chosen(entries, "小") == entries[:1]
    assert chosen(entries, "!DICE") == entries[1:2]
    assert chosen(entries, "tamer") == entries[2:]
    assert chosen(entries, "") == entries[1:]
    assert chosen(entries, "", "main") == entries[2:]  # what is of no room is everybody's
    assert chosen(entries, "nobody") == []


def test_gifts_are_told_by_name_and_number():
    async def scene(desk):
        gift = Gift(time=START, received=START, user=MING, gift_name="玫瑰", total=5)
        desk.say("谢谢", Origin("on_gift", gift)).record(State.DRY)
        return desk.journal.recent[0].words

    assert with_desk(scene) == "玫瑰 x5"


def test_it_is_written_while_the_bot_runs(monkeypatch):
    monkeypatch.setattr(module, "EVERY", 0.01)

    async def scene(desk):
        task = asyncio.create_task(desk.journal.run())
        desk.say("a").record(State.DRY)
        while not (entries := await stored(desk.store)):  # noqa: ASYNC110 - it is the database
            await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return [entry.text for entry in entries]

    assert with_desk(scene) == ["a"]


# ---- a whole bot ----------------------------------------------------------------------------------


async def test_the_way_of_a_line_through_a_bot(bot, plugin):
    @hookimpl
    def filter_message(message):
        if message.text == "no":
            return Drop("not in this house")
        return message.text.replace("bad", "***")

    @hookimpl
    def on_chat(ctx, event):
        return "bad word" if event.comment == "hi" else None

    @command("quiet", cooldown="10s")
    async def quiet(ctx):
        ctx.say("no")

    await bot.load(plugin(filter_message, on_chat, quiet))
    await bot.chat("hi")
    await bot.chat("!quiet")
    await bot.chat("!quiet")
    said, dropped, rests = bot.engine.journal.recent
    assert (said.plugin, said.handler, said.words, said.before, said.text) == (
        *("toy", "on_chat", "hi", "bad word", "*** word"),
    )
    assert [step.state for step in said.steps] == ["queued", "sent", "seen"]
    assert (dropped.handler, dropped.cause, dropped.why) == ("!quiet", "filtered", "not in this house")
    assert (rests.line, rests.cause, rests.why) == ("", "cooldown", "it rests for 10 s more")
    assert await bot.chat("!why", role="admin") == ["!quiet: 命令还在冷却"]
    assert await bot.chat(f"!why {dropped.line}", role="owner") == [f"{dropped.line}: 被过滤"]
    assert await bot.chat("!why", role="fans") == []


async def test_what_is_called_later_is_told_by_its_name(bot, plugin):
    @hookimpl
    async def on_chat(ctx, event):
        ctx.later("3s", remind)

    def remind(ctx):
        return "now"

    await bot.load(plugin(on_chat))
    await bot.chat("hi")
    await bot.advance("4s")
    (entry,) = bot.engine.journal.recent
    assert (entry.plugin, entry.handler, entry.event) == ("toy", "remind", "")


async def test_nothing_was_left_unsaid(bot):
    assert await bot.chat("!why", role="owner") == ["没有没说的话"]


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_words_for_the_chat(cause):
    from douyinbot.core.commands.orders import REASONS

    assert REASONS[cause]
