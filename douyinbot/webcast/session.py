"""One room's session with the push service: bytes and clock in, events and bytes out.

The session outlives its connections: cursor, internal_ext and the memory of seen messages are kept, so that
after a reconnect nothing is lost and nothing comes twice. It does no I/O. Whoever drives it

    session.opened(now)                        when the socket is open
    session.receive(data, now, received)       for each binary message
    session.tick(now)                          at each turn, and at `session.deadline` at the latest
    session.data_to_send()                     after each of these: write all of it, in order
    session.events_received()                  then hand these on

and closes the socket once `session.ending` is set. `now` is a monotonic clock in seconds.
"""

from collections import Counter, OrderedDict
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from douyinbot.errors import DecodeError
from douyinbot.events import Event, Failure, RawData, StreamEnd
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.dialect import DOUYIN, Dialect
from douyinbot.webcast.frames import Batch, parse_frame

__all__ = ["Ending", "Session"]

LONGEST_HEARTBEAT = 10.0
"""Seconds, whatever the server names."""
STALE_MARGIN = 10.0
REMEMBERED = 5000
"""How many messages are remembered to recognise one that comes again."""


class Ending(StrEnum):
    """Why a connection should be closed from our side."""

    SERVER_CLOSE = "the server asked to close"
    SERVER_RECONNECT = "the server asked to reconnect"
    STALE = "nothing came for too long"
    STREAM_END = "the stream has ended"
    FOUND_OVER = "the room's page says that the stream has ended"


