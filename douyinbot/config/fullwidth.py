"""Full-width characters where TOML wants ASCII ones: the slip of who types with a Chinese keyboard."""

import re
from typing import NamedTuple

__all__ = ["Slip", "find_slip"]

# What the wide character is called, and what to write in its place.
_WIDE = {
    **dict.fromkeys("“”„＂", ("quote", '"')),
    **dict.fromkeys("‘’＇", ("quote", "'")),
    **dict.fromkeys("，、", ("comma", ",")),
    **dict.fromkeys("［【", ("bracket", "[")),
    **dict.fromkeys("］】", ("bracket", "]")),
    "｛": ("brace", "{"),
    "｝": ("brace", "}"),
    "＝": ("equals sign", "="),
    "＃": ("hash sign", "#"),
    "．": ("full stop", "."),
}
# Inside of strings and comments they are text like any other.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""'
    r"|'''.*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    rf"|(?P<wide>[{re.escape(''.join(_WIDE))}])",
    re.DOTALL,
)


class Slip(NamedTuple):
    """A full-width character, where it stands (both from 1), and what it was meant to be."""

    line: int
    column: int
    told: str


def find_slip(text: str) -> Slip | None:
    """Return the first full-width character that is no part of a string or comment, None if there is none."""
    for match in _TOKEN.finditer(text):
        if (wide := match["wide"]) is not None:
            what, right = _WIDE[wide]
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
            return Slip(line, column, f"{wide} is a full-width {what}; use {right}")
    return None
