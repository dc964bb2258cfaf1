"""The books of an outbox: receipts are written, their ends counted, the last ones kept for a console."""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import datetime

from douyinbot.outbox.lines import FINAL, Cause, State
from douyinbot.outbox.receipt import Receipt

__all__ = ["Ledger"]

logger = logging.getLogger(__name__)

RECENT = 100


class Ledger:
    """All receipts of one account. A text in several parts is counted and told part by part."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        on_change: Callable[[Receipt], None] | None,
        numbers: Iterator[int],
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.recent: deque[Receipt] = deque(maxlen=RECENT)
        self._clock = clock
        self._on_change = on_change
        self._numbers = numbers

    def open(self, text: str, parts: list[str], left_out: str, *, room: str, plugin: str) -> Receipt:
        """Write the receipt of a text; of more than one part, each has one too."""
        number = f"L{next(self._numbers)}"
        if len(parts) <= 1:
            return self._receipt(number, parts[0] if parts else text, room, plugin, left_out)
        whole = Receipt(number, text, room=room, plugin=plugin, clock=self._clock, left_out=left_out)
        whole.divide(
            tuple(
                self._receipt(
                    f"{number}.{place}", part, room, plugin, left_out if place == len(parts) else ""
                )
                for place, part in enumerate(parts, start=1)
            )
        )
        return whole

    def _receipt(self, id: str, text: str, room: str, plugin: str, left_out: str) -> Receipt:
        return Receipt(
            id,
            text,
            room=room,
            plugin=plugin,
            clock=self._clock,
            changed=self._changed_to,
            left_out=left_out,
        )

    def _changed_to(self, receipt: Receipt, before: State, cause: Cause | None) -> None:
        if len(receipt.history) == 1:
            self.recent.append(receipt)
        if receipt.done:
            # A late echo takes a line out of where it was counted first: the counts add up to the lines.
            if before in FINAL:
                self.counts[before] -= 1
            self.counts[receipt.state] += 1
            if cause is not None:
                self.counts[f"{receipt.state}:{cause}"] += 1
        if self._on_change is not None:
            try:
                self._on_change(receipt)
            except Exception:
                logger.exception("whoever listens to the outbox failed at line %s", receipt.id)
