"""One room and its connector: connecting, waiting, giving up, and the way of an event to everybody else."""

import asyncio
import random
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from douyinbot import hookimpl
from douyinbot.config import Room
from douyinbot.connectors.base import Accepted, Capabilities
from douyinbot.core.notices import Notice
from douyinbot.core.room import LOOK_EVERY, RoomRunner
from douyinbot.errors import (
    BlockedError,
    ConfigError,
    ConnectError,
    InvalidUniqueIdError,
    RateLimitedError,
    RoomEndedError,
    RoomNotFoundError,
    UserOfflineError,
)
from douyinbot.events import Chat, Connected, Event, Gift, Like, Member, StreamEnd, User
from douyinbot.testing.loop import START


class ScriptOver(BaseException):
    """Nothing more is written for this room."""


class Scripted:
    """A connector that plays its part of a script: batches of events, pauses, and an error to end with."""

    account_id = "bot"

    def __init__(self, script: list[Any], live: bool = True) -> None:
        self.capabilities = Capabilities(live=live)
        self.counts: Counter[str] = Counter()
        self.said: list[str] = []
        self.closed = False
        self._script = script

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        self.closed = True

    async def batches(self):
        for step in self._script:
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, float | int):
                await asyncio.sleep(step)
                continue
            self.counts["messages"] += len(step)
            yield step

    async def send(self, text: str) -> Accepted:
        self.said.append(text)
        return Accepted(message_id="1")


class World:
    """Everything around a room, noting down what it is told."""

    def __init__(self) -> None:
        self.dispatched: list[Event] = []
        self.ignored: list[str] = []
        self.finished: list[Gift] = []
        self.ready: list[tuple[list, Event]] = []
        self.shown: list[tuple[str, bool]] = []
        self.notices: list[Notice] = []
        self.heard = 0
        self.accounts: list[str] = []
        self.drops: set[str] = set()
        self.breaks_on: str = ""

    # the engine
    @property
    def decisions(self):
        return self

    def ignore_own(self, event):
        self.ignored.append(event.comment)

    def role_of(self, room, user):
        return "owner" if user.id == "100" else user.role

    def on_event(self, room, event):
        if event.kind == self.breaks_on:
            raise KeyError("a defect of our own")
        return None if event.kind in self.drops else event

    def dispatch(self, room, event):
        self.ready.append((self.dispatched, event))

    def gift_finished(self, room, gift):
        self.ready.append((self.finished, gift))

    def deliver(self):
        """Nothing counts as dispatched before this."""
        for where, event in self.ready:
            where.append(event)
        self.ready.clear()

    # the outbox
    def heard_chat(self, room_id, user_id, text, message_id):
        return text == "own"

    def learn_account(self, account_id):
        self.accounts.append(account_id)

    def add_heard(self, room_id):
        self.heard += 1

    # an observer
    def event(self, event, *, own):
        self.shown.append((event.kind, own))

    def line(self, receipt): ...

    def notice(self, notice):
        self.notices.append(notice)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def room(world, clock):
    """Make a room whose connectors play their scripts, one after the other."""

    def make(*scripts: list[Any], live: bool = True, patient: bool = True, **config) -> RoomRunner:
        waiting = [Scripted(script, live) for script in scripts]

        def build():
            made.append(waiting.pop(0) if waiting else Scripted([ScriptOver()]))
            return made[-1]

        made: list[Scripted] = []
        runner = RoomRunner(
            Room(**{"id": "main", "connector": "scripted", **config}),
            world,
            Outbox(world),
            build,
            observers=[world],
            clock=clock,
            rng=random.Random(0),
            patient=patient,
        )
        runner.made = made
        return runner

    return make


class Outbox:
    def __init__(self, world: World) -> None:
        self.heard_chat, self.learn_account, self.heard = (
            world.heard_chat,
            world.learn_account,
            world.add_heard,
        )


def at(kind, **fields):
    return kind(time=START, received=START, room="main", **fields)


def connected() -> Connected:
    return at(Connected, room_id="735")


def now() -> float:
    return asyncio.get_running_loop().time()


# ---- the connection -------------------------------------------------------------------------------


