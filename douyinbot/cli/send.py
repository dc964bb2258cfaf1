"""`douyinbot send FILE ROOM TEXT`: one line, and what became of it."""

import asyncio
from pathlib import Path

import click
import msgspec

from douyinbot.cli.drive import drive
from douyinbot.cli.logs import set_up_logging
from douyinbot.cli.view import JsonLines, View
from douyinbot.config import Config, load_config, nearest
from douyinbot.connectors.catalogue import CONNECTORS
from douyinbot.core.bot import Bot
from douyinbot.core.commands.switching import ORDERS
from douyinbot.core.notices import Notice, Observer
from douyinbot.core.secrets import known_secrets
from douyinbot.core.senders import SENDERS
from douyinbot.events import Connected, Event
from douyinbot.outbox import Receipt, State

__all__ = ["send"]

WELL = (State.SEEN, State.DRY)


class _Mouth:
    """Says the line once the room is connected, and shows how far it comes.

    Args:
        shows: who prints.
    """

    sees_everything = False

    def __init__(self, shows: Observer) -> None:
        self.connected = asyncio.Event()
        self._shows = shows

    def event(self, event: Event, *, own: bool) -> None:
        if isinstance(event, Connected):
            self.connected.set()

    def line(self, receipt: Receipt) -> None:
        self._shows.line(receipt)

    def notice(self, notice: Notice) -> None:
        self._shows.notice(notice)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("room")
@click.argument("text")
@click.option("--jsonl", is_flag=True, help="Print one JSON object for each state of the line.")
def send(file: Path, room: str, text: str, jsonl: bool) -> int:
    """Say TEXT in ROOM (the id of a room) of the bot of FILE, and tell what became of it.

    The room's `send` holds, but `approve` needs no further word: you are asking for it. No plugin is loaded.
    Exits 0 if the line was seen in the room, or would have been sent (dry); else 1.
    """
    config = _only(load_config(file), room)
    set_up_logging("warning", known=known_secrets(config))
    mouth = _Mouth(JsonLines() if jsonl else View())
    bot = Bot(config, observers=[mouth], patient=False)
    receipts: list[Receipt] = []

    async def speak() -> None:
        await mouth.connected.wait()
        if bot.engine is not None:
            receipts.append(bot.engine.say(text, room=room, plugin=ORDERS))
            await receipts[0]
        bot.stop()

    code = drive(bot, speak)
    said_well = bool(receipts) and receipts[0].state in WELL
    return code or (0 if said_well else 1)


def _only(config: Config, id: str) -> Config:
    """Leave nothing of a bot but one room.

    Raises:
        click.UsageError: there is no such room, or a plugin would have to speak there.
    """
    rooms = {room.id: room for room in config.rooms}
    if id not in rooms:
        raise click.UsageError(f'there is no room "{id}" in {config.source.name}{nearest(id, list(rooms))}')
    room = rooms[id]
    if room.connector not in CONNECTORS or room.sender not in SENDERS:
        raise click.UsageError(
            f'room "{id}": `send` loads no plugins, and a plugin brings its connector or sender'
        )
    return msgspec.structs.replace(
        config,
        rooms=[msgspec.structs.replace(room, after_end="stop")],
        bot=msgspec.structs.replace(config.bot, store="sqlite://"),
        plugins=msgspec.structs.replace(config.plugins, dirs=[], enable=[], settings={}),
        commands={},
        timers=[],
        web=None,
    )
