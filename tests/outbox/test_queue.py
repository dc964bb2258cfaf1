import itertools
import math

import pytest
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from douyinbot.config import Duration, Rate, Send
from douyinbot.outbox import Line, Priority, State
from douyinbot.outbox.lines import Cause
from douyinbot.outbox.queue import Queue
from douyinbot.outbox.rooms import Rooms
from douyinbot.outbox.sender import Kind, Outcome

SAID = Outcome(Kind.SAID)


class Nobody:
    async def send(self, text):
        raise AssertionError("the policy sends nothing")


@pytest.fixture
def rooms():
    rooms = Rooms()
    rooms.put("main", Nobody(), "live", 0)
    rooms.put("other", Nobody(), "live", 0)
    rooms.put("asks", Nobody(), "approve", 0)
    return rooms


@pytest.fixture
def queue(settings, rooms):
    return lambda rate="1/4s", **more: Queue(settings(rate, **more), rooms)


def say(queue, now, outcome=SAID):
    """Take what is to be said now, settle it, and return its id."""
    line = queue.take(now)
    if line is None:
        return None
    id = line.slip.id
    queue.settle(outcome, now)
    return id


def why(line, part=0):
    return str(line.slips[part].state), line.slips[part].reason


def test_lines_go_out_by_priority_and_then_in_order(queue, line):
    queue = queue(burst=9)
    for id, priority in [("a", "low"), ("b", "normal"), ("c", "high"), ("d", "normal"), ("e", "high")]:
        queue.offer(line(id, priority=priority), 0)
    assert [say(queue, now) for now in range(6)] == ["c", "e", "b", "d", "a", None]


def test_they_keep_to_the_pace(queue, line):
    queue = queue("1/4s", burst=2)
    for id in "abcd":
        queue.offer(line(id), 0)
    assert [say(queue, now) for now in (0, 0.9, 1, 3.9, 4, 7.9, 8)] == ["a", None, "b", None, "c", None, "d"]


def test_it_says_when_to_ask_again(queue, line):
    queue = queue("1/4s", burst=1, ttl=20)
    assert queue.wake_at(0) == math.inf
    queue.offer(line("a"), 0)
    assert queue.wake_at(0) < 0
    say(queue, 0)
    assert queue.wake_at(0) == math.inf
    queue.offer(line("b"), 1)
    queue.offer(line("c", ttl=2), 1)
    assert queue.wake_at(1) == 3
    queue.expire(3)
    assert queue.wake_at(3) == 4


def test_one_line_is_in_flight_at_a_time(queue, line):
    queue = queue(burst=9)
    queue.offer(line("a", ttl=5), 0)
    queue.offer(line("b"), 0)
    first = queue.take(0)
    assert queue.take(0) is None
    assert queue.pending == 2
    assert queue.wake_at(0) == 20  # the other one's time to live
    queue.expire(10)  # what is in flight does not expire
    queue.settle(SAID, 10)
    assert first.left == 0
    assert say(queue, 10) == "b"


def test_settling_without_a_line_in_flight_does_nothing(queue):
    queue().settle(SAID, 0)


def test_waiting_too_long_is_the_end(queue, line):
    queue = queue("1/30s", burst=1)
    a, b = line("a"), line("b")
    queue.offer(a, 0)
    queue.offer(b, 0)
    say(queue, 0)
    assert say(queue, 20) is None
    assert why(b) == ("dropped", "waited longer than 20s: rate = 1/30s lets no more through")
    assert queue.pending == 0


def test_parts_stay_together_whatever_comes(queue, line):
    queue = queue(burst=9)
    queue.offer(line("a", parts=3), 0)
    assert say(queue, 0) == "a.1"
    queue.offer(line("b", priority="high"), 0)
    assert [say(queue, now) for now in range(1, 4)] == ["a.2", "a.3", "b"]


def test_the_rest_of_a_text_expires_too(queue, line):
    queue = queue("1/15s", burst=1)
    text = line("a", parts=3)
    queue.offer(text, 0)
    assert [say(queue, now) for now in (0, 15, 29)] == ["a.1", "a.2", None]
    assert why(text, 2) == ("dropped", "waited longer than 20s: rate = 1/15s lets no more through")
    assert queue.pending == 0


def test_after_a_part_that_failed_the_rest_is_not_said(queue, line):
    queue = queue(burst=9)
    text = line("a", parts=3)
    queue.offer(text, 0)
    say(queue, 0)
    say(queue, 1, Outcome(Kind.REFUSED, "a bad word"))
    assert [(slip.state, slip.reason) for slip in text.slips[1:]] == [
        ("failed", "a bad word"),
        ("dropped", "an earlier part of this text was not accepted"),
    ]
    assert say(queue, 2) is None


