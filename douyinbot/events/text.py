"""Viewer text made safe to show: hostile characters out, length in what a person sees as characters."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex

__all__ = ["clean", "graphemes", "name_list", "shorten"]

_GRAPHEME = regex.compile(r"\X")
# The joiner holds emoji together, as the variation selectors do, which are marks; everything else of category
# Cf is invisible and only used to reorder, hide or flood (U+202E, zero-width spaces, tag characters).
_JOINER = "\u200d"
_MARKS = frozenset({"Mn", "Me"})
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MAX_MARKS = 3  # combining marks and joiners kept on one character: more is "zalgo" text
_MAX_POINTS = 16  # code points kept of one grapheme: the longest real one, a kiss in two skin tones, has 10


def graphemes(text: str) -> list[str]:
    """Split a text into what a reader sees as single characters (flags and joined emoji stay whole)."""
    return _GRAPHEME.findall(text)


def clean(text: str, limit: int = 500) -> str:
    """Return the text on one line, without control, bidirectional, invisible and piled-up characters.

    At most `limit` graphemes are kept, and none of them is endless. Terminal escape sequences lose their
    escape character, so what is left of them is plain text.
    """
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in _MARKS or char == _JOINER:
            marks += 1
            if marks > _MAX_MARKS:
                continue
        elif category in _DROPPED:
            if char in "\n\r\t\u2028\u2029":
                kept.append(" ")
            continue
        else:
            marks = 0
        kept.append(char)
    cleaned = "".join(kept).strip()
    if len(cleaned) <= min(limit, _MAX_POINTS):
        return cleaned
    return "".join(one[:_MAX_POINTS] for one in graphemes(cleaned)[:limit]).strip()


@lru_cache(maxsize=2048)
def shorten(text: str, width: int = 8) -> str:
    """Return a name cleaned and cut to `width` graphemes, with an ellipsis where something was cut off."""
    parts = graphemes(clean(text))
    return "".join(parts) if len(parts) <= width else "".join(parts[: width - 1]) + "…"


def name_list(names: Iterable[str], most: int = 3) -> str:
    """Return names as one reads them out: `小明、小红 等5位`."""
    each = list(names)
    shown = "、".join(each[:most])
    return shown if len(each) <= most else f"{shown} 等{len(each)}位"
