"""关键词回复: answers lines in which a keyword stands."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import regex

from douyinbot import Chat, Context, Duration, PluginError, Role, hookimpl


@dataclass
class Rule:
    """One entry of `rules`: which words, and what to say."""

    words: list[str]
    """What is looked for."""
    say: list[str]
    """One of these texts is said, with variables."""
    match: Literal["contains", "exact", "start", "regex"] = "contains"
    """Where the word has to stand; or it is a regular expression, which may stand anywhere."""
    cooldown: Duration = Duration(30)
    """How long the rule rests after an answer, in the room."""
    role: Role = "viewer"
    """The lowest role that is answered."""


@dataclass
class Config:
    """`[plugins.auto_reply]`"""

    rules: list[Rule] = field(default_factory=list)


LONGEST_PATTERN = 200
LONGEST_SEARCH = 0.05
"""Seconds after which a regular expression is given up: some take ages over a line that is made for that."""
GIVEN_UP_FOR = 60.0
"""Seconds for which a rule rests after that."""

MATCHES: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda line, word: word in line,
    "exact": lambda line, word: word == line,
    "start": lambda line, word: line.startswith(word),
    "regex": lambda line, word: bool(regex.search(word, line, regex.IGNORECASE, timeout=LONGEST_SEARCH)),
}


def fold(text: str) -> str:
    """Full-width forms and case make no difference."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def check_pattern(text: str) -> None:
    """Refuse what is no regular expression, or too long a one.

    Raises:
        PluginError: with the place of the mistake.
    """
    if len(text) > LONGEST_PATTERN:
        raise PluginError(f"a regular expression may have {LONGEST_PATTERN} characters, not {len(text)}")
    try:
        regex.compile(text, regex.IGNORECASE)
    except regex.error as error:
        raise PluginError(f"{text!r} is no regular expression: {error}") from error


@hookimpl
def setup(ctx: Context) -> None:
    for rule in ctx.config.rules:
        if not rule.say or not any(fold(word) for word in rule.words):
            raise PluginError("every rule needs `words` and `say`")
        for word in rule.words if rule.match == "regex" else ():
            check_pattern(word)
        for text in rule.say:
            ctx.check_template(text)


@hookimpl
def on_chat(ctx: Context, event: Chat) -> str | None:
    if event.history or ctx.command:
        return None
    line, now = fold(event.comment), ctx.clock.monotonic()
    rests: dict[int, float] = ctx.state.setdefault("rests", {})
    for number, rule in enumerate(ctx.config.rules):
        if now < rests.get(number, 0.0) or not ctx.has_role(rule.role):
            continue
        try:
            found = any(MATCHES[rule.match](line, word) for word in words_of(rule))
        except TimeoutError:
            rests[number] = now + max(rule.cooldown, GIVEN_UP_FOR)
            ctx.log.warning("rule %d takes too long over some lines, and rests for a while", number + 1)
            continue
        if found:
            rests[number] = now + rule.cooldown
            return ctx.render(ctx.rng.choice(rule.say))
    return None


def words_of(rule: Rule) -> list[str]:
    """Return what is looked for; case and width make a difference to the signs of a regular expression."""
    words = rule.words if rule.match == "regex" else [fold(word) for word in rule.words]
    return [word for word in words if word]