async def test_a_stream_is_passed_on_and_closed(room, world):
    runner = room([[connected(), at(Chat, comment="a")], [at(Like)], [at(StreamEnd)]], after_end="stop")
    await runner.run()
    assert [event.kind for event in world.dispatched] == ["connected", "chat", "like", "stream_end"]
    assert runner.made[0].closed
    assert runner.counts == {"messages": 4}
    assert (runner.connector, runner.live_room.connected, runner.failure) == (None, False, None)
    assert world.accounts == ["bot"]


async def test_after_a_stream_the_next_one_is_waited_for(room, world):
    runner = room([[connected(), at(StreamEnd)]], [[connected(), at(StreamEnd)]])
    with pytest.raises(ScriptOver):
        await runner.run()
    assert len(runner.made) == 3
    assert now() == 2 * LOOK_EVERY
    assert [notice.text for notice in world.notices] == ["The stream is over; waiting for the next one."] * 2


async def test_a_recording_is_over_when_it_is_over(room):
    runner = room([[connected()]], live=False)
    await runner.run()
    assert len(runner.made) == 1


async def test_a_stream_that_has_not_begun_is_looked_for_every_half_minute(room, world):
    offline = UserOfflineError("main: nobody is live.")
    runner = room([offline], [offline], [[connected()]], after_end="stop")
    await runner.run()
    assert now() == 2 * LOOK_EVERY
    assert [(notice.level, notice.text) for notice in world.notices] == [
        ("info", "main: nobody is live. Waiting; looking again every 30s.")
    ]


async def test_an_impatient_room_gives_up_when_nobody_is_live(room, world):
    runner = room([UserOfflineError("nobody is live.")], patient=False)
    await runner.run()
    assert isinstance(runner.failure, UserOfflineError)
    assert world.notices == []  # whoever started it is told by `failure`


@pytest.mark.parametrize(
    "error",
    [RoomNotFoundError("no"), InvalidUniqueIdError("no"), ConfigError("no")],
    ids=lambda e: type(e).__name__,
)
async def test_what_cannot_get_better_is_given_up_at_once(room, world, error):
    runner = room([error])
    await runner.run()
    assert runner.failure is error
    assert [(notice.level, notice.text, notice.room) for notice in world.notices] == [("error", "no", "main")]
    assert now() == 0


async def test_other_troubles_are_tried_again_less_and_less_often(room, world):
    runner = room(*[[BlockedError("blocked.")] for _ in range(12)], [[connected()]], after_end="stop")
    moments = []
    original = runner._build

    def noting():
        moments.append(now())
        return original()

    runner._build = noting
    await runner.run()
    gaps = [after - before for before, after in pairwise(moments)]
    assert 2.5 <= gaps[0] <= 5
    assert all(150 <= gap <= 300 for gap in gaps[-3:])
    assert world.notices[0].text.startswith("blocked. Trying again in ")


async def test_the_platform_may_ask_for_more_patience(room):
    runner = room([RateLimitedError("slow down.", retry_after=120)], [[connected()]], after_end="stop")
    await runner.run()
    assert now() == 120


async def test_once_connected_the_next_trouble_is_a_first_one_again(room, world):
    troubles = [[BlockedError("blocked.")] for _ in range(6)]
    runner = room(*troubles, [[connected()], BlockedError("again.")], [[connected()]], after_end="stop")
    await runner.run()
    last = world.notices[-1].text
    assert last.startswith("again. Trying again in ")
    assert float(last.removesuffix("s.").rpartition(" ")[2]) <= 5


@pytest.mark.parametrize("patient", [True, False])
async def test_a_defect_of_a_connector_does_not_stop_the_bot(room, world, caplog, patient):
    runner = room([[connected()], KeyError("x")], [[connected()]], after_end="stop", patient=patient)
    await runner.run()
    assert len(runner.made) == (2 if patient else 1)
    assert "room main: its connector failed" in caplog.text
    told = "the connector failed with KeyError: 'x'."
    if patient:
        assert world.notices[0].text.startswith(f"{told} Trying again in ")
    else:
        assert isinstance(runner.failure, ConnectError)
        assert str(runner.failure) == told


# ---- sending --------------------------------------------------------------------------------------


async def test_lines_go_out_through_the_connection_there_is(room):
    runner = room([[connected()], 10, [at(StreamEnd)]], after_end="stop")
    with pytest.raises(RoomEndedError, match="has not begun"):
        await runner.send("too early")
    running = asyncio.create_task(runner.run())
    await asyncio.sleep(5)
    assert await runner.send("hi") == Accepted(message_id="1")
    await running
    with pytest.raises(RoomEndedError):
        await runner.send("too late")
    assert runner.made[0].said == ["hi"]


