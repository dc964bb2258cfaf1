"""The web server of a bot: built from `[web]`, open as long as the bot runs."""

import os
from typing import Self

from aiohttp import web

from douyinbot.core.bot import Bot
from douyinbot.core.clock import SystemClock
from douyinbot.core.notices import Notice
from douyinbot.web.api import api
from douyinbot.web.channel import channel
from douyinbot.web.feed import Feed
from douyinbot.web.guard import Guard
from douyinbot.web.pages import headers, pages
from douyinbot.web.pluginroutes import PluginRoutes
from douyinbot.web.problems import answer_problems

__all__ = ["Server"]

LARGEST = 64 * 1024
"""Bytes of a request's body at most, where a plugin does not want more."""
SHUTDOWN = 1.0
"""Seconds that answers under way have when the bot has stopped."""


class Server:
    """Shows a bot to browsers and lets them decide, `async with`.

    Make it before the bot runs: it is one of the bot's observers.

    Args:
        bot: one with `[web]` in its configuration.

    Raises:
        ConfigError: the token cannot be read, or is too short.
    """

    def __init__(self, bot: Bot) -> None:
        self.feed = Feed(SystemClock().now)
        self.guard = Guard(bot.config)
        self.url = ""
        """Where the dashboard is, once it is open."""
        bot.observers.append(self.feed)
        self._bot = bot
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Open the door.

        Raises:
            ConfigError: the address is taken, or not one of this computer.
        """
        assert self._bot.config.web is not None
        host, port = self._bot.config.web.address
        # "localhost" may be two addresses, which would get a free port each.
        host = "127.0.0.1" if host == "localhost" else host
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=SHUTDOWN)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise self._bot.config.source.error(
                ("web", "listen"),
                f"the web server cannot listen on {host}:{port}: {_reason(error).lower()}. "
                "Is the bot running already? Else write another port",
            ) from error
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._runner.addresses[0][1]}/"
        self._bot.notify(Notice("info", f"the dashboard is open: {self.url}"))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.feed.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _application(self) -> web.Application:
        bot, feed, guard = self._bot, self.feed, self.guard
        app = web.Application(middlewares=[answer_problems, guard.same_site()], client_max_size=LARGEST)
        app.on_response_prepare.append(headers)
        app.add_routes(pages())
        app.router.add_get("/ws", channel(feed, guard, [room.id for room in bot.config.rooms], bot.notify))
        app.add_subapp("/api", api(bot, feed, guard))
        app.router.register_resource(PluginRoutes(bot, guard))
        return app


def _reason(error: OSError) -> str:
    # asyncio says the address once more in `strerror`.
    return os.strerror(error.errno) if error.errno else str(error)