def test_after_a_part_without_an_answer_the_text_goes_on(queue, line):
    queue = queue(burst=9)
    queue.offer(line("a", parts=2), 0)
    assert say(queue, 0, Outcome(Kind.LOST)) == "a.1"
    assert say(queue, 1) == "a.2"


def test_a_newer_line_of_the_same_key_replaces_the_older(queue, line):
    queue = queue(burst=9)
    old = line("a", key="viewers")
    queue.offer(old, 0)
    queue.offer(line("b"), 0)
    queue.offer(line("c", key="viewers"), 0)
    assert why(old) == ("dropped", "replaced by a newer line")
    assert [say(queue, now) for now in range(3)] == ["c", "b", None]


def test_with_the_same_text_too(queue, line):
    queue = queue()
    old, new = line("a", "hi", key="x"), line("b", "hi", key="x")
    queue.offer(old, 0)
    queue.offer(new, 5)
    assert (why(old)[0], why(new)[0]) == ("dropped", "queued")
    assert new.deadline == 25


def test_a_line_that_is_not_let_in_replaces_nothing(queue, line):
    queue = queue(burst=9)
    queue.offer(line("a", "hi"), 0)
    say(queue, 0)
    old = line("b", "ho", key="x")
    queue.offer(old, 0)
    queue.offer(line("c", "hi", key="x"), 1)
    assert why(old)[0] == "queued"


def test_repetitions_are_dropped_only_if_the_text_was_said(queue, line):
    queue = queue(burst=9)
    refused, again, repeated = line("a", "hi"), line("b", "hi"), line("c", "hi")
    queue.offer(refused, 0)
    say(queue, 0, Outcome(Kind.REFUSED, "no"))
    queue.offer(again, 1)
    assert say(queue, 1) == "b"
    queue.offer(repeated, 3)
    assert why(repeated) == ("dropped", "said the same 2 s ago")


def test_a_full_queue_drops_the_oldest_of_the_least_important(queue, line):
    queue = queue(queue=3)
    low, normal, high = line("a", priority="low"), line("b"), line("c", priority="high")
    for each in (normal, low, high):
        queue.offer(each, 0)
    queue.offer(line("d"), 0)
    assert why(low) == (
        "dropped",
        "the queue is full (3 lines), and this was the oldest of the least important",
    )
    queue.offer(line("e"), 0)
    assert why(normal)[0] == "dropped"
    late = line("f", priority="low")
    queue.offer(late, 0)
    assert why(late) == ("dropped", "the queue is full (3 lines) of lines that are more important")
    assert queue.pending == 3


def test_lines_await_approval(queue, line):
    queue = queue(burst=9)
    a, b = line("a", room="asks"), line("b", room="asks", parts=2)
    queue.offer(a, 0)
    queue.offer(b, 0)
    assert say(queue, 0) is None
    assert [str(state) for state, _, _ in a.slip.history] == ["queued", "awaiting_approval"]
    assert queue.approve("b.2", 15)
    assert not queue.approve("b", 15)
    assert why(b, 1) == ("queued", "approved")
    assert b.deadline == 35
    assert [say(queue, now) for now in range(15, 18)] == ["b.1", "b.2", None]
    queue.expire(20)
    assert why(a) == ("dropped", "nobody approved it within 20s")
    assert not queue.approve("a", 20)


def test_or_are_rejected(queue, line):
    queue = queue()
    a, b = line("a", room="asks"), line("b", room="asks")
    queue.offer(a, 0)
    queue.offer(b, 0)
    assert queue.reject("a", "", 0)
    assert queue.reject("b", "too loud", 0)
    assert not queue.reject("b", "", 0)
    assert why(a) == ("dropped", "rejected")
    assert why(b) == ("dropped", "rejected: too loud")


def test_too_fast_means_again_later_at_the_front(queue, line):
    queue = queue("1/4s", burst=9)
    a, b = line("a", ttl=30), line("b")
    queue.offer(a, 0)
    queue.offer(b, 0)
    say(queue, 0, Outcome(Kind.TOO_FAST, "speaking too fast"))
    assert why(a) == ("queued", "speaking too fast; the next try is in 8 s")
    assert say(queue, 7.9) is None
    assert queue.wake_at(1) == 8
    queue.offer(line("c", priority="high"), 7.9)
    assert say(queue, 8) == "c"
    assert [say(queue, now) for now in (8, 11.9, 12)] == [None, None, "a"]


