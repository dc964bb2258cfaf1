"""Write a `.dyrec` recording while a room is connected."""

import logging
import os
from datetime import datetime
from pathlib import Path

from douyinbot.errors import ConfigError, DecodeError
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.dyrec import MAGIC, Description, Kind, pack, whole_length
from douyinbot.webcast.room_state import RoomState

__all__ = ["Recorder"]

log = logging.getLogger(__name__)


class Recorder:
    """Append what comes over the wire to a file, each record in one write.

    A file that exists is continued behind its last whole record, so a recording that was killed in mid-write
    goes on where it was. A disk that is full ends the recording, not the room.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ended = False
        """Whether writing failed: nothing more is recorded then."""
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            self._continue()
        except OSError as error:
            raise ConfigError(f"{path}: the recording cannot be written: {error.strerror}.") from error

    def _continue(self) -> None:
        if os.fstat(self._file).st_size == 0:
            os.write(self._file, MAGIC)
            return
        try:
            with self.path.open("rb") as file:
                length = whole_length(file)
        except DecodeError as error:
            os.close(self._file)
            raise ConfigError(
                f"{self.path}: the file exists and is not a recording; it is left alone. Name another file."
            ) from error
        os.truncate(self._file, length)
        os.lseek(self._file, length, os.SEEK_SET)

    def describe(self, state: RoomState, decoder: Decoder, time: datetime) -> None:
        """Record what room this is."""
        description = Description(
            platform=decoder.platform,
            room=decoder.room,
            room_id=state.room_id,
            web_rid=state.web_rid,
            title=state.title,
            owner_id=state.owner_id,
            owner=state.owner_name,
            simulated=decoder.simulated,
        )
        self._write(pack(Kind.DESCRIPTION, time, description))

    def frame(self, data: bytes, time: datetime) -> None:
        """Record one socket message."""
        self._write(pack(Kind.FRAME, time, data))

    def response(self, body: bytes, time: datetime, *, history: bool) -> None:
        """Record one im/fetch answer."""
        self._write(pack(Kind.HISTORY if history else Kind.RESPONSE, time, body))

    def lost(self, reason: str, time: datetime) -> None:
        """Record that the connection was lost."""
        self._write(pack(Kind.LOST, time, reason.encode()))

    def close(self) -> None:
        """Close the file. Records are already written."""
        os.close(self._file)

    def _write(self, record: bytes) -> None:
        if self.ended:
            return
        view = memoryview(record)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError as error:
            self.ended = True
            log.error("%s: the recording ends here: %s", self.path, error.strerror)
