"""Long texts cut into lines that the platform takes: whole characters, preferably whole words."""

from douyinbot.events.text import graphemes

__all__ = ["MARK", "divide", "split", "utf16_length"]

MARK = "…"
"""What a line that is not the end of its text ends with."""

# After these a Chinese sentence may be cut. Their ASCII cousins need no mention: they stand inside of numbers
# and addresses too, and where they end something, a space follows.
_STOPS = frozenset("，。！？；：、）】》」』～…")


def utf16_length(text: str) -> int:
    """Return the length as the platform's input box counts it: an emoji is two."""
    return len(text) + sum(char > "\uffff" for char in text)


def split(text: str, max_length: int = 50, max_parts: int = 3) -> list[str]:
    """Cut a text into at most `max_parts` lines of at most `max_length` UTF-16 units.

    All but the end of the text end with "…". What does not fit is left out; `divide` tells what.
    """
    return divide(text, max_length, max_parts)[0]


def divide(text: str, max_length: int = 50, max_parts: int = 3) -> tuple[list[str], str]:
    """Do as `split` does, and return the end that did not fit as well.

    Without their marks the lines joined are the text, spaces included: nothing gets lost between two lines.
    A single character that is longer than a line (a family of many people) is replaced by "…".

    Raises:
        ValueError: there would be no space for a character and its mark.
    """
    if max_length < 2 or max_parts < 1:
        raise ValueError("a text is cut into at least one line of at least two characters")
    if utf16_length(text) <= max_length:
        return [text] if text else [], ""
    pieces = [piece if utf16_length(piece) < max_length else MARK for piece in graphemes(text)]
    parts, rest = _cut(pieces, max_length, max_parts, nicely=True)
    if rest:
        # Cuts between words waste some space. Better a word cut in two than words left out.
        tight, nothing = _cut(pieces, max_length, max_parts, nicely=False)
        if not nothing:
            return tight, ""
    return parts, rest


def _cut(pieces: list[str], max_length: int, max_parts: int, *, nicely: bool) -> tuple[list[str], str]:
    widths = [utf16_length(piece) for piece in pieces]
    left = sum(widths)
    parts: list[str] = []
    start = 0
    while left > max_length and len(parts) < max_parts:
        end = _reach(widths, start, max_length - len(MARK))
        if nicely:
            end = _between_words(pieces, start, end)
        parts.append("".join(pieces[start:end]) + MARK)
        left -= sum(widths[start:end])
        start = end
    if len(parts) < max_parts:
        return [*parts, "".join(pieces[start:])], ""
    return parts, "".join(pieces[start:])


def _reach(widths: list[int], start: int, space: int) -> int:
    end = start
    while end < len(widths) and widths[end] <= space:
        space -= widths[end]
        end += 1
    return end


def _between_words(pieces: list[str], start: int, end: int) -> int:
    """Return the last good place for a cut, or `end` if it would leave the line less than half full."""
    for place in range(end, start + (end - start) // 2, -1):
        if pieces[place - 1] in _STOPS or pieces[place - 1].isspace():
            return place
    return end
