"""The one task that sends: it asks the policy what to say, says it, and sleeps until there is more to do."""

import asyncio
import logging
import math
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress

from douyinbot.errors import DouyinbotError
from douyinbot.outbox.echo import Echoes
from douyinbot.outbox.lines import Line, State
from douyinbot.outbox.queue import Queue
from douyinbot.outbox.rooms import Rooms
from douyinbot.outbox.sender import Accepted, Kind, Outcome, Sender, outcome_of, unanswered

__all__ = ["Worker"]

logger = logging.getLogger(__name__)

# A sender that hangs must not silence the account for good. Longer than any browser or HTTP client waits.
PATIENCE = 30.0
REHEARSED = "it answers a made-up viewer in a real room"
# How long a sender may take to notice that it is cancelled.
LAST_WORDS = 1.0


class Worker:
    """Drives the policy of one account. One line at a time is under way."""

    def __init__(
        self,
        queue: Queue,
        rooms: Rooms,
        echoes: Echoes,
        monotonic: Callable[[], float],
        on_cap: Callable[[str], None] | None = None,
    ) -> None:
        self._queue = queue
        self._rooms = rooms
        self._echoes = echoes
        self._monotonic = monotonic
        self._on_cap = on_cap
        self._stopping = False
        self._sending: asyncio.Task[None] | None = None
        # Both belong to the running loop, and are None when there is none.
        self._woken: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def wake(self) -> None:
        """Look again at what there is to do."""
        if self._woken is not None:
            self._woken.set()

    def call(self, function: Callable[[], object]) -> None:
        """Run a function where the policy lives: at once if this is the loop's thread, else soon."""
        if self._loop is not None and threading.get_ident() != self._thread:
            with suppress(RuntimeError):  # the loop has been closed: nobody is left to disturb
                self._loop.call_soon_threadsafe(function)
                return
        function()

    async def run(self) -> None:
        """Send until stopped or cancelled."""
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._woken = woken = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as tasks:
                while not self._stopping:
                    woken.clear()
                    await self._until(self._turn(tasks), woken)
        finally:
            self._loop = self._woken = None

    async def stop(self) -> None:
        """End `run`; a line under way becomes unknown."""
        self._stopping = True
        self.wake()
        if self._sending is not None and not self._sending.done():
            self._sending.cancel()
            await asyncio.wait({self._sending}, timeout=LAST_WORDS)
        self._cut_off()

    def _turn(self, tasks: asyncio.TaskGroup) -> float:
        """Do all that is due, and return when there is more."""
        now = self._monotonic()
        self._echoes.expire(now)
        while (line := self._queue.take(now)) is not None:
            self._hand_over(line, tasks, now)
        if self._on_cap is not None and (reached := self._queue.cap_reached(now)):
            tell, self._on_cap = self._on_cap, None  # once is enough: each line that it costs names it, too
            tell(reached)
        return min(self._queue.wake_at(now), self._echoes.wake_at())

    def _hand_over(self, line: Line, tasks: asyncio.TaskGroup, now: float) -> None:
        room, slip = self._rooms.get(line.room), line.slip
        if line.dry or (room is not None and room.mode == "dry"):
            self._queue.settle(Outcome(Kind.DRY), now)
            slip.record(State.DRY, REHEARSED if room is not None and room.mode != "dry" else "")
        elif room is not None and room.sender is not None:
            self._echoes.expect(slip, line.room)
            self._sending = tasks.create_task(self._send(line, room.sender))
        else:  # changed between two parts of a text
            self._queue.settle(Outcome(Kind.REFUSED, "the room has no sender any more"), now)

    async def _until(self, moment: float, woken: asyncio.Event) -> None:
        if moment == math.inf:
            await woken.wait()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, moment - self._monotonic())):
                await woken.wait()

    async def _send(self, line: Line, sender: Sender) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                answer: object = await sender.send(line.slip.text)
        except asyncio.CancelledError:
            self._cut_off()
            raise
        except Exception as error:
            _log(error, line)
            self._settle(line, outcome_of(error))
        else:
            # A plugin's sender may return nothing: it did not refuse, so the line is said.
            self._settle(line, Outcome(Kind.SAID), answer if isinstance(answer, Accepted) else Accepted())

    def _settle(self, line: Line, outcome: Outcome, answer: Accepted | None = None) -> None:
        if line is not self._queue.in_flight:  # closed in the meantime
            return
        now, slip = self._monotonic(), line.slip
        if outcome.kind in (Kind.LOGGED_OUT, Kind.MUTED):
            logger.warning("sending stops in room %s: %s", line.room, outcome.reason)
        self._queue.settle(outcome, now)
        if answer is not None:
            self._echoes.accepted(slip, answer, now)
        elif outcome.kind is Kind.LOST:
            self._echoes.lost(slip, outcome.reason, now)
        else:
            self._echoes.refused(slip)
        self.wake()

    def _cut_off(self) -> None:
        """End the line in flight: nobody will take its answer any more."""
        if (line := self._queue.in_flight) is not None:
            self._settle(line, unanswered("the line was cut off while it was being sent"))


def _log(error: Exception, line: Line) -> None:
    """Log a failed attempt; of a strange error only its name and place, as its text may hold a secret."""
    if isinstance(error, DouyinbotError | OSError):
        logger.debug("line %s in room %s was not accepted: %s", line.slip.id, line.room, type(error).__name__)
        return
    frame = traceback.extract_tb(error.__traceback__)[-1]
    logger.error(
        "the sender of room %s failed with %s at %s:%s in %s (line %s)",
        line.room,
        type(error).__name__,
        frame.filename,
        frame.lineno,
        frame.name,
        line.slip.id,
    )
