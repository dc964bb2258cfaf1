"""What the platform's gift list tells about a gift; where that is refused, what its own message tells.

No list is bundled: a copied one would be out of date within weeks, and every gift message describes its gift.
"""

from typing import Any

from douyinbot.events import Event, Gift

__all__ = ["REFUSED", "GiftInfo", "own_row"]

REFUSED = "Failed to fetch available gifts. Gifts are described by their own messages."
"""The `info` of a Failure; its beginning is the seed library's."""


class GiftInfo:
    """Describes the gifts of one room, by the list or without."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        """The list by id, empty as long as it was not had."""
        self.refused = False
        """Whether it was asked for in vain."""

    def know(self, rows: list[dict[str, Any]]) -> None:
        """Take over the platform's list."""
        self.rows = {str(row.get("id", "")): row for row in rows}
        self.refused = not self.rows

    def describe(self, batch: list[Event]) -> list[Event]:
        """Return the events, the gifts among them with their row; a gift that is not listed has none."""
        if not (self.rows or self.refused):
            return batch
        return [
            event.replace(extended_gift_info=self._row(event)) if isinstance(event, Gift) else event
            for event in batch
        ]

    def _row(self, gift: Gift) -> dict[str, Any] | None:
        return own_row(gift) if self.refused else self.rows.get(gift.gift_id)


def own_row(gift: Gift) -> dict[str, Any]:
    """Return a gift's row as far as its message tells: those fields of the list that are the same in both."""
    return {
        "id": int(gift.gift_id) if gift.gift_id.isdecimal() else 0,
        "name": gift.gift_name,
        "type": gift.gift_type,
        "combo": gift.combo,
        "diamond_count": gift.diamond_count,
        "describe": gift.describe,
        "image": {"url_list": [gift.gift_picture_url] if gift.gift_picture_url else []},
    }
