"""Who gets into the queue: no loops, no repetitions, and no more lines than it holds."""

from douyinbot.config import Send
from douyinbot.outbox.duplicates import Duplicates
from douyinbot.outbox.lanes import Lanes
from douyinbot.outbox.lines import Cause, Line
from douyinbot.outbox.loops import LoopBreaker

__all__ = ["Admission", "Refusal"]

Refusal = tuple[str, Cause]


class Admission:
    """Judges new lines by what waits in the lanes and by what has been said."""

    def __init__(self, config: Send, lanes: Lanes) -> None:
        self._config = config
        self._lanes = lanes
        self._loops = LoopBreaker()
        self._duplicates = Duplicates(config.dedupe)

    def said(self, line: Line, now: float) -> None:
        """Remember a line that was said, or may have been."""
        self._duplicates.said(line.room, line.folded, now)
        self._loops.said(line.room, line.folded, now)

    def refusal(self, line: Line, older: Line | None, now: float) -> Refusal | None:
        """Return why a line is not let in, None if it is; `older` is the line that it would replace."""
        same = self._lanes.same_text(line, older)
        # Of a line that is being said, the first part has been counted as said.
        if self._loops.stops(line.room, line.folded, sum(other.at == 0 for other in same), now):
            return (
                "said five times within a minute, which looks like a loop: muted for 10 minutes",
                Cause.LOOP,
            )
        if not self._config.dedupe:
            return None
        if same:
            seconds = int(now - same[0].queued_at)
            return f"said the same {seconds} s ago, and that is still waiting", Cause.DUPLICATE
        since = self._duplicates.since(line.room, line.folded, now)
        return None if since is None else (f"said the same {int(since)} s ago", Cause.DUPLICATE)

    def space_for(self, line: Line, older: Line | None) -> list[Line] | None:
        """Return the lines that must go for this one; None if it is itself the one to go."""
        free = self._config.queue - self._lanes.size + (older.left if older is not None else 0)
        if free >= line.left:
            return []
        victims: list[Line] = []
        for candidate in self._lanes.expendable(line.priority, older):
            victims.append(candidate)
            free += candidate.left
            if free >= line.left:
                return victims
        return None
