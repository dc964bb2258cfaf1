"""`douyinbot check FILE`: everything that can be wrong before a stream begins."""

import asyncio
import json
from pathlib import Path

import click

from douyinbot.cli.logs import set_up_logging
from douyinbot.config import Config, load_config
from douyinbot.core.bot import Bot
from douyinbot.core.secrets import known_secrets
from douyinbot.errors import DouyinbotError
from douyinbot.events.redaction import redact

__all__ = ["check"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def check(file: Path, as_json: bool) -> int:
    """Check FILE (a bot.toml): keys, types, names, texts, timers, and that its plugins load and set up.

    Plugins are set up on an empty database; no room is connected. Exits 0 if all is well, else 2.
    """
    set_up_logging("error")
    config: Config | None = None
    secrets: tuple[str, ...] = ()
    try:
        config = load_config(file)
        secrets = known_secrets(config)
        set_up_logging("error", known=secrets)
        if config.web is not None:
            from douyinbot.web import Guard  # nobody else pays for it

            Guard(config)
        problems = asyncio.run(Bot(config).check())
    except DouyinbotError as error:
        problems = [str(error)]
    problems = [redact(problem, secrets) for problem in problems]
    if as_json:
        click.echo(
            json.dumps({"file": str(file), "ok": not problems, "problems": problems}, ensure_ascii=False)
        )
    elif problems:
        for problem in problems:
            click.echo(problem, err=True)
    elif config is not None:
        click.echo(_summary(file, config))
    return 2 if problems else 0


def _summary(file: Path, config: Config) -> str:
    rooms = ", ".join(f"{room.id} ({room.connector}, {room.send})" for room in config.rooms)
    lines = [
        f"{file} is fine.",
        f"  rooms:    {rooms}",
        f"  plugins:  {', '.join(config.plugins.enable) or 'none'}",
        f"  commands: {', '.join(config.commands) or 'none'}",
        f"  timers:   {', '.join(timer.name for timer in config.timers) or 'none'}",
    ]
    return "\n".join(lines)
