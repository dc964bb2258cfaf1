"""Texts with variables: `谢谢 $(user) 的 $(gift)x$(count)` and spintax `{老铁/宝宝}`.

A text is taken apart once, when it is read from the configuration; what viewers wrote is put in last and
never looked at again, so nobody can inject a variable through a nickname or a line. Choices may stand inside
choices, and a slash inside `$(…)` belongs to the variable. What cannot be read is an error, never plain text
by accident: only braces without a slash, and single ones, are just braces.
"""

import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from douyinbot.config import nearest
from douyinbot.events.text import clean, shorten

__all__ = ["VARIABLES", "Template", "TemplateError", "Values"]

_SIGN = re.compile(r"\$\(|[{}/]")
DEEPEST = 20
"""Levels of choices inside choices. Rendering goes down them one by one."""
_POSITION = re.compile(r"[1-9]\d?")


class TemplateError(ValueError):
    """A text has an unknown variable or a wrong argument."""


@dataclass(frozen=True, slots=True)
class Values:
    """What a text may speak of; what is not known at this place is None."""

    user: str | None = None
    arguments: tuple[str, ...] = ()
    rest: str = ""
    gift: str | None = None
    count: int | str | None = None
    value: int | None = None
    viewers: int | None = None
    uptime: float | None = None
    """Seconds since the stream began, as far as we have seen it."""
    now: datetime | None = None
    counters: Mapping[str, int] | None = None
    """The numbers for `$(count NAME)`, already counted up."""
    extra: Mapping[str, Any] | None = None
    """Further variables: those of plugins, and the `**vars` of `ctx.render`."""


Render = Callable[[Values, random.Random], Any]


