"""The bot's own lines, recognised when they come back in the room's stream.

Only then a line has been seen: the platform's "accepted" says little. Lines typed by hand on the same
account are not ours; they are known by nothing that we have sent.
"""

import math
from dataclasses import dataclass

from douyinbot.config import Duration
from douyinbot.outbox.lines import Slip, State
from douyinbot.outbox.sender import Accepted
from douyinbot.outbox.wording import fold

__all__ = ["Echoes"]

LATE = 60.0
"""How long a line that was not seen in time is still recognised."""

_KNOWN_IDS = 256
_SEEN = {
    State.SENT: "",
    State.UNKNOWN: "the platform's answer was lost, but the line came back in the room",
}
"""What is said of a line that comes back, by the state in which that finds it; all others are late."""


@dataclass(eq=False, slots=True)
class _Expected:
    slip: Slip
    room: str
    folded: str
    message_id: str = ""
    deadline: float = math.inf
    """When it is late; infinity as long as the platform has not answered."""
    heard: bool = False
    """It came back before the platform's answer: the stream is often faster."""


class Echoes:
    """The lines that should come back. Bounded by the pace of sending: each stays for a minute or so."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._expected: dict[str, _Expected] = {}
        self._accounts: set[str] = set()
        # A stream may repeat itself after a reconnect: what was ours is ours the second time too.
        self._ids: dict[tuple[str, str], None] = {}

    def learn_account(self, account_id: str) -> None:
        """Remember an id under which the account speaks."""
        if account_id:
            self._accounts.add(account_id)

    def expect(self, slip: Slip, room: str) -> None:
        """Begin to listen for a line that is handed over now."""
        self._expected[slip.id] = _Expected(slip, room, fold(slip.text))

    def accepted(self, slip: Slip, answer: Accepted, now: float) -> None:
        """Note that the platform took the line."""
        self.learn_account(answer.account_id)
        expected = self._expected.get(slip.id)
        if expected is None:  # closed in the meantime
            return
        expected.message_id = answer.message_id
        expected.deadline = now + self._window
        if expected.heard:
            del self._expected[slip.id]
        slip.record(State.SENT)
        if expected.heard:
            slip.record(State.SEEN)

    def lost(self, slip: Slip, reason: str, now: float) -> None:
        """Note that the platform's answer will never come; the echo may still tell that all is well."""
        expected = self._expected.get(slip.id)
        if expected is not None and expected.heard:
            del self._expected[slip.id]
            slip.record(State.SEEN, _SEEN[State.UNKNOWN])
            return
        if expected is not None:
            expected.deadline = now + self._window
        slip.record(State.UNKNOWN, reason)

    def refused(self, slip: Slip) -> None:
        """Stop listening for a line that was not said."""
        self._expected.pop(slip.id, None)

    def hear(self, room: str, user_id: str, text: str, message_id: str) -> bool:
        """Tell whether a chat message of the stream is one of our lines; such a line is seen from now on."""
        if message_id and (room, message_id) in self._ids:
            return True
        expected = self._match(room, user_id, text, message_id)
        if expected is None:
            return False
        if message_id:
            self._ids[room, message_id] = None
            if len(self._ids) > _KNOWN_IDS:
                del self._ids[next(iter(self._ids))]
        expected.heard = True
        if expected.deadline < math.inf:
            del self._expected[expected.slip.id]
            expected.slip.record(State.SEEN, _SEEN.get(expected.slip.state, "seen late"))
        return True

    def expire(self, now: float) -> None:
        """Tell the lines that did not come back in time, and forget those that never did."""
        for expected in list(self._expected.values()):
            if now >= expected.deadline + LATE:
                self._expected.pop(expected.slip.id, None)
            if now >= expected.deadline and expected.slip.state is State.SENT:
                expected.slip.record(State.UNSEEN, _unseen(f"within {Duration(self._window)}"))

    def wake_at(self) -> float:
        """Return when `expire` has something to do; infinity for never."""
        times = [
            expected.deadline if expected.slip.state is State.SENT else expected.deadline + LATE
            for expected in self._expected.values()
        ]
        return min(times, default=math.inf)

    def close(self, reason: str) -> None:
        """Stop listening; lines that have not come back never will."""
        waiting = list(self._expected.values())
        self._expected.clear()
        for expected in waiting:
            if expected.slip.state is State.SENT:
                expected.slip.record(State.UNSEEN, f"accepted by the platform, but not seen yet: {reason}")

    def _match(self, room: str, user_id: str, text: str, message_id: str) -> _Expected | None:
        waiting = [
            expected for expected in self._expected.values() if expected.room == room and not expected.heard
        ]
        if not waiting:
            return None
        for expected in waiting:
            if message_id and expected.message_id == message_id:
                return expected
        if user_id and self._accounts and user_id not in self._accounts:
            return None  # somebody says what the bot has just said
        folded = fold(text)
        return next((expected for expected in waiting if expected.folded == folded), None)


def _unseen(when: str) -> str:
    return (
        f"accepted by the platform, but not seen in the room {when}; the platform often shows nobody what is "
        "sent without a browser page, or what a limited account says"
    )
