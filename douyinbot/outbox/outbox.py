"""The only mouth of an account: whatever the bot says in any room goes through here."""

import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import datetime

from douyinbot.config import Send
from douyinbot.outbox.echo import Echoes
from douyinbot.outbox.ledger import Ledger
from douyinbot.outbox.lines import Awaiting, Cause, Line, Priority
from douyinbot.outbox.queue import Queue
from douyinbot.outbox.receipt import Receipt
from douyinbot.outbox.rooms import Mode, Rooms
from douyinbot.outbox.sender import Sender
from douyinbot.outbox.split import divide
from douyinbot.outbox.wording import fold, tidy
from douyinbot.outbox.worker import Worker

__all__ = ["Outbox"]


class Outbox:
    """The lines of one sending account, in as many rooms as it speaks in.

    `say` may be called from any thread, everything else on the event loop's. Nothing is ever sent twice: a
    line whose answer is lost is `unknown`, and only one that the platform refused as too fast is tried again.
    """

    def __init__(
        self,
        config: Send,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        on_change: Callable[[Receipt], None] | None = None,
        on_cap: Callable[[str], None] | None = None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        """Make an outbox that is not running yet.

        Args:
            config: `[send]` of bot.toml.
            clock: The wall clock, for the history of receipts.
            monotonic: The clock for all that has to wait.
            on_change: Called with a receipt at each change of its state.
            on_cap: Called once, in plain words, when lines first have to wait because of `per_minute`.
            numbers: Where lines get their numbers from. Share one among the outboxes of a bot, so that an id
                names one line.
        """
        self._config = config
        self._monotonic = monotonic
        self._rooms = Rooms()
        self._queue = Queue(config, self._rooms)
        self._echoes = Echoes(config.echo)
        self._ledger = Ledger(clock, on_change, itertools.count(1) if numbers is None else numbers)
        self._worker = Worker(self._queue, self._rooms, self._echoes, monotonic, on_cap)
        self._closed = ""

    # --- rooms ------------------------------------------------------------------------------------------

    def add_room(self, room_id: str, sender: Sender | None, mode: Mode, account_id: str = "") -> None:
        """Speak in a room from now on, or change how; `account_id` is the speaking account's user id."""
        self._rooms.put(room_id, sender, mode, self._config.share)
        self._echoes.learn_account(account_id)
        self._worker.wake()

    def remove_room(self, room_id: str) -> None:
        """Speak no more in a room; what is queued for it is dropped."""
        self._rooms.remove(room_id)
        self._queue.drop_all("the bot has left the room", Cause.NO_ROOM, room_id)
        self._worker.wake()

    def mode(self, room_id: str) -> Mode | None:
        """Return how lines are said in a room: "dry", "approve" or "live"; None where nothing is said."""
        room = self._rooms.get(room_id)
        return room.mode if room is not None else None

    def learn_account(self, account_id: str) -> None:
        """Note the user id of the speaking account, once the platform has told it."""
        self._echoes.learn_account(account_id)

    def heard(self, room_id: str) -> None:
        """Count a chat line of somebody else: the bot's share of the room is measured by them."""
        room = self._rooms.get(room_id)
        if room is not None and self._config.share:
            room.share.heard(self._monotonic())
            self._worker.wake()

    def heard_chat(
        self, room_id: str, user_id: str, text: str, message_id: str, now: float | None = None
    ) -> bool:
        """Tell whether a chat message of the stream is a line of this outbox; it is seen from now on.

        Give "" as the id of a user who is masked. False for what the streamer types by hand on the same
        account. `now` is not needed; the outbox has a clock.
        """
        return self._echoes.hear(room_id, user_id, text, message_id)

    # --- lines ------------------------------------------------------------------------------------------

    def say(
        self,
        text: str,
        *,
        room: str,
        plugin: str = "",
        priority: Priority | str = Priority.NORMAL,
        ttl: float | None = None,
        key: str | None = None,
        refused: str = "",
        approved: bool = False,
        dry: bool = False,
    ) -> Receipt:
        """Queue a text for a room and return its receipt at once; nothing about a text is an error.

        Args:
            text: What to say. Invisible characters are taken out; a long text is cut into several lines.
            room: The room's id.
            plugin: Who says it.
            priority: "low", "normal" or "high".
            ttl: Seconds after which it is no longer worth saying; by default `ttl` of `[send]`.
            key: A newer line with the same key, of the same plugin in the same room, replaces this one.
            refused: Why it is not to be said at all: somebody decided so before it came here.
            approved: A person asked for it, so that it goes out in a room where lines await approval, too.
            dry: Never send it: it is a rehearsal, whatever the room's mode is.

        Raises:
            ValueError: there is no such priority.
        """
        urgency = Priority.parse(priority)
        said = tidy(text)
        parts, left_out = divide(said, self._config.max_length, self._config.max_parts)
        receipt = self._ledger.open(said, parts, left_out, room=room, plugin=plugin)
        line = Line(
            id=receipt.id,
            room=room,
            plugin=plugin,
            folded=fold(said),
            slips=receipt.parts or (receipt,),
            priority=urgency,
            ttl=self._config.ttl if ttl is None else max(0.0, ttl),
            key=key,
            # What a plugin does not want to be said late is not approved late either.
            approval=self._config.approval if ttl is None else max(0.0, ttl),
            approved=approved,
            dry=dry,
        )
        self._worker.call(lambda: self._offer(line, refused))
        return receipt

    def approve(self, line_id: str) -> bool:
        """Let a line (with all parts of its text) go out; False if none of this id awaits approval."""
        found = self._queue.approve(line_id, self._monotonic())
        self._worker.wake()
        return found

    @property
    def awaiting(self) -> list[Awaiting]:
        """The texts that await approval, the oldest first."""
        return self._queue.awaiting(self._monotonic())

    def reject(self, line_id: str, why: str = "") -> bool:
        """Drop a line that awaits approval; False if there is none of this id."""
        return self._queue.reject(line_id, why, self._monotonic())

    def _offer(self, line: Line, refused: str) -> None:
        if self._closed:
            line.drop(self._closed, Cause.CLOSED)
        elif refused:
            line.drop(refused, Cause.FILTERED)
        elif not line.folded:
            line.drop("empty", Cause.EMPTY)
        else:
            self._queue.offer(line, self._monotonic())
            self._worker.wake()

    # --- state ------------------------------------------------------------------------------------------

    @property
    def stopped_reason(self) -> str:
        """Why the account's sending is stopped, in plain words; "" if it is not."""
        return self._rooms.stopped_reason

    @property
    def pending(self) -> int:
        """How many lines are queued, await approval, or are being sent; not those that await their echo."""
        return self._queue.pending

    @property
    def counts(self) -> Counter[str]:
        """How many lines came to which end: "seen", "dropped", and "dropped:expired" and its like."""
        return self._ledger.counts

    @property
    def recent(self) -> deque[Receipt]:
        """The last 100 receipts, the newest at the end."""
        return self._ledger.recent

    def pause(self, reason: str = "somebody paused it") -> None:
        """Send nothing until somebody resumes; what waits stays as long as its time to live."""
        self._rooms.stop(reason)
        self._worker.wake()

    def resume(self) -> None:
        """Send again, after somebody has seen to the lost login or the mute. A back-off goes on."""
        self._rooms.resume()
        self._worker.wake()

    # --- life -------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Send lines until closed or cancelled."""
        await self._worker.run()

    async def close(self, reason: str = "the bot is stopping") -> None:
        """Stop for good: what has not been sent is dropped, a line that is being sent becomes unknown."""
        self._closed = reason
        await self._worker.stop()
        self._queue.drop_all(reason, Cause.CLOSED)
        self._echoes.close(reason)