class Session:
    """The state of one room's stream.

    Args:
        decoder: turns the room's messages into events.
        stale_after: seconds without a frame of any kind after which the connection counts as dead;
            None for two heartbeat intervals and ten seconds.
        dialect: how the platform reads, opens, beats and acknowledges. It may be replaced between two
            connections.
    """

    def __init__(
        self, decoder: Decoder, *, stale_after: float | None = None, dialect: Dialect = DOUYIN
    ) -> None:
        self.decoder = decoder
        self.dialect = dialect
        self.cursor = ""
        self.internal_ext = ""
        self.push_server = ""
        self.fetch_type: int | None = None
        """What the last im/fetch answer wants: 0 polling, 1 a socket, 2 polling while a socket is opened."""
        self.fetch_interval_ms = 0
        self.route_params: dict[str, str] = {}
        self.ending: Ending | None = None
        self.counts: Counter[str] = Counter()
        """frames, bytes, heartbeats, acks, duplicates, bad_frames."""
        self._stale_after = stale_after
        self._socket_named = False
        # Ordered, because the oldest is found at once there; a dict looks for it past all that were removed.
        self._seen: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._events: list[Event] = []
        self._outgoing: list[bytes] = []
        self._beats = 0
        self._heartbeat_every = LONGEST_HEARTBEAT
        self._next_heartbeat = float("inf")
        self._last_frame = float("inf")

    # ---- the driver's verbs -------------------------------------------------------------------------

    def opened(self, now: float) -> None:
        """A socket is open: the first heartbeat is due at once, and then whatever else opens the stream."""
        self.ending = None
        self._beats = 0
        self._outgoing.clear()
        self._last_frame = self._next_heartbeat = now
        self.tick(now)
        self._outgoing += self.dialect.opening(self.cursor)

    def receive(self, data: bytes, now: float, received: datetime) -> None:
        """Take one binary socket message. Damaged ones are counted and give a Failure; nothing is raised."""
        self.counts["frames"] += 1
        self.counts["bytes"] += len(data)
        self._last_frame = now
        if self.ending is not None:
            return
        try:
            frame = parse_frame(data)
        except DecodeError as error:
            self._bad_frame(error, received)
            return
        batch = None
        if frame.payload_type == "close":
            self.ending = Ending.SERVER_CLOSE
        elif frame.payload_type == "reconnect":
            self.ending = Ending.SERVER_RECONNECT
        elif frame.payload_type == "msg" and frame.payload:
            try:
                batch = self.dialect.parse(frame.payload, frame.gzipped)
            except DecodeError as error:
                self._bad_frame(error, received)
        answer = self.dialect.acknowledge(frame, batch)
        if answer is not None:
            self._outgoing.append(answer)
            self.counts["acks"] += 1
        if batch is not None:
            self._take(batch, received, history=False)

    def receive_response(self, body: bytes, received: datetime, *, history: bool = False) -> None:
        """Take the body of one im/fetch answer.

        Raises:
            DecodeError: it is not a Response. (A JSON body or an empty one is a refusal: check before.)
        """
        batch = self.dialect.parse(body, None)
        # Only here: recorded frames of working sockets carry 0, too (2022 and 2023).
        self.fetch_type = batch.fetch_type
        self._socket_named = bool(batch.push_server)
        self._take(batch, received, history=history)

    def tick(self, now: float) -> None:
        """Send the heartbeat when it is due, and notice silence."""
        if self.ending is not None:
            return
        if now >= self._last_frame + self.stale_after:  # as in `deadline`, to the last bit
            self.ending = Ending.STALE
        elif now >= self._next_heartbeat:
            self._beats += 1
            self._outgoing.append(self.dialect.heartbeat(self._beats))
            self.counts["heartbeats"] += 1
            self._next_heartbeat = now + self._heartbeat_every

    def data_to_send(self) -> list[bytes]:
        """Drain what must be written to the socket now, in order."""
        data, self._outgoing = self._outgoing, []
        return data

    def events_received(self) -> list[Event]:
        """Drain the events of what was received."""
        events, self._events = self._events, []
        return events

    @property
    def deadline(self) -> float:
        """When `tick` must be called at the latest."""
        return min(self._next_heartbeat, self._last_frame + self.stale_after)

    @property
    def stale_after(self) -> float:
        """Seconds of silence after which the connection counts as dead."""
        return self._stale_after or 2 * self._heartbeat_every + STALE_MARGIN

    @property
    def wants_polling(self) -> bool:
        """Whether the server's last im/fetch answer offers no socket: type 0, and no host named."""
        return self.fetch_type == 0 and not self._socket_named

    # ---- inside -------------------------------------------------------------------------------------

    def _take(self, batch: Batch, received: datetime, *, history: bool) -> None:
        self.cursor = batch.cursor or self.cursor
        self.internal_ext = batch.internal_ext or self.internal_ext
        self.push_server = batch.push_server or self.push_server
        self.route_params = batch.route_params or self.route_params
        self.fetch_interval_ms = batch.fetch_interval_ms
        if batch.heartbeat_s > 0:
            every = min(LONGEST_HEARTBEAT, batch.heartbeat_s * self.dialect.heartbeat_share)
            self._next_heartbeat += every - self._heartbeat_every
            self._heartbeat_every = every
        decoder, runs = self.decoder, _runs(batch, history)
        events: list[Event] = []
        for messages, old in runs:
            fresh = [message for message in messages if self._is_new(message[0], message[1])]
            events += decoder.decode(fresh, decoder.arrival(batch, received, history=old))
        if len(runs) > 1:  # all raw data of a batch comes before its first event
            events.sort(key=lambda event: type(event) is not RawData)
        for position, event in enumerate(events):
            if type(event) is StreamEnd:
                self.ending = Ending.STREAM_END
                del events[position + 1 :]  # nothing of a room counts after its end
                break
        self._events.extend(events)

    def _is_new(self, method: str, number: int) -> bool:
        if not number:  # some messages carry no id: those cannot be recognised
            return True
        key = (method, number)
        if key in self._seen:
            self.counts["duplicates"] += 1
            return False
        self._seen[key] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True

    def _bad_frame(self, error: DecodeError, received: datetime) -> None:
        self.counts["bad_frames"] += 1
        decoder = self.decoder
        self._events.append(
            Failure(
                room=decoder.room,
                platform=decoder.platform,
                time=received,
                received=received,
                simulated=decoder.simulated,
                info="Websocket message decoding failed",
                # Its frames would keep what they had inflated: up to 16 MiB for each failure that is kept.
                exception=error.with_traceback(None),
            )
        )


def _runs(batch: Batch, history: bool) -> list[tuple[list[tuple[str, int, bytes]], bool]]:
    """Cut a batch where old messages change to new ones: nearly always it is one run."""
    if history or not batch.history:
        return [(batch.messages, history)]
    places = range(len(batch.messages))
    return [
        ([batch.messages[place] for place in run], old)
        for old, run in groupby(places, key=batch.history.__contains__)
    ]
