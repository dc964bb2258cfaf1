"""The platforms' texts: a pattern with numbered places, and the pieces that go there; alike on both."""

import re
from typing import Any

__all__ = ["named_user", "render"]

_PLACE = re.compile(r"\{(\d{1,3})[^{}]*\}")  # {0:user}, {1:string}, {4:image}


def render(text: Any) -> str:
    """Return a text as the room shows it; pictures, and pieces that are not there, leave nothing behind.

    A text without a pattern is its pieces in a row. What a viewer wrote is put in last, so that a name like
    `{1:string}` stays what it is.
    """
    pieces = [_piece(piece) for piece in text.pieces]
    if not text.default_pattern:
        return "".join(pieces).strip()

    def fill(place: re.Match[str]) -> str:
        index = int(place[1])
        return pieces[index] if index < len(pieces) else ""

    return _PLACE.sub(fill, text.default_pattern).strip()


def named_user(text: Any) -> Any:
    """Return the platform's user whom a text names first, None where it names nobody."""
    for piece in text.pieces:
        if piece.user_value.HasField("user"):
            return piece.user_value.user
    return None


def _piece(piece: Any) -> str:
    """A piece has one value, in the field of its type: all five types were seen in frames of 2021-2026."""
    match piece.type:
        case 11:
            return str(piece.user_value.user.nickname)
        case 12:
            return str(piece.gift_value.name_ref.default_pattern)
        case 14:
            return str(piece.pattern_ref_value.default_pattern)
        case 15:
            return ""
        case _:
            return str(piece.string_value)
