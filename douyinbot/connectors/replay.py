"""Recordings as a room: `.dyrec` files, and single captured frames or answers."""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from douyinbot.connectors.base import POLL_FAILED, Accepted, Capabilities, Setup
from douyinbot.connectors.seeking import RunningStreaks, check_moment, moment
from douyinbot.errors import ConfigError, DecodeError, SendError
from douyinbot.events import Connected, Disconnected, Event, Failure, WebsocketConnected
from douyinbot.webcast import tiktok
from douyinbot.webcast.decoding import Decoder, Table
from douyinbot.webcast.dialect import DOUYIN, Dialect
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.dyrec import MAGIC, Description, Kind, Record, read_records
from douyinbot.webcast.frames import parse_batch, parse_frame
from douyinbot.webcast.session import Session

__all__ = ["ReplayConnector", "ReplayOptions", "read_recording"]

E = TypeVar("E", bound=Event)
TABLES: Mapping[str, tuple[Table, Dialect]] = {
    "douyin": (TABLE, DOUYIN),
    "tiktok": (tiktok.TABLE, tiktok.LEGACY),
}
"""For each platform its messages, and how its answers are read; nobody is answered here."""
PAYLOAD_TYPES = frozenset({"msg", "hb", "ack", "close", "reconnect", "subscribe_ack"})
BARE_FILE_LIMIT = 64 * 1024 * 1024


class ReplayOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[rooms.options]` of a recording."""

    speed: float = 0.0
    """How many times as fast as it was recorded; 0 as fast as possible."""
    start: str = msgspec.field(default="", name="from")
    """Where to begin: `10m` after the recording's beginning, `20:15`, or a whole date and time."""
    end: str = msgspec.field(default="", name="to")
    """Where to end, likewise."""

    def __post_init__(self) -> None:
        if not 0 <= self.speed < math.inf:
            raise ValueError("`speed` must not be negative, nor without end")
        check_moment(self.start)
        check_moment(self.end)


def read_recording(path: Path) -> Iterator[Record]:
    """Yield the records of a `.dyrec` file, or the one record of a bare captured frame or answer.

    Raises:
        ConfigError: the file cannot be read.
        DecodeError: it is neither a recording nor a captured frame or answer.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) == MAGIC:
                file.seek(0)
                yield from read_records(file)
                return
            file.seek(0)
            data = file.read(BARE_FILE_LIMIT)
    except OSError as error:
        raise ConfigError(f"{path}: the recording cannot be read: {error.strerror}.") from error
    yield _bare_record(path, data)


def _bare_record(path: Path, data: bytes) -> Record:
    """Wrap a captured frame or answer; it arrived when the server says that it was sent."""
    try:
        frame = parse_frame(data)
        if frame.payload_type in PAYLOAD_TYPES:
            batch = parse_batch(frame.payload, gzipped=frame.gzipped) if frame.payload else None
            return Record(Kind.FRAME, _moment(batch.now_ms if batch else 0), data)
    except DecodeError as error:
        if "not a push frame" not in str(error):
            raise DecodeError(f"{path}: {error}") from error
    try:
        batch = parse_batch(data)
    except DecodeError as error:
        raise DecodeError(f"{path} is neither a .dyrec recording nor a captured frame or answer.") from error
    if not batch.messages and not batch.cursor:
        raise DecodeError(f"{path} is neither a .dyrec recording nor a captured frame or answer.")
    return Record(Kind.RESPONSE, _moment(batch.now_ms), data)


def _moment(now_ms: int) -> datetime:
    return datetime.fromtimestamp(now_ms / 1000, UTC) if 0 < now_ms < 4_102_444_800_000 else datetime.now(UTC)


class ReplayConnector:
    """A recording, played back: the same bytes through the same session as when they came."""

    capabilities = Capabilities(live=False)
    account_id = ""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._options = setup.options(ReplayOptions)
        self._path = setup.source.folder / setup.room.url
        self._rewind()

    def _rewind(self) -> None:
        self._description = Description()
        self._connected = self._ever_connected = False
        self._last: datetime | None = None
        self._began: datetime | None = None
        self._start, self._end = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        self._stepped_in = self._by_socket = False
        self._streaks = RunningStreaks()
        self.session = self._session("douyin")

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(self.session.counts) + self.session.decoder.counts

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Nothing stays open."""

    async def __aiter__(self) -> AsyncIterator[Event]:
        async with aclosing(self.batches()) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def send(self, text: str) -> Accepted:
        raise SendError("a recording cannot be spoken to")

    async def batches(self) -> AsyncGenerator[list[Event]]:
        self._rewind()
        for record in read_recording(self._path):
            if self._began is None:
                self._set_out(record.time)
            if record.time > self._end:
                break
            if record.time < self._start:
                await self._pass_over(record)
                continue
            await self._wait_until(record.time)
            for batch in (*self._step_in(record.time), *self._play(record)):
                if batch:
                    yield batch
        if self._last is not None:
            for batch in self._lose("the recording ends here", self._last):
                yield batch
        elif self._began is not None:
            raise self._setup.wrong(
                "options", f"there is nothing of {self._path.name} between `from` and `to`"
            )

    def _set_out(self, began: datetime) -> None:
        self._began = began
        if self._options.start:
            self._start = moment(self._options.start, began)
        if self._options.end:
            self._end = moment(self._options.end, began)

    async def _pass_over(self, record: Record) -> None:
        """Let the session see what comes before the part that is played, and tell nobody."""
        for batch in self._play(record):
            self._streaks.note(batch)
        await asyncio.sleep(0)

    def _step_in(self, time: datetime) -> Iterator[list[Event]]:
        """Where a part begins in mid-connection: say that we are in the room, and which streaks run."""
        if not self._stepped_in and self._connected:
            self._connected = self._ever_connected = False
            yield from self._connect(time, websocket=self._by_socket)
            yield self._streaks.at(time)
        self._stepped_in = True

    async def _wait_until(self, time: datetime) -> None:
        if self._options.speed and self._last is not None:
            await asyncio.sleep(max(0.0, (time - self._last).total_seconds() / self._options.speed))
        else:
            await asyncio.sleep(0)
        self._last = time

    def _play(self, record: Record) -> Iterator[list[Event]]:
        session = self.session
        if record.kind == Kind.DESCRIPTION:
            # A new connection: whoever recorded the one before was killed and had no time to say goodbye.
            yield from self._lose("the recording was interrupted here", record.time)
            self._describe(record.description())
        elif record.kind == Kind.HISTORY:
            with suppress(DecodeError):  # it was survived when it came, too
                session.receive_response(record.body, record.time, history=True)
            yield session.events_received()
        elif record.kind == Kind.RESPONSE:
            yield from self._answer(record)
        elif record.kind == Kind.FRAME:
            self._open()
            yield from self._connect(record.time, websocket=True)
            session.receive(record.body, 0.0, record.time)
            session.data_to_send()
            yield session.events_received()
        elif record.kind == Kind.LOST:
            yield from self._lose(record.body.decode("utf-8", "replace"), record.time)

    def _answer(self, record: Record) -> Iterator[list[Event]]:
        """Play one round of polling; one that cannot be read connects nobody."""
        self._open()
        try:
            self.session.receive_response(record.body, record.time)
        except DecodeError as error:
            yield [self._event(Failure, record.time, info=POLL_FAILED, exception=error)]
            return
        yield from self._connect(record.time, websocket=False)
        yield self.session.events_received()

    def _open(self) -> None:
        if not self._connected:
            self.session.opened(0.0)

    def _lose(self, reason: str, time: datetime) -> Iterator[list[Event]]:
        if self._connected:
            self._connected = False
            yield [self._event(Disconnected, time, reason=reason)]

    def _connect(self, time: datetime, *, websocket: bool) -> Iterator[list[Event]]:
        if self._connected:
            return
        again, self._connected, self._ever_connected = self._ever_connected, True, True
        self._by_socket = websocket
        if websocket:
            yield [self._event(WebsocketConnected, time)]
        yield [
            self._event(
                Connected,
                time,
                room_id=self._description.room_id,
                title=self._description.title,
                owner=self._description.owner,
                websocket=websocket,
                reconnected=again,
            )
        ]

    def _describe(self, description: Description) -> None:
        if description.platform not in TABLES:
            raise DecodeError(
                f"{self._path} was recorded on {description.platform}, which is not known here."
            )
        if description.platform != self._description.platform:
            self.session = self._session(description.platform)
        self._description = description
        self.session.decoder.owner_id = description.owner_id
        self.session.decoder.simulated = description.simulated

    def _session(self, platform: str) -> Session:
        setup = self._setup
        table, dialect = TABLES[platform]
        return Session(
            Decoder(table, room=setup.room.id, platform=platform, kinds=setup.kinds, raw=setup.raw),
            dialect=dialect,
        )

    def _event(self, kind: type[E], time: datetime, **fields: Any) -> E:
        decoder = self.session.decoder
        return kind(
            room=decoder.room,
            platform=decoder.platform,
            simulated=decoder.simulated,
            time=time,
            received=time,
            **fields,
        )