def test_after_a_back_off_no_burst_knocks_at_the_door_again(queue, line):
    queue = queue("1/4s", burst=3)
    for id in "abcd":
        queue.offer(line(id, ttl=600), 0)
    say(queue, 0, Outcome(Kind.TOO_FAST, "slow"))
    assert [say(queue, now) for now in (100, 101, 103.9, 104, 107.9, 108)] == [
        "a",
        None,
        None,
        "b",
        None,
        "c",
    ]
    # An hour later everything is as it was.
    queue.offer(line("e"), 3600)
    queue.offer(line("f"), 3600)
    assert [say(queue, now) for now in (3600, 3601)] == ["e", "f"]


@pytest.mark.parametrize(("kind", "wait"), [(Kind.SAID, 8), (Kind.DRY, 16), (Kind.LOST, 16)])
def test_only_an_accepted_line_ends_the_doubling(queue, line, kind, wait):
    queue = queue("1/4s", burst=9)
    for id in "ab":
        queue.offer(line(id, ttl=100), 0)
    say(queue, 0, Outcome(Kind.TOO_FAST, "slow"))
    say(queue, 10, Outcome(kind))
    b = queue.take(20)
    queue.settle(Outcome(Kind.TOO_FAST, "slow"), 20)
    assert b.slip.reason == f"slow; the next try is in {wait} s"


def test_the_parts_of_a_text_are_no_loop(queue, line):
    queue = queue(burst=99, per_minute=99, dedupe=0)
    for id in "ab":
        queue.offer(line(id, "hi", parts=3), 0)
    assert [say(queue, now) for now in range(7)] == ["a.1", "a.2", "a.3", "b.1", "b.2", "b.3", None]
    third = line("c", "hi", parts=3)
    queue.offer(third, 7)
    assert why(third)[0] == "queued"


def test_a_back_off_may_outlive_a_line(queue, line):
    queue = queue("1/4s", burst=9)
    a = line("a")
    queue.offer(a, 0)
    say(queue, 0, Outcome(Kind.TOO_FAST, "speaking too fast", 60))
    queue.expire(20)
    told = "the account backs off, as the platform asks it to speak less"
    assert why(a) == ("dropped", f"waited longer than 20s: {told}")


def test_a_line_that_is_too_late_names_the_cap_that_held_it_up(queue, line):
    queue = queue("1/1s", per_minute=2)
    lines = [line(id) for id in "abc"]
    for each in lines:
        queue.offer(each, 0)
    assert [say(queue, now) for now in range(3)] == ["a", "b", None]
    assert queue.cap_reached(3) == "per_minute = 2 was reached; the next line is in 57 s"
    queue.expire(20)
    assert why(lines[2]) == ("dropped", "waited longer than 20s: per_minute = 2 was reached")
    assert queue.cap_reached(21) == ""  # nobody waits any more


def test_or_that_others_had_no_answer_or_went_first(queue, line):
    queue = queue("1/1s", burst=9)
    queue.offer(line("a", ttl=99, priority="high"), 0)
    b, c = line("b"), line("c", ttl=25)
    queue.offer(b, 0)
    queue.offer(c, 0)
    queue.take(0)
    queue.expire(20)
    assert why(b)[1] == "waited longer than 20s: the line before it had no answer yet"
    queue.settle(SAID, 24)
    queue.expire(25)
    assert why(c)[1] == "waited longer than 25s: other lines went first"


def test_a_part_that_was_too_fast_goes_on_with_its_text(queue, line):
    queue = queue("1/4s", burst=9)
    queue.offer(line("a", parts=2), 0)
    queue.offer(line("b", priority="high"), 0)
    assert say(queue, 0) == "b"
    say(queue, 1)
    assert say(queue, 2, Outcome(Kind.TOO_FAST, "slow")) == "a.2"
    queue.offer(line("c", priority="high"), 2)
    assert [say(queue, 10), say(queue, 14)] == ["a.2", "c"]


def test_a_line_that_comes_back_does_not_outlive_its_replacement(queue, line):
    queue = queue(burst=9)
    a, b = line("a", key="x"), line("b", key="x")
    queue.offer(a, 0)
    queue.take(0)
    queue.offer(b, 0)
    queue.settle(Outcome(Kind.TOO_FAST, "slow"), 1)
    assert (why(b)[0], queue.pending) == ("queued", 1)


def test_nor_its_room(queue, line, rooms):
    queue = queue(burst=9)
    a = line("a", parts=2)
    queue.offer(a, 0)
    queue.take(0)
    rooms.remove("main")
    queue.drop_all("gone", Cause.NO_ROOM, "main")
    assert [slip.state for slip in a.slips] == ["queued", "dropped"]
    queue.settle(Outcome(Kind.TOO_FAST, "slow"), 1)
    assert a.slips[0].state == "dropped"
    assert queue.pending == 0


