"""`douyinbot run FILE`: the bot itself."""

import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any

import click

from douyinbot.cli.assemble import lost_on_the_way
from douyinbot.cli.drive import drive
from douyinbot.cli.logs import set_up_logging
from douyinbot.cli.view import JsonLines, View, print_while_read
from douyinbot.config import load_config
from douyinbot.core.bot import Bot
from douyinbot.core.secrets import known_secrets

__all__ = ["run"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry", is_flag=True, help="Say nothing anywhere, whatever the rooms' `send` is.")
@click.option("--safe-mode", is_flag=True, help="Load no plugins but bundled ones.")
@click.option("--console", is_flag=True, help="Be any viewer, and decide what is said, from the keyboard.")
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line instead of the live view.")
@click.option("--record", type=click.Path(path_type=Path), help="Record into a .dyrec file.")
def run(file: Path, dry: bool, safe_mode: bool, console: bool, jsonl: bool, record: Path | None) -> int:
    """Run the bot that FILE (a bot.toml) describes, until Ctrl-C."""
    config = load_config(file)
    set_up_logging(config.bot.log, config.bot.zone, known_secrets(config))
    view = None if jsonl else View(several_rooms=len(config.rooms) > 1, zone=config.bot.zone)
    bot = Bot(config, observers=[view or JsonLines()], dry=dry, safe=safe_mode, record=record)
    try:
        return drive(bot, _console(bot, jsonl) if console else None, within=_web(bot))
    finally:
        if view is not None and bot.started.is_set():
            view.summary(lost_on_the_way(bot))


def _console(bot: Bot, jsonl: bool) -> Callable[[], Coroutine[Any, Any, None]]:
    """Return the console's work; with `--jsonl` its answers go to stderr, out of the programs' way."""
    from douyinbot.cli.console import Console  # nobody else needs it
    from douyinbot.cli.keyboard import lines

    write = partial(click.echo, err=True) if jsonl else print_while_read
    typed = sys.stdin is not None and sys.stdin.isatty()
    return lambda: Console(bot, write, typed=typed).run(lines(write))


def _web(bot: Bot) -> AbstractAsyncContextManager[Any] | None:
    """Return the web server of a bot that has one."""
    if bot.config.web is None:
        return None
    from douyinbot.web import Server  # nobody else pays for it

    return Server(bot)
