"""The policy of an account: which line goes out next and when, and what happens to the others.

Nothing here waits, sends, or knows the time: every method is told it (monotonic seconds). A driver does
this, and nothing else may hand a line to a sender:

    line = queue.take(now)            # None: nothing may be said now; ask again at queue.wake_at(now)
    ...                               # say line.slip.text
    queue.settle(outcome, now)        # before that, take() returns None

All is in its place before a new state is recorded: whoever hears of it may offer a line at once.
"""

import math

from douyinbot.config import Duration, Send
from douyinbot.outbox.admission import Admission
from douyinbot.outbox.lanes import Lanes
from douyinbot.outbox.lines import Awaiting, Cause, Held, Line, State
from douyinbot.outbox.pace import Pace
from douyinbot.outbox.rooms import Rooms
from douyinbot.outbox.sender import Kind, Outcome

__all__ = ["Queue"]


class Queue:
    """The lines of one account in all its rooms."""

    def __init__(self, config: Send, rooms: Rooms) -> None:
        self.in_flight: Line | None = None
        """The line that was handed to a sender, which has not answered yet."""
        self._config = config
        self._rooms = rooms
        self._lanes = Lanes()
        self._admission = Admission(config, self._lanes)
        self._pace = Pace(config)

    @property
    def pending(self) -> int:
        """How many lines (parts of long ones counted) are not finished, the one in flight included."""
        return self._lanes.size

    # --- in ---------------------------------------------------------------------------------------------

    def offer(self, line: Line, now: float) -> None:
        """Take a line into the queue, or drop it with the reason."""
        self.expire(now)
        older = self._lanes.same_key(line)
        refusal = self._rooms.refusal(line.room, now, dry=line.dry) or self._admission.refusal(
            line, older, now
        )
        if refusal is not None:
            line.drop(*refusal)
            return
        victims = self._admission.space_for(line, older)
        if victims is None:
            line.drop(f"{self._full} of lines that are more important", Cause.FULL)
            return
        for victim in victims:
            self._lanes.remove(victim)
        room = self._rooms.get(line.room)
        asked = line.approved or line.dry
        approval = room is not None and room.mode == "approve" and not asked
        line.start(now, awaiting=approval)
        self._lanes.put(line, older, awaiting=approval)
        line.record(State.QUEUED)
        if approval:
            line.record(State.AWAITING_APPROVAL)
        for victim in victims:
            victim.drop(f"{self._full}, and this was the oldest of the least important", Cause.FULL)
        if older is not None:
            older.drop("replaced by a newer line", Cause.REPLACED)

    @property
    def _full(self) -> str:
        return f"the queue is full ({self._config.queue} lines)"

    # --- decisions of people ----------------------------------------------------------------------------

    def approve(self, line_id: str, now: float) -> bool:
        """Let a line go out that awaits approval; False if there is none of this id."""
        line = self._take_awaiting(line_id, now)
        if line is None:
            return False
        # The time to live is there because the world moves on; a person has just said that it has not.
        line.start(now)
        self._lanes.put(line)
        line.record(State.QUEUED, "approved")
        return True

    def awaiting(self, now: float) -> list[Awaiting]:
        """Return the texts that await approval, the oldest first."""
        self.expire(now)
        return [
            Awaiting(
                line.id,
                line.room,
                line.plugin,
                "".join(slip.text for slip in line.slips),
                line.deadline - now,
            )
            for line in self._lanes.awaiting.values()
        ]

    def reject(self, line_id: str, why: str, now: float) -> bool:
        """Drop a line that awaits approval; False if there is none of this id."""
        line = self._take_awaiting(line_id, now)
        if line is None:
            return False
        line.drop(f"rejected: {why}" if why else "rejected", Cause.REJECTED)
        return True

    def _take_awaiting(self, line_id: str, now: float) -> Line | None:
        self.expire(now)
        # A part's id is "L17.2"; a text is judged as a whole.
        return self._lanes.awaiting.pop(line_id.partition(".")[0], None)

    def drop_all(self, reason: str, cause: Cause, room: str | None = None) -> None:
        """Drop everything that is not handed over, in one room or all."""
        lines = [line for line in self._lanes if room in (None, line.room)]
        for line in lines:
            if line is not self.in_flight:
                self._lanes.remove(line)
        for line in lines:
            line.drop(reason, cause, keep=1 if line is self.in_flight else 0)

    # --- out --------------------------------------------------------------------------------------------

    def take(self, now: float) -> Line | None:
        """Return the line whose next part is to be said now, None if there is none."""
        self.expire(now)
        if self.in_flight is not None or now < self._pace.ready_at():
            return None
        line = self._next(now)
        if line is None:
            return None
        self._pace.take(now)
        self._lanes.begin(line)
        self.in_flight = line
        return line

    def wake_at(self, now: float) -> float:
        """Return when something is to be done without anything new happening; infinity for never."""
        times = [line.deadline for line in self._lanes if line is not self.in_flight]
        if self.in_flight is None and times:
            if self._next(now) is not None:
                times.append(self._pace.ready_at())
            times += [self._rooms.opens_at(line, now) for line in self._lanes.waiting()]
        return min(times, default=math.inf)

    def cap_reached(self, now: float) -> str:
        """Tell that the minute's lines are used up while more wait, and until when; "" if it is not so."""
        if self._pace.held_by(now) is not Held.PER_MINUTE or self._next(now) is None:
            return ""
        return f"{self._told(Held.PER_MINUTE)}; the next line is in {round(self._pace.ready_at() - now)} s"

    def expire(self, now: float) -> None:
        """Drop the lines that have waited for too long."""
        late = [line for line in self._lanes if now >= line.deadline and line is not self.in_flight]
        reasons = [self._why_late(line, now) for line in late]
        for line in late:
            self._lanes.remove(line)
        for line, reason in zip(late, reasons, strict=True):
            line.drop(reason, Cause.EXPIRED)

    def _next(self, now: float) -> Line | None:
        if self._lanes.current is not None:
            return self._lanes.current
        # A line that must wait holds back those behind it in its room: a later, shorter one that fits into
        # the bot's share of the room would overtake it otherwise. Other rooms go on.
        held: set[str] = set()
        for line in self._lanes.waiting():
            if line.room not in held:
                if not self._rooms.holds(line, now):
                    return line
                held.add(line.room)
        return None

    def _why_late(self, line: Line, now: float) -> str:
        if line.id in self._lanes.awaiting:
            return f"nobody approved it within {Duration(line.patience)}"
        waited = Duration(line.ttl)
        held = self._rooms.holds(line, now) or self._told(self._pace.held_by(now))
        return f"waited longer than {waited}{f': {held}' if held and line.ttl else ''}"

    def _told(self, held: Held | None) -> str:
        match held:
            case Held.RATE:
                return f"rate = {self._config.rate} lets no more through"
            case Held.PER_MINUTE:
                return f"per_minute = {self._config.per_minute} was reached"
            case Held.BACK_OFF:
                return "the account backs off, as the platform asks it to speak less"
            case None if self.in_flight is not None:
                return "the line before it had no answer yet"
        return "other lines went first"

    # --- what became of the line in flight --------------------------------------------------------------

    def settle(self, outcome: Outcome, now: float) -> None:
        """Take the end of an attempt into account.

        The state of a line that was said (or perhaps said) is not recorded here: only its echo tells it.
        """
        line, self.in_flight = self.in_flight, None
        if line is None:
            return
        match outcome.kind:
            case Kind.SAID | Kind.DRY | Kind.LOST:
                self._said(line, outcome.kind, now)
            case Kind.TOO_FAST:
                self._again(line, outcome, now)
            case Kind.LOGGED_OUT:
                self._rooms.stopped_reason = outcome.reason
                self._failed(line, outcome.reason)
            case Kind.MUTED:
                self._rooms.mute(line.room, outcome.reason, now)
                self._failed(line, outcome.reason)
            case Kind.ENDED:
                self._failed(line, outcome.reason)
                self.drop_all(outcome.reason, Cause.ENDED, line.room)
            case Kind.REFUSED:
                self._failed(line, outcome.reason)

    def _said(self, line: Line, kind: Kind, now: float) -> None:
        if kind is Kind.SAID:
            self._pace.reset()
        if line.at == 0:
            self._admission.said(line, now)
        if (room := self._rooms.get(line.room)) is not None:
            room.share.said(now)
        line.at += 1
        if not line.left:
            self._lanes.remove(line)

    def _again(self, line: Line, outcome: Outcome, now: float) -> None:
        wait = self._pace.back_off(now, outcome.retry_after)
        if line.room not in self._rooms:
            self._lanes.remove(line)
            line.drop("the bot has left the room", Cause.NO_ROOM)
        elif line.at > 0:
            line.slip.record(State.QUEUED, _next_try(outcome.reason, wait))
        elif self._lanes.same_key(line) is not None:
            self._lanes.remove(line)
            line.drop("replaced by a newer line", Cause.REPLACED)
        else:
            self._lanes.put_back(line)
            line.slip.record(State.QUEUED, _next_try(outcome.reason, wait))

    def _failed(self, line: Line, reason: str) -> None:
        self._lanes.remove(line)
        slip = line.slip
        line.at += 1
        slip.record(State.FAILED, reason)
        line.drop("an earlier part of this text was not accepted", Cause.PART)


def _next_try(reason: str, wait: float) -> str:
    return f"{reason}; the next try is in {round(wait)} s"