def test_a_line_said_in_a_room_that_is_gone_is_said(queue, line, rooms):
    queue = queue(burst=9)
    queue.offer(line("a"), 0)
    queue.take(0)
    rooms.remove("main")
    queue.settle(SAID, 1)
    assert queue.pending == 0


def test_a_lost_login_stops_everything_until_somebody_resumes(queue, line, rooms):
    queue = queue(burst=9)
    a, b, c = line("a"), line("b", room="other"), line("c")
    queue.offer(a, 0)
    queue.offer(b, 0)
    say(queue, 0, Outcome(Kind.LOGGED_OUT, "not logged in"))
    assert why(a) == ("failed", "not logged in")
    assert say(queue, 1) is None
    assert queue.wake_at(1) == 20
    queue.offer(c, 1)
    assert why(c) == ("dropped", "sending is stopped: not logged in")
    rooms.resume()
    assert say(queue, 2) == "b"


def test_what_waits_for_that_too_long_says_so(queue, line):
    queue = queue(burst=9)
    b = line("b")
    queue.offer(line("a"), 0)
    queue.offer(b, 0)
    say(queue, 0, Outcome(Kind.LOGGED_OUT, "not logged in"))
    queue.expire(20)
    assert why(b) == ("dropped", "waited longer than 20s: sending is stopped: not logged in")


def test_a_mute_stops_one_room_for_ten_minutes(queue, line):
    queue = queue(burst=9, ttl=1000)
    queue.offer(line("a", ttl=1000), 0)
    queue.offer(line("b", ttl=1000), 0)
    queue.offer(line("c", room="other"), 0)
    say(queue, 0, Outcome(Kind.MUTED, "you are muted"))
    assert say(queue, 1) == "c"
    assert say(queue, 599) is None
    assert queue.wake_at(599) == 600
    assert say(queue, 600) == "b"


def test_the_end_of_the_stream_drops_what_waits_in_its_room(queue, line):
    queue = queue(burst=9)
    a, b = line("a"), line("b")
    for each in (a, b, line("c", room="other")):
        queue.offer(each, 0)
    say(queue, 0, Outcome(Kind.ENDED, "the stream has ended"))
    assert why(a) == ("failed", "the stream has ended")
    assert why(b) == ("dropped", "the stream has ended")
    assert say(queue, 1) == "c"


def test_everything_can_be_dropped_but_what_is_in_flight(queue, line):
    queue = queue(burst=9)
    a, b, c = line("a"), line("b", room="asks"), line("c")
    for each in (a, b, c):
        queue.offer(each, 0)
    queue.take(0)
    queue.drop_all("the bot is stopping", Cause.CLOSED)
    assert a.slip.state == "queued"
    assert queue.pending == 1


def test_the_bots_share_of_a_room(queue, line, rooms):
    rooms.put("busy", Nobody(), "live", 0.25)
    queue = queue(burst=9)
    queue.offer(line("a", room="busy"), 0)
    queue.offer(line("b", room="busy", parts=2), 0)
    queue.offer(line("c", room="busy"), 0)
    queue.offer(line("d"), 0)
    assert [say(queue, now) for now in range(3)] == ["a", "d", None]
    for _ in range(6):
        rooms.get("busy").share.heard(1)
    assert say(queue, 3) is None  # c would fit, but must not overtake b
    for _ in range(3):
        rooms.get("busy").share.heard(1)
    assert [say(queue, now) for now in range(3, 6)] == ["b.1", "b.2", None]


def test_a_listener_may_speak_at_any_moment(queue, line):
    queue = queue(burst=9, queue=3)
    told = []

    class Talkative:
        id = text = "x"
        state = State.QUEUED

        def record(self, state, reason="", cause=None):
            told.append(str(state))
            if len(told) < 200:
                queue.offer(line(f"L{len(told)}"), 0)

    for number in range(6):
        loud = line(f"loud{number}")
        loud.slips = (Talkative(),)
        queue.offer(loud, 0)
    queue.take(0)
    queue.settle(Outcome(Kind.ENDED, "over"), 0)
    queue.drop_all("over", Cause.CLOSED)
    queue.expire(1000)
    assert told
    assert queue.pending <= 3


class Slip:
    def __init__(self, id, text):
        self.id, self.text, self.state = id, text, State.QUEUED

    def record(self, state, reason="", cause=None):
        assert self.state not in ("dropped", "failed"), "an end is an end"
        assert bool(reason) or state in ("queued", "awaiting_approval"), "drops say why"
        self.state = state


