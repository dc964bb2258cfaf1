"""`douyinbot init`: asks what it must know, and writes a bot.toml that works."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TypeVar

import click

from douyinbot.config import load_config, nearest
from douyinbot.connectors.catalogue import platform_of
from douyinbot.core.plugins.discovery import Candidate, find_candidates
from douyinbot.errors import InvalidUniqueIdError

__all__ = ["init"]

SUGGESTED = ("dice", "gift_thanks", "welcome", "help")
T = TypeVar("T")

TRIES = 3
"""How often one question is asked."""
LONGEST_WORD = 12
_SEPARATORS = re.compile(r"[,，、;；\s]+")
SETTINGS: Mapping[str, str] = {
    "announce": '[plugins.announce]\nevery = "15m"\nmin_lines = 5\nsay = ["喜欢主播的点点关注"]',
}
"""What stands in bot.toml for the plugins that do nothing without settings of their own."""
SIMULATOR = 'connector = "simulator"\n# 模拟直播间就在本机，所以可以真的发送\nsend = "live"'
PLATFORM = """connector = {platform}
url = {url}
# 登录用的 cookie，不登录也能看，但不能发言。只写它在哪里，绝不写 cookie 本身。
# cookies = "env:{cookie}"
# dry 只演习（先看看）| approve 每一句都等你同意 | live 真的发送
send = "dry\""""


@click.command()
@click.argument("file", type=click.Path(path_type=Path), default=Path("bot.toml"))
@click.option("--room", help='The room\'s address; "" is the simulated room.')
@click.option("--name", help="The bot's name.")
@click.option("--plugins", help="Plugins, with commas between.")
def init(file: Path, room: str | None, name: str | None, plugins: str | None) -> int:
    """Write FILE (bot.toml): asks for what the options do not say.

    Nothing is overwritten. Press Enter for what stands in brackets.
    """
    if file.exists():
        raise click.UsageError(f"{file} is there already, and nothing is overwritten; name another file")
    lines = _answer(room, _room, "直播间地址或房间号 (回车: 用模拟直播间)", "", show_default=False)
    called = _answer(name, str, "机器人的名字", "小助手")
    known = find_candidates()
    if plugins is None:
        click.echo(f"可选插件: {'，'.join(_introduced(candidate) for candidate in known.values())}")
    enabled = _answer(plugins, partial(_plugins, known), "插件 (用逗号或空格分开)", ",".join(SUGGESTED))
    text = Template((files("douyinbot.cli") / "scaffold" / "bot.toml.txt").read_text(encoding="utf-8"))
    written = text.substitute(
        name=_quoted(called),
        room=lines,
        plugins=", ".join(map(_quoted, enabled)),
        settings="".join(f"\n{SETTINGS[plugin]}\n" for plugin in enabled if plugin in SETTINGS),
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written, encoding="utf-8")
    load_config(file)
    click.echo(f"wrote {file}\nCheck it:  douyinbot check {file}\nRun it:    douyinbot run {file}")
    return 0


def _answer(
    given: str | None,
    understood: Callable[[str], T],
    question: str,
    default: str,
    *,
    show_default: bool = True,
) -> T:
    """Return what an option says, or ask for it: again after a mistake, so that other answers are not lost.

    Raises:
        click.UsageError: it cannot be understood, or nobody answers.
    """
    if given is not None:
        return understood(given)
    for left in reversed(range(TRIES)):
        try:
            return understood(click.prompt(question, default=default, show_default=show_default))
        except click.UsageError as error:
            if not left:
                raise
            click.echo(error.message)
        except click.Abort:
            if sys.stdin is not None and sys.stdin.isatty():
                raise  # Ctrl-C
            raise click.UsageError(
                "nobody answers: stdin is over. Give the answers as --room, --name and --plugins"
            ) from None
    raise AssertionError("the last try returns or raises")


def _room(answer: str) -> str:
    if not (url := answer.strip()):
        return SIMULATOR
    try:
        platform = platform_of(url)
    except InvalidUniqueIdError as error:
        raise click.UsageError(str(error)) from error
    cookie = f"{platform.upper()}_COOKIE"
    return PLATFORM.format(platform=_quoted(platform), url=_quoted(url), cookie=cookie)


def _plugins(known: Mapping[str, Candidate], text: str) -> list[str]:
    names = [name for name in _SEPARATORS.split(text) if name]
    for name in names:
        if name not in known:
            raise click.UsageError(f'there is no plugin "{name}"{nearest(name, sorted(known))}')
    return list(dict.fromkeys(names))


def _introduced(candidate: Candidate) -> str:
    """Return a plugin's name with the word that its module's docstring begins with, as far as it has one."""
    try:
        word, colon, _ = (getattr(candidate.load(), "__doc__", None) or "").partition(":")
    except Exception:  # somebody else's plugin: to be named it need not work
        return candidate.name
    return f"{candidate.name} {word}" if colon and len(word) <= LONGEST_WORD else candidate.name


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's form is one, as long as no character beyond the BMP is written as two."""
    return json.dumps(text, ensure_ascii=False)
