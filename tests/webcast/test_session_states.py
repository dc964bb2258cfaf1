"""The session under any order of frames, repeats, silence and reconnects."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from douyinbot.events import Chat, Failure, Member
from douyinbot.webcast import composing
from douyinbot.webcast.composing import Person
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE, compose
from douyinbot.webcast.frames import HEARTBEAT, parse_frame
from douyinbot.webcast.session import Ending, Session

RECEIVED = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
NOW_MS = 1_790_856_000_000
PERSON = Person(5, "小明")
LONGEST = 10.0

NUMBERS = st.integers(0, 12)  # few, so that repeats are many
MESSAGES = st.lists(st.tuples(st.sampled_from(["ChatMessage", "MemberMessage"]), NUMBERS), max_size=6)
HEARTBEATS = st.sampled_from([0, 3, 15, 90])
CURSORS = st.sampled_from(["", "c1", "c2", "c3"])


def composed(method: str, number: int) -> tuple[str, int, bytes]:
    if method == "ChatMessage":
        return f"Webcast{method}", number, compose.chat(number, 7, NOW_MS, PERSON, f"line {number}")[1]
    return f"Webcast{method}", number, compose.member(number, 7, NOW_MS, PERSON, number)[1]


class Room(RuleBasedStateMachine):
    """A server that repeats and reorders, a clock that jumps, and a driver as the docstring asks for."""

    @initialize(start=st.floats(0, 1e6), stale_after=st.sampled_from([None, 25.0]))
    def open_first(self, start: float, stale_after: float | None) -> None:
        self.session = Session(Decoder(TABLE, room="main"), stale_after=stale_after)
        self.now = start
        self.delivered: set[tuple[str, int]] = set()
        self.anonymous = self.damaged = 0  # messages without an id, and frames that cannot be read
        self.effects: Counter[tuple[str, str]] = Counter()
        self.failures = 0
        self.cursor = ""
        self.unacknowledged: list[int] = []
        self.frames = 0
        self.open()

    def open(self) -> None:
        self.session.opened(self.now)
        self.unacknowledged.clear()
        assert self.session.data_to_send() == [HEARTBEAT]

    def settle(self) -> None:
        """What a driver does at each turn."""
        self.session.tick(self.now)
        sent = self.session.data_to_send()
        acks = [frame.log_id for frame in map(parse_frame, sent) if frame.payload_type == "ack"]
        assert acks == self.unacknowledged
        assert sent[len(acks) :] in ([], [HEARTBEAT])  # acknowledgements first, at most one heartbeat
        self.unacknowledged.clear()
        for event in self.session.events_received():
            if isinstance(event, Failure):
                self.failures += 1
            else:
                self.effects[event.kind, event.id] += 1
                assert isinstance(event, Chat | Member)

    def receive(self, data: bytes) -> None:
        self.frames += 1
        self.session.receive(data, self.now, RECEIVED)

    @property
    def is_open(self) -> bool:
        return self.session.ending is None

    @rule(
        messages=MESSAGES, cursor=CURSORS, need_ack=st.booleans(), heartbeat=st.sampled_from([0, 3, 15, 90])
    )
    def deliver(self, messages: list[tuple[str, int]], cursor: str, need_ack: bool, heartbeat: int) -> None:
        if self.is_open:
            self.delivered |= {message for message in messages if message[1]}
            self.anonymous += sum(not number for _, number in messages)
            self.cursor = cursor or self.cursor
            self.unacknowledged += [self.frames] if need_ack else []
        body = composing.response(
            [composed(*message) for message in messages],
            cursor=cursor,
            need_ack=need_ack,
            heartbeat_duration=heartbeat,
        )
        self.receive(composing.push_frame(body, log_id=self.frames))

    @rule(kind=st.sampled_from(["hb", "ack", "subscribe_ack", "new"]))
    def other_frame(self, kind: str) -> None:
        self.receive(composing.push_frame(b"\xff", log_id=self.frames, payload_type=kind))

    @rule(data=st.sampled_from([b"\xff", b"<html>", b"\x3a\x03msg\x42\x03\x1f\x8b\x08"]))
    def damaged_frame(self, data: bytes) -> None:
        if self.is_open:
            self.damaged += 1
            self.unacknowledged += [0] if data.startswith(b"\x3a") else []
        self.receive(data)

    @rule(kind=st.sampled_from(["close", "reconnect"]))
    def server_goes(self, kind: str) -> None:
        self.receive(composing.push_frame(b"", log_id=0, payload_type=kind))
        assert not self.is_open

    @rule(seconds=st.floats(0, 60))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.settle()
        assert self.is_open or not self.session.deadline > self.now + LONGEST

    @precondition(lambda self: self.is_open)
    @rule()
    def wait_for_the_deadline(self) -> None:
        self.settle()
        if self.is_open:
            beats = self.session.counts["heartbeats"]
            self.now = self.session.deadline
            self.settle()
            assert self.session.ending is Ending.STALE or self.session.counts["heartbeats"] == beats + 1

    @rule()
    def reconnect(self) -> None:
        self.settle()
        self.open()

    @invariant()
    def everything_adds_up_after_a_turn(self) -> None:
        self.settle()
        if self.is_open:
            assert self.now < self.session.deadline <= self.now + LONGEST
        kinds = {"ChatMessage": "chat", "MemberMessage": "member"}
        once = Counter((kinds[method], str(number)) for method, number in self.delivered)
        assert Counter({key: n for key, n in self.effects.items() if key[1]}) == once
        assert sum(n for key, n in self.effects.items() if not key[1]) == self.anonymous
        assert self.session.cursor == self.cursor
        assert self.failures == self.damaged == self.session.counts["bad_frames"]
        assert self.session.counts["frames"] == self.frames


Room.TestCase.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)
TestRoom = Room.TestCase
