"""关键词回复: answers lines in which a keyword stands."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from douyinbot import Chat, Context, Duration, PluginError, Role, hookimpl


@dataclass
class Rule:
    """One entry of `rules`: which words, and what to say."""

    words: list[str]
    """What is looked for."""
    say: list[str]
    """One of these texts is said, with variables."""
    match: Literal["contains", "exact", "start"] = "contains"
    """Where the word has to stand."""
    cooldown: Duration = Duration(30)
    """How long the rule rests after an answer, in the room."""
    role: Role = "viewer"
    """The lowest role that is answered."""


@dataclass
class Config:
    """`[plugins.auto_reply]`"""

    rules: list[Rule] = field(default_factory=list)


MATCHES: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda line, word: word in line,
    "exact": lambda line, word: word == line,
    "start": lambda line, word: line.startswith(word),
}


def fold(text: str) -> str:
    """Full-width forms and case make no difference."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


@hookimpl
def setup(ctx: Context) -> None:
    for rule in ctx.config.rules:
        if not rule.say or not any(fold(word) for word in rule.words):
            raise PluginError("every rule needs `words` and `say`")
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
        if any(MATCHES[rule.match](line, fold(word)) for word in rule.words if fold(word)):
            rests[number] = now + rule.cooldown
            return ctx.render(ctx.rng.choice(rule.say))
    return None