def _duration(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    minutes = int(seconds // 60)
    return f"{minutes // 60}小时{minutes % 60}分钟" if minutes >= 60 else f"{minutes}分钟"


def _random(words: list[str]) -> Render:
    try:
        low, high = (int(word) for word in words)
    except ValueError:
        raise TemplateError("$(random LOW HIGH) takes two whole numbers") from None
    if low > high:
        raise TemplateError("$(random LOW HIGH): LOW must not be larger than HIGH")
    return lambda values, rng: rng.randint(low, high)


def _pick(words: list[str]) -> Render:
    choices = [choice.strip() for choice in " ".join(words).split("|") if choice.strip()]
    if not choices:
        raise TemplateError("$(pick a|b) needs something to pick from")
    return lambda values, rng: rng.choice(choices)


_TIME_WORDS = (("YYYY", "%Y"), ("MM", "%m"), ("DD", "%d"), ("HH", "%H"), ("mm", "%M"), ("ss", "%S"))


def _time(words: list[str]) -> Render:
    form = " ".join(words) or "HH:mm"
    for word, directive in _TIME_WORDS:
        form = form.replace(word, directive)
    return lambda values, rng: values.now.strftime(form) if values.now else None


def _count(words: list[str]) -> Render:
    if not words:
        return lambda values, rng: values.count
    if len(words) > 1:
        raise TemplateError("$(count NAME) takes one name")
    return lambda values, rng: (values.counters or {}).get(words[0])


def _plain(read: Callable[[Values], Any]) -> Callable[[list[str]], Render]:
    def build(words: list[str]) -> Render:
        if words:
            raise TemplateError("takes no arguments")
        return lambda values, rng: read(values)

    return build


VARIABLES: dict[str, Callable[[list[str]], Render]] = {
    "user": _plain(lambda v: v.user),
    "user.short": _plain(lambda v: None if v.user is None else shorten(v.user)),
    "rest": _plain(lambda v: v.rest),
    "count": _count,
    "random": _random,
    "pick": _pick,
    "time": _time,
    "uptime": _plain(lambda v: _duration(v.uptime)),
    "gift": _plain(lambda v: v.gift),
    "value": _plain(lambda v: v.value),
    "viewers": _plain(lambda v: v.viewers),
}
"""The variables that are always there, each with the function that reads its arguments; `$(1)` too."""


Part = str | Render


class _Open:
    """A brace that is not closed yet: the choices so far, each a list of parts."""

    def __init__(self) -> None:
        self.choices: list[list[Part]] = [[]]
        self.depth = 1


class Template:
    """A text, taken apart.

    Args:
        text: as it stands in the configuration.
        extra: names of further variables (those of plugins) that may be used.

    Raises:
        TemplateError: an unknown variable, wrong arguments of one, or a choice that is not closed.
    """

    def __init__(self, text: str, extra: Collection[str] = ()) -> None:
        self.text = text
        self.counters: set[str] = set()
        """The NAMEs of `$(count NAME)`: count each up once before rendering."""
        self.extra: set[str] = set()
        """The further variables that the text really uses: nobody has to know the value of any other."""
        self._known = extra
        self._parts = self._read(text)

    def render(self, values: Values, rng: random.Random) -> str:
        """Return the text with everything put in. What is not known here becomes nothing."""
        return _fill(self._parts, values, rng).strip()

    def _read(self, text: str) -> list[Part]:
        """Take the text apart from left to right; braces wait on a stack until they are closed."""
        whole = _Open()
        stack = [whole]
        for sign, inner in _signs(text):
            top = stack[-1]
            if sign == "$(":
                top.choices[-1].append(self._variable(inner))
            elif sign == "{":
                stack.append(_Open())
            elif sign == "/" and top is not whole:
                top.choices.append([])
            elif sign == "}" and top is not whole:
                _close(stack)
            else:
                top.choices[-1].append(sign or inner)
        while len(stack) > 1:
            left = stack.pop()
            if len(left.choices) > 1:
                raise TemplateError('a choice "{…/…" is not closed: it needs a "}"')
            stack[-1].choices[-1] += ["{", *left.choices[0]]
        return whole.choices[0]

    def _variable(self, inner: str) -> Render:
        if "$(" in inner or "{" in inner:
            raise TemplateError(f"$({inner}): no variable and no choice can stand inside a variable")
        name, *words = inner.split() or [""]
        if _POSITION.fullmatch(name) and not words:
            index = int(name) - 1
            return lambda values, rng: values.arguments[index] if index < len(values.arguments) else None
        if name in self._known and (name not in VARIABLES or not words):
            if words:
                raise TemplateError(f"$({inner}): takes no arguments")
            self.extra.add(name)
            return lambda values, rng: _text((values.extra or {}).get(name))
        if name not in VARIABLES:
            raise TemplateError(f"unknown variable $({inner}){nearest(name, [*VARIABLES, *self._known])}")
        if name == "count" and words:
            self.counters.add(words[0])
        try:
            return VARIABLES[name](words)
        except TemplateError as error:
            raise TemplateError(f"$({inner}): {error}") from None


def _signs(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text is made of: ("", plain text), ("$(", what stands in it), and ("{", "") for a sign."""
    position = 0
    while (found := _SIGN.search(text, position)) is not None:
        if found.start() > position:
            yield "", text[position : found.start()]
        position = found.end()
        if found[0] != "$(":
            yield found[0], ""
            continue
        end = _closing(text, position)
        yield "$(", text[position:end]
        position = end + 1
    yield "", text[position:]


def _closing(text: str, start: int) -> int:
    """Return where the parenthesis of a variable closes; parentheses inside it come in pairs."""
    depth = 1
    for position in range(start, len(text)):
        depth += (text[position] == "(") - (text[position] == ")")
        if not depth:
            return position
    raise TemplateError(f'"$({text[start : start + 20]}" is not closed: it needs a ")"')


def _close(stack: list[_Open]) -> None:
    """`{a/b/c}` is one of them, variables in it included; braces without a slash are just braces."""
    closed = stack.pop()
    choices, above = closed.choices, stack[-1]
    if len(choices) == 1:
        above.choices[-1] += ["{", *choices[0], "}"]
        return
    above.depth = max(above.depth, closed.depth + 1)
    if closed.depth > DEEPEST:
        raise TemplateError(f"choices stand inside choices more than {DEEPEST} levels deep")
    above.choices[-1].append(lambda values, rng: _fill(rng.choice(choices), values, rng))


def _fill(parts: list[Part], values: Values, rng: random.Random) -> str:
    done = (part if isinstance(part, str) else part(values, rng) for part in parts)
    return "".join("" if value is None else str(value) for value in done)


def _text(value: Any) -> str | None:
    return None if value is None else clean(str(value))
