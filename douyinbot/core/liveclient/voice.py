"""What a `LiveClient` says: through an outbox of its own, at a slow pace and never twice."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from douyinbot.config import Send
from douyinbot.connectors.base import Accepted
from douyinbot.errors import SendError
from douyinbot.events import Chat
from douyinbot.outbox import Outbox, Receipt, Sender, State

__all__ = ["Voice"]


class Voice:
    """One account's lines in one room. It can be used again after `close`.

    Args:
        sender: hands a line to the platform.
        room: the room's id in events.
        clock: the wall clock, for the history of receipts.
    """

    def __init__(self, sender: Sender, room: str, clock: Callable[[], datetime]) -> None:
        self._sender = sender
        self._room = room
        self._clock = clock
        self._worker: asyncio.Task[None] | None = None
        self._refusals: dict[str, SendError] = {}
        """The platform's own errors, by the text that it refused and that may be tried again."""
        self._stopped_by: SendError | None = None
        self._outbox = self._open()

    def heard(self, chat: Chat) -> None:
        """Look whether a chat line of the room is one of ours."""
        user_id = chat.user.id if chat.user is not None and not chat.user.is_anonymous else ""
        self._outbox.heard_chat(self._room, user_id, chat.comment, chat.id)

    def resume(self) -> None:
        """Speak again: there is a new login."""
        self._stopped_by = None
        self._outbox.resume()

    async def say(self, text: str, account_id: str, *, listening: bool) -> Receipt:
        """Say one line, and return its receipt once nothing more will happen to it.

        Args:
            account_id: whose line it is; "" while that is not known.
            listening: whether the room's stream is there to see the line in; else the answer is the end.

        Raises:
            SendError: the platform did not take the line, or we did not send it.
        """
        if self._worker is None:
            self._worker = asyncio.create_task(self._outbox.run(), name="LiveClient outbox")
        self._outbox.learn_account(account_id)
        receipt = self._outbox.say(text, room=self._room, plugin="client")
        on_the_way = (State.QUEUED, State.SENT) if listening else (State.QUEUED,)
        while receipt.state in on_the_way:
            self._moved.clear()
            await self._moved.wait()
        refusals = [self._refusals.pop(part.text, None) for part in receipt.parts or (receipt,)]
        if receipt.state in (State.FAILED, State.DROPPED):
            stopped = self._stopped_by if self._outbox.stopped_reason else None
            raise next(filter(None, [*refusals, stopped]), SendError(receipt.reason))
        return receipt

    async def send(self, text: str) -> Accepted:
        """Hand one line to the platform; only the outbox calls this."""
        try:
            return await self._sender.send(text)
        except SendError as error:
            self._refusals[text] = self._stopped_by = error
            raise

    async def close(self) -> None:
        """Drop what waits, and begin anew with the next line."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await self._outbox.close("the client was closed")
            await worker
            self._outbox = self._open()

    def _open(self) -> Outbox:
        self._moved = asyncio.Event()  # some receipt has changed
        outbox = Outbox(
            Send(), clock=self._clock, monotonic=time.monotonic, on_change=lambda _: self._moved.set()
        )
        outbox.add_room(self._room, self, "live")
        return outbox
