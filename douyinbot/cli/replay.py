"""`douyinbot replay FILE`: a recording, shown or played to a bot."""

from pathlib import Path

import click
import msgspec

from douyinbot.cli.assemble import lost_on_the_way, one_room
from douyinbot.cli.database import file_of
from douyinbot.cli.drive import drive
from douyinbot.cli.logs import set_up_logging
from douyinbot.cli.view import JsonLines, View
from douyinbot.config import Config, load_config
from douyinbot.core.bot import Bot
from douyinbot.core.secrets import known_secrets

__all__ = ["replay"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Play it to this bot.")
@click.option("--fresh", is_flag=True, help="With --config: begin with an empty database, not with a copy.")
@click.option("--speed", type=click.FloatRange(min=0), help="N times as fast as it was; 0 without pauses.")
@click.option("--from", "start", default="", help="Begin there: 10m after the beginning, or at 20:15.")
@click.option("--to", "end", default="", help="End there.")
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line.")
def replay(
    file: Path,
    config_file: Path | None,
    fresh: bool,
    speed: float | None,
    start: str,
    end: str,
    jsonl: bool,
) -> int:
    """Play FILE back: a .dyrec recording, or a single captured frame or im/fetch answer.

    With --config the bot's plugins run on it and say nothing (dry). They know what the bot's database knows,
    and what they change is forgotten. Without --speed it goes as fast as possible, and with --config as fast
    as it was recorded.
    """
    if file.suffix == ".toml":
        raise click.UsageError(f"{file} is a configuration; play a recording to it with --config {file}")
    pace = speed if speed is not None else 1.0 if config_file is not None else 0.0
    config = one_room("replay", str(file.resolve()), options={"speed": pace, "from": start, "to": end})
    if config_file is not None:
        config = _with_plugins_of(load_config(config_file), config, fresh=fresh)
    zone = config.bot.zone if config_file is not None else None
    level = config.bot.log if config_file is not None else "warning"
    set_up_logging(level, zone, known_secrets(config))
    view = None if jsonl else View(zone=zone)
    bot = Bot(config, observers=[view or JsonLines()], dry=True, aside=True, patient=False)
    try:
        return drive(bot)
    finally:
        if view is not None and bot.started.is_set():
            view.summary(lost_on_the_way(bot))


def _with_plugins_of(bot: Config, recording: Config, *, fresh: bool) -> Config:
    """Put the recording in the place of the bot's first room; the others are left out."""
    room = msgspec.structs.replace(
        bot.rooms[0],
        connector="replay",
        url=recording.rooms[0].url,
        options=recording.rooms[0].options,
        cookies=None,
        sender="none",
        after_end="stop",
    )
    path = file_of(bot)
    if fresh or (path is not None and not path.is_file()):  # nor is a database made for a bot that never ran
        bot = msgspec.structs.replace(bot, bot=msgspec.structs.replace(bot.bot, store="sqlite://"))
    return msgspec.structs.replace(bot, rooms=[room])
