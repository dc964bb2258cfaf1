"""What goes out over one socket: the room's messages as frames, in order with all else that is sent."""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from douyinbot.connectors.simulator.delivery import Delivery
from douyinbot.connectors.simulator.log import Entry
from douyinbot.connectors.simulator.report import Report
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import BadFrame
from douyinbot.connectors.simulator.trouble import bad_frame
from douyinbot.webcast import composing

__all__ = ["HEARTBEAT_S", "Outgoing", "Reader"]

HEARTBEAT_S = 15
"""The server's own figure in every frame seen."""
GOOD_BEFORE_BAD = 2
"""How many good frames a socket gets before the bad one of `trouble.frames`."""
QUEUED = 256
"""How many frames wait for a client that does not read; of more the oldest goes, and is sent again later."""
BATCH = 50
"""The most messages in one frame."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose socket it is."""

    visitor_id: str
    logged_in: bool
    """Guests get a masked room's guest messages."""
    position: int
    """The id of the last message that the client has."""


class Outgoing:
    """The queue of one socket. A stalled one takes nothing more.

    Args:
        room: where the messages come from.
        reader: whose socket it is.
        delivery: remembers the frames until they are acknowledged.
        report: what is written down.
        now: a monotonic clock in seconds.
    """

    def __init__(
        self, room: Room, reader: Reader, delivery: Delivery, report: Report, now: Callable[[], float]
    ) -> None:
        self.queue: deque[bytes] = deque(maxlen=QUEUED)
        self.stalled = False
        self.waiting = False
        """Nobody has entered the room yet, so nothing of it is told."""
        self._room = room
        self._reader = reader
        self._position = reader.position
        self._delivery = delivery
        self._report = report
        self._now = now
        self._log_ids = itertools.count(room.now_ms << 20)
        self._sequence = itertools.count(1)
        self._good_frames = 0

    def collect(self) -> None:
        """Turn the room's new messages into frames."""
        if self.stalled or self.waiting:
            return
        entries = self._room.log.after(self._position)
        for start in range(0, len(entries), BATCH):
            self.queue.append(self._frame(entries[start : start + BATCH]))
            self._good_frames += 1
            if self._good_frames == GOOD_BEFORE_BAD and (kind := self._room.faults.frame()) != "none":
                self._add_bad(kind)

    def put(self, payload_type: str) -> None:
        """Add a frame without a payload."""
        self.collect()  # what was said before goes first
        self.queue.append(composing.push_frame(b"", log_id=next(self._log_ids), payload_type=payload_type))

    def put_bad(self, kind: BadFrame) -> None:
        """Add a damaged frame."""
        self.collect()
        self._add_bad(kind)

    def send_again(self) -> None:
        """Add what was not acknowledged in time."""
        if self.stalled:
            return
        for frame in self._delivery.overdue(self._now()):
            self._report.unacked += frame.tries == 1
            if self._delivery.given_up(frame):
                self._report.violate(f"never acknowledged frame {frame.log_id}")
            else:
                self._report.resent += 1
                self.queue.append(frame.data)

    def _add_bad(self, kind: BadFrame) -> None:
        """An acknowledgement of a damaged frame is right, and so is none."""
        log_id = next(self._log_ids)
        self._delivery.excused(log_id)
        self.queue.append(bad_frame(kind, log_id))

    def _frame(self, entries: list[Entry]) -> bytes:
        self._position = entries[-1].id
        room, reader, log_id = self._room, self._reader, next(self._log_ids)
        now_ms, cursor = room.now_ms, room.log.cursor(self._position)
        internal_ext = room.internal_ext(reader.visitor_id, log_id)
        response = composing.response(
            [(e.method, e.id, e.payload if reader.logged_in else e.guest_payload) for e in entries],
            cursor=cursor,
            internal_ext=internal_ext,
            now_ms=now_ms,
            need_ack=True,
            heartbeat_duration=HEARTBEAT_S * room.tongue.SECOND,
        )
        data = composing.push_frame(
            response,
            log_id=log_id,
            seq_id=next(self._sequence),
            internal_ext=internal_ext,
            headers={"im-cursor": cursor, "im-now": str(now_ms), "im-live_cursor": "d-1_u-1"},
        )
        self._report.frames += 1
        self._delivery.sent(log_id, data, internal_ext, self._now())
        return data
