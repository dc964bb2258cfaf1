"""投票: viewers vote by writing an option's number; the last vote of each viewer counts."""

import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from douyinbot import Chat, Context, Duration, command, hookimpl

MOST_OPTIONS = 9
MOST_VOTERS = 100_000


@dataclass
class Config:
    """`[plugins.vote]`"""

    duration: Duration = Duration(120)
    """How long one may vote."""


@dataclass
class Vote:
    """A vote under way."""

    title: str
    options: list[str]
    votes: dict[str, int] = field(default_factory=dict)
    """Which option, by viewer."""

    def counts(self) -> list[int]:
        chosen = Counter(self.votes.values())
        return [chosen[number] for number in range(len(self.options))]

    def result(self) -> str:
        counts = self.counts()
        if not self.votes:
            return f"投票结束: {self.title}，没有人投票"
        best = max(counts)
        winners = [option for option, count in zip(self.options, counts, strict=True) if count == best]
        return f"投票结束: {self.title}，{'、'.join(winners)} 得 {best} 票，共 {len(self.votes)} 人"


@command("vote", "投票", role="admin", examples={"!vote 今晚唱什么 晴天 稻香": "1.晴天 2.稻香"})
def begin(ctx: Context, title: str, *options: str) -> str:
    "开始投票: !投票 <标题> <选项...>"
    if "vote" in ctx.state:
        return "投票还没结束，先 !投票结束"
    if not 2 <= len(options) <= MOST_OPTIONS:
        return f"要有 2 到 {MOST_OPTIONS} 个选项"
    vote = ctx.state["vote"] = Vote(title, list(options))
    ctx.later(ctx.config.duration, lambda ctx: finish(ctx, vote))
    listed = " ".join(f"{number}.{option}" for number, option in enumerate(options, 1))
    return f"{title}？发数字投票: {listed}"


@command("endvote", "投票结束", role="admin")
def end(ctx: Context) -> str | None:
    "提前结束投票: !投票结束"
    return finish(ctx, ctx.state.get("vote")) or "现在没有投票"


@command("votes", "票数", cooldown={"room": "10s"})
def show(ctx: Context) -> str:
    "看看票数: !票数"
    vote: Vote | None = ctx.state.get("vote")
    if vote is None:
        return "现在没有投票"
    return " ".join(f"{option} {count}" for option, count in zip(vote.options, vote.counts(), strict=True))


@hookimpl
def on_chat(ctx: Context, event: Chat) -> None:
    vote: Vote | None = ctx.state.get("vote")
    if vote is None or event.user is None or event.history:
        return
    line = unicodedata.normalize("NFKC", event.comment).strip()
    full = len(vote.votes) >= MOST_VOTERS and event.user.key not in vote.votes
    if not full and len(line) == 1 and line.isdecimal() and 1 <= int(line) <= len(vote.options):
        vote.votes[event.user.key] = int(line) - 1


def finish(ctx: Context, vote: Vote | None) -> str | None:
    """End this vote, unless it is over already, and return its result."""
    running: Vote | None = ctx.state.get("vote")
    if running is None or running is not vote:
        return None
    del ctx.state["vote"]
    return running.result()