class AnyTraffic(RuleBasedStateMachine):
    """Any order of calls: what must never happen does not."""

    ROOMS = ("main", "asks", "busy")
    BURST, PER_MINUTE, BOUND = 2, 6, 8

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.rooms = Rooms()
        for room in self.ROOMS:
            share = 0.3 if room == "busy" else 0
            self.rooms.put(room, Nobody(), "approve" if room == "asks" else "live", share)
        self.queue = Queue(
            Send(
                rate=Rate(1, Duration(4)),
                burst=self.BURST,
                per_minute=self.PER_MINUTE,
                queue=self.BOUND,
                dedupe=Duration(30),
            ),
            self.rooms,
        )
        self.lines: list[Line] = []
        self.all_slips: list[Slip] = []
        self.said: set[str] = set()
        self.starts: list[float] = []

    @rule(
        room=st.sampled_from(ROOMS),
        priority=st.sampled_from(Priority),
        text=st.integers(0, 30),
        ttl=st.sampled_from([0.0, 3.0, 20.0, 90.0]),
        key=st.sampled_from([None, None, "k"]),
        parts=st.integers(1, 3),
        kind=st.sampled_from(["usual", "usual", "usual", "dry", "approved"]),
    )
    def offer(self, room, priority, text, ttl, key, parts, kind):
        id = f"L{len(self.lines)}"
        slips = tuple(Slip(f"{id}.{part}", "x") for part in range(parts))
        line = Line(id, room, "p", f"text {text}", slips, priority, ttl, key, approval=30.0)
        line.dry, line.approved = kind == "dry", kind == "approved"
        self.queue.offer(line, self.now)
        self.lines.append(line)
        self.all_slips += slips

    @rule(seconds=st.sampled_from([0.0, 0.5, 1.0, 4.0, 20.0, 61.0, 700.0]))
    def wait(self, seconds):
        self.now += seconds

    @rule(kind=st.sampled_from([*Kind, Kind.SAID, Kind.SAID, Kind.SAID]), slow=st.floats(0, 6))
    def send(self, kind, slow):
        line = self.queue.take(self.now)
        if line is None:
            return
        self.check_turn(line)
        self.starts.append(self.now)
        slip = line.slip
        assert slip.id not in self.said, "nothing is said twice"
        assert slip.state == "queued"
        assert self.now < line.deadline, "nothing is said too late"
        self.now += slow
        if kind in (Kind.SAID, Kind.LOST, Kind.DRY):
            self.said.add(slip.id)
        self.queue.settle(Outcome(kind, "" if kind is Kind.SAID else "why"), self.now)

    def check_turn(self, line):
        if line.at > 0:
            return
        for other in self.lines:
            if other is line or not other.left or other.slip.state != "queued":
                continue
            if self.rooms.holds(other, self.now) or (other.room == "busy" != line.room):
                continue
            assert other.at == 0, "parts stay together"
            assert other.priority <= line.priority, "the more urgent goes first"
            if other.priority == line.priority:
                assert other.order > line.order or other.order == 0, "who comes first goes first"

    @rule(number=st.integers(0, 200), yes=st.booleans())
    def judge(self, number, yes):
        if yes:
            self.queue.approve(f"L{number}", self.now)
        else:
            self.queue.reject(f"L{number}", "", self.now)

    @rule()
    def heard(self):
        self.rooms.get("busy").share.heard(self.now)

    @rule()
    def pause(self):
        self.rooms.stop("somebody paused it")

    @precondition(lambda self: self.rooms.stopped_reason)
    @rule()
    def resume(self):
        self.rooms.resume()

    @invariant()
    def it_is_bounded(self):
        assert self.queue.pending <= self.BOUND

    @invariant()
    def it_keeps_to_the_pace(self):
        starts = self.starts[-20:]
        for first, start in enumerate(starts):
            inside = [time for time in starts[first:] if time < start + 60]
            assert len(inside) <= self.PER_MINUTE
            for number, time in enumerate(starts[first:], start=1):
                assert number <= self.BURST + (time - start) / 4 + 1e-9
        assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(starts))

    @invariant()
    def it_never_asks_to_be_called_at_once_for_nothing(self):
        self.queue.expire(self.now)
        if self.queue.wake_at(self.now) <= self.now:
            assert self.queue._next(self.now) is not None

    def teardown(self):
        self.queue.drop_all("over", Cause.CLOSED)
        for slip in self.all_slips:
            assert slip.id in self.said or slip.state in ("dropped", "failed")


AnyTraffic.TestCase.settings = effort(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyTraffic = AnyTraffic.TestCase