# ---- events ---------------------------------------------------------------------------------------


async def test_everybody_learns_the_role_that_a_viewer_has_here(room, world):
    runner = room()
    runner.process([at(Chat, user=User(id="100", nickname="主播")), at(Chat, user=User(id="1"))])
    assert [event.user.role for event in world.dispatched] == ["owner", "viewer"]
    assert runner.live_room.find_user("主播").role == "owner"


async def test_the_bots_own_line_is_shown_but_not_dispatched(room, world):
    runner = room()
    runner.process([at(Chat, comment="own"), at(Chat, comment="somebody else's")])
    assert world.shown == [("chat", True), ("chat", False)]
    assert [event.comment for event in world.dispatched] == ["somebody else's"]
    assert runner.live_room.lines == 1


async def test_only_new_lines_of_others_count_for_the_bots_share(room, world):
    runner = room()
    runner.process(
        [at(Chat, comment="own"), at(Chat, comment="old", history=True), at(Chat, comment="new"), at(Like)]
    )
    assert world.heard == 1


async def test_a_dropped_event_is_neither_shown_nor_dispatched(room, world):
    world.drops = {"like"}
    runner = room()
    runner.process([at(Like), at(Chat)])
    assert world.shown == [("chat", False)]
    assert [event.kind for event in world.dispatched] == ["chat"]


async def test_a_defect_of_our_own_costs_one_event(room, world, caplog):
    world.breaks_on = "like"
    room().process([at(Like), at(Chat)])
    assert [event.kind for event in world.dispatched] == ["chat"]
    assert "room main: an event of kind like could not be handled" in caplog.text


# ---- gifts ----------------------------------------------------------------------------------------


def gift(total: int, *, end: bool = False, group: str = "1") -> Gift:
    return at(Gift, gift_id="7", group_id=group, combo=True, total=total, repeat_end=end, user=User(id="1"))


async def test_a_streak_is_counted_and_finished_by_its_end_mark(room, world):
    room().process([gift(1), gift(3), gift(3, end=True)])
    assert [event.delta for event in world.dispatched] == [1, 2, 0]
    assert [one.total for one in world.finished] == [3]


async def test_a_streak_is_finished_by_silence(room, world):
    runner = room()
    runner.process([gift(1)])
    await asyncio.sleep(4)
    runner.process([gift(2), gift(5, group="2")])
    await asyncio.sleep(5.9)
    assert world.finished == []
    await asyncio.sleep(0.2)
    assert [one.total for one in world.finished] == [2, 5]
    await asyncio.sleep(1000)
    assert len(world.finished) == 2


async def test_how_long_a_silence_finishes_a_streak_is_set_for_the_room(room, world):
    room(gift_silence=20.0).process([gift(3)])
    await asyncio.sleep(19.9)
    assert world.finished == []
    await asyncio.sleep(0.2)
    assert [one.total for one in world.finished] == [3]


@pytest.mark.parametrize("closing", ["stream end", "stop"])
async def test_what_is_open_is_finished_at_the_end(room, world, closing):
    runner = room()
    runner.process([gift(1), gift(2, group="2")])
    if closing == "stop":
        runner.close()
    else:
        runner.process([at(StreamEnd)])
    assert [one.total for one in world.finished] == [1, 2]
    await asyncio.sleep(10)
    assert len(world.finished) == 2


async def test_a_dropped_gift_message_does_not_swallow_the_streak(room, world):
    """Whether a finished streak is passed on is the engine's decision, which asks the filters again."""
    world.drops = {"gift"}
    room().process([gift(1), gift(1, end=True)])
    assert world.dispatched == []
    assert [one.total for one in world.finished] == [1]


async def test_a_frame_of_ten_thousand_events_does_not_outrun_a_plugin_that_works(bot, plugin):
    got = []

    @hookimpl
    async def on_event(ctx, event):
        got.append(event.kind)

    await bot.load(plugin(on_event))
    common = {"room": "main", "time": bot.clock.now(), "received": bot.clock.now()}
    kinds = [Chat, Gift, Chat, Member]
    bot.rooms["main"].put(*(kinds[number % 4](id=str(number), **common) for number in range(10_000)))
    await bot.settle()
    assert len(got) == 10_000
    assert bot.engine.seats["toy"].lane.mailbox.dropped.total() == 0
