"""`douyinbot why FILE [TEXT]`: why a line was said or not said, from the bot's journal."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

import click

from douyinbot.cli.database import opened
from douyinbot.cli.logs import set_up_logging
from douyinbot.config import Config, load_config
from douyinbot.core.journal import JOURNAL, Entry, chosen, stored

__all__ = ["told", "why"]

MOST = 20
"""Entries shown, unless more are asked for."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("text", required=False, default="")
@click.option("--last", default=MOST, type=click.IntRange(min=1), help="How many entries to show.")
def why(file: Path, text: str, last: int) -> int:
    """Say why the bot of FILE said or did not say something.

    TEXT is a line's id (L17), a command, or words of the line, of the viewer, or of the plugin's name.
    Without it: the last things that came to nothing.
    """
    set_up_logging("error")
    config = load_config(file)
    entries = chosen(asyncio.run(_stored(config)), text)[-last:]
    if entries:
        click.echo("\n".join(line for entry in entries for line in told(entry, config.bot.zone)))
    else:
        click.echo(f'nothing is known about "{text}"' if text else "nothing was left unsaid")
    return 0


async def _stored(config: Config) -> list[Entry]:
    async with opened(config) as database:
        return await stored(database.namespace(JOURNAL)) if database is not None else []


def told(entry: Entry, zone: tzinfo | None = None) -> Iterator[str]:
    """Tell an entry in a few lines: what happened, who answered, what became of that.

    Args:
        zone: whose time is told; None for the machine's.
    """
    made_up = " (made up)" if entry.simulated else ""
    cause = f"{entry.event} {entry.user}: {entry.words}".strip(": ") if entry.event else "by itself"
    yield f"{_clock(entry.time, '%m-%d %H:%M:%S', zone)} {entry.room} {cause}{made_up}".replace("  ", " ")
    by = " ".join(filter(None, (entry.plugin, entry.handler)))
    if entry.words_changed_by:
        by_whom = " and ".join(entry.words_changed_by)
        yield f"  {by_whom} (filter_event) changed that, from: {entry.words_before}"
    if not entry.line:
        yield f"  {by or 'bot'}: nothing was said ({entry.cause}: {entry.why})"
        if entry.times > 1:
            yield f"  and {entry.times - 1} more like this one within a minute"
        return
    if entry.note:
        yield f"  {by}: {entry.note}"
    yield f"  {by or 'bot'} -> {entry.line} {entry.text}"
    if entry.changed_by:
        yield f"  {' and '.join(entry.changed_by)} (filter_message) changed it, from: {entry.before}"
    if entry.dropped_by:
        yield f"  {entry.dropped_by} (filter_message) dropped it: {entry.why}"
        return
    for step in entry.steps:
        reason = f": {step.reason}" if step.reason else ""
        last = step is entry.steps[-1] and entry.cause and entry.cause != step.state
        cause = f" ({entry.cause})" if last else ""
        yield f"  {_clock(step.time, '%H:%M:%S', zone)} {step.state}{cause}{reason}"


def _clock(time: str, form: str, zone: tzinfo | None) -> str:
    return datetime.fromisoformat(time).astimezone(zone).strftime(form)
