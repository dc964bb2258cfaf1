"""Texts with variables: `谢谢 $(user) 的 $(gift)x$(count)` and spintax `{老铁/宝宝}`.

A text is taken apart once, when it is read from the configuration; what viewers wrote is put in last and
never looked at again, so nobody can inject a variable through a nickname or a line.
"""

import random
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from douyinbot.config import nearest
from douyinbot.events.text import clean, shorten

__all__ = ["VARIABLES", "Template", "TemplateError", "Values"]

_OPEN = re.compile(r"\$\(([^()]*)\)|\{([^{}]*)\}")
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


class Template:
    """A text, taken apart.

    Args:
        text: as it stands in the configuration.
        extra: names of further variables (those of plugins) that may be used.

    Raises:
        TemplateError: an unknown variable, or wrong arguments of one.
    """

    def __init__(self, text: str, extra: Collection[str] = ()) -> None:
        self.text = text
        self.counters: set[str] = set()
        """The NAMEs of `$(count NAME)`: count each up once before rendering."""
        self._parts: list[str | Render] = []
        position = 0
        for match in _OPEN.finditer(text):
            self._parts.append(text[position : match.start()])
            inner, braces = match[1], match[2]
            self._parts.append(
                self._spintax(braces, extra) if inner is None else self._variable(inner, extra)
            )
            position = match.end()
        self._parts.append(text[position:])

    def render(self, values: Values, rng: random.Random) -> str:
        """Return the text with everything put in. What is not known here becomes nothing."""
        return self._raw(values, rng).strip()

    def _raw(self, values: Values, rng: random.Random) -> str:
        done = []
        for part in self._parts:
            value = part if isinstance(part, str) else part(values, rng)
            done.append("" if value is None else str(value))
        return "".join(done)

    def _spintax(self, inner: str, extra: Collection[str]) -> str | Render:
        """`{a/b/c}` is one of them, variables in it included; braces without a slash are just braces."""
        choices = [Template(choice, extra) for choice in inner.split("/")]
        for choice in choices:
            self.counters |= choice.counters
        if len(choices) == 1:
            return lambda values, rng: f"{{{choices[0]._raw(values, rng)}}}"
        return lambda values, rng: rng.choice(choices)._raw(values, rng)

    def _variable(self, inner: str, extra: Collection[str]) -> Render:
        name, *words = inner.split() or [""]
        if _POSITION.fullmatch(name) and not words:
            index = int(name) - 1
            return lambda values, rng: values.arguments[index] if index < len(values.arguments) else None
        if name in extra and (name not in VARIABLES or not words):
            return lambda values, rng: _text((values.extra or {}).get(name))
        if name not in VARIABLES:
            raise TemplateError(f"unknown variable $({inner}){nearest(name, [*VARIABLES, *extra])}")
        if name == "count" and words:
            self.counters.add(words[0])
        try:
            return VARIABLES[name](words)
        except TemplateError as error:
            raise TemplateError(f"$({inner}): {error}") from None


def _text(value: Any) -> str | None:
    return None if value is None else clean(str(value))
