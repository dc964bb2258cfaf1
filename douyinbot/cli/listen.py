"""`douyinbot listen URL`: a room's events, without a bot."""

from pathlib import Path

import click

from douyinbot.cli.assemble import lost_on_the_way, one_room
from douyinbot.cli.drive import drive
from douyinbot.cli.logs import set_up_logging
from douyinbot.cli.view import JsonLines, View
from douyinbot.config import Secret
from douyinbot.connectors.catalogue import platform_of
from douyinbot.core.bot import Bot
from douyinbot.errors import ConfigError

__all__ = ["listen"]


@click.command()
@click.argument("url")
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line.")
@click.option("--record", type=click.Path(path_type=Path), help="Record into a .dyrec file.")
@click.option("--wait", is_flag=True, help="Wait for the stream if nobody is live.")
@click.option("--cookies", help="Where the login cookies are: env:NAME or file:PATH.")
@click.option("--proxy", default="", help="http://, https://, socks4:// or socks5://host:port.")
def listen(url: str, jsonl: bool, record: Path | None, wait: bool, cookies: str | None, proxy: str) -> int:
    """Show what happens in the room URL, until it ends or Ctrl-C.

    URL is a room's address, number or 抖音号, a TikTok @name, or http://127.0.0.1:PORT/ROOM for a simulator.
    """
    set_up_logging("warning")
    platform = platform_of(url)
    try:
        secret = Secret.parse(cookies) if cookies is not None else None
    except ValueError as error:
        raise ConfigError(
            "--cookies: name where they are, env:NAME or file:PATH; on the command line everybody sees them."
        ) from error
    config = one_room(platform, url, cookies=secret, options={"proxy": proxy} if proxy else {})
    view = None if jsonl else View()
    bot = Bot(config, observers=[view or JsonLines()], patient=wait, record=record)
    try:
        return drive(bot)
    finally:
        if view is not None and bot.started.is_set():
            view.summary(lost_on_the_way(bot))
