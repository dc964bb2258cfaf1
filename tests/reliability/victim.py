"""A bot that counts and says each number, and kills itself at one moment: `victim.py BOT_TOML MOMENT`.

The moments: `claimed` (the number is in the database, nothing was said), `handed over` (the outbox has given
the line to its sender, nothing is on the wire), `answered` (the platform has taken the line, the bot has not
noted it); any other word lets it live.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from douyinbot import hookimpl
from douyinbot.config import load_config
from douyinbot.connectors.live import LiveConnector
from douyinbot.core.bot import Bot
from douyinbot.core.plugins.discovery import Candidate


class Victim:
    """Says one number after the other, each once it is in the database and the last one came to its end."""

    def __init__(self, moment: str) -> None:
        self._moment = moment

    def die_at(self, moment: str) -> None:
        if moment == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)

    @hookimpl
    async def on_connected(self, ctx):
        while True:
            number = await ctx.store.incr("lines")
            self.die_at("claimed")
            await ctx.say(f"line {number}")


def main(path: str, moment: str) -> None:
    victim, send = Victim(moment), LiveConnector.send

    async def watched(self: LiveConnector, text: str):
        victim.die_at("handed over")
        accepted = await send(self, text)
        victim.die_at("answered")
        return accepted

    LiveConnector.send = watched  # type: ignore[method-assign]  # only here can one stand between the two
    asyncio.run(Bot(load_config(Path(path)), plugins=[Candidate("victim", path, lambda: victim)]).run())


if __name__ == "__main__":
    main(*sys.argv[1:])
