"""`douyinbot init`: asks what it must know, and writes a bot.toml that works."""

import json
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from douyinbot.config import load_config
from douyinbot.connectors.catalogue import platform_of
from douyinbot.core.plugins.discovery import find_candidates
from douyinbot.errors import InvalidUniqueIdError

__all__ = ["init"]

SUGGESTED = ("dice", "gift_thanks", "welcome", "help")
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
    if room is None:
        room = click.prompt("直播间地址或房间号 (回车: 用模拟直播间)", default="", show_default=False)
    url = room.strip()
    lines = _room(url) if url else SIMULATOR
    if name is None:
        name = click.prompt("机器人的名字", default="小助手")
    if plugins is None:
        plugins = click.prompt("插件 (用逗号分开)", default=",".join(SUGGESTED))
    enabled = _checked_plugins(plugins)
    text = Template((files("douyinbot.cli") / "scaffold" / "bot.toml.txt").read_text(encoding="utf-8"))
    written = text.substitute(
        name=_quoted(name),
        room=lines,
        plugins=", ".join(map(_quoted, enabled)),
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written, encoding="utf-8")
    load_config(file)
    click.echo(f"wrote {file}\nCheck it:  douyinbot check {file}\nRun it:    douyinbot run {file}")
    return 0


def _room(url: str) -> str:
    try:
        platform = platform_of(url)
    except InvalidUniqueIdError as error:
        raise click.UsageError(str(error)) from error
    cookie = f"{platform.upper()}_COOKIE"
    return PLATFORM.format(platform=_quoted(platform), url=_quoted(url), cookie=cookie)


def _checked_plugins(text: str) -> list[str]:
    names = [name.strip() for name in text.replace("，", ",").split(",") if name.strip()]
    known = find_candidates()
    for name in names:
        if name not in known:
            raise click.UsageError(f'there is no plugin "{name}"; there are {", ".join(sorted(known))}')
    return list(dict.fromkeys(names))


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's form is one, as long as no character beyond the BMP is written as two."""
    return json.dumps(text, ensure_ascii=False)
