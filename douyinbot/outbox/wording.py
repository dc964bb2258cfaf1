"""Texts made fit to be said, and compared as a reader would compare them."""

import re
import unicodedata

from douyinbot.events.text import clean

__all__ = ["fold", "tidy"]

# Far more than a text that is cut into lines can use; a plugin may hand over a whole book by mistake.
LONGEST = 10_000

_SPACES = re.compile(r"(\s)\s+")
# What `clean` leaves in because emoji need it.
_JOINERS = re.compile(r"[\s\u200d\ufe0e\ufe0f]+")


def tidy(text: str) -> str:
    """Return the text on one line, without invisible characters and piles of spaces, perhaps empty."""
    cleaned = _SPACES.sub(r"\1", clean(text[:LONGEST], LONGEST))
    return cleaned if fold(cleaned) else ""


def fold(text: str) -> str:
    """Return what makes two texts the same text to a reader.

    Width, case, spaces and joiners do not count: a duplicate does not get past us by a space here and there.
    """
    return _JOINERS.sub("", unicodedata.normalize("NFKC", text).casefold())
