"""What plugins add to the web server, below `/plugins/NAME`; it comes and goes with the plugin."""

import inspect
import logging
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from douyinbot.core.bot import Bot
from douyinbot.core.context import Context
from douyinbot.core.plugins.registry import Routes
from douyinbot.core.seat import Seat
from douyinbot.web.guard import Guard
from douyinbot.web.problems import Handler, Problem

__all__ = ["PREFIX", "PluginRoutes"]

log = logging.getLogger(__name__)

PREFIX = "/plugins"


class PluginRoutes(web.PrefixedSubAppResource):
    """Finds the application of the plugin that a path names.

    aiohttp takes no new routes once it serves. So each plugin has an application of its own, which is looked
    up at each request, and made when the plugin is asked for the first time, or has started anew.
    """

    def __init__(self, bot: Bot, guard: Guard) -> None:
        nobody = web.Application()
        super().__init__(PREFIX, nobody)
        nobody.pre_freeze()
        self._bot = bot
        self._guard = guard
        self._mounted: dict[str, tuple[list[Routes], list[web.PrefixedSubAppResource]]] = {}

    async def resolve(self, request: web.Request) -> Any:
        """Find who answers a request: the first application of the plugin with such a route."""
        name = request.path.removeprefix(PREFIX).lstrip("/").partition("/")[0]
        answer = None
        for resource in self._resources_of(name):
            answer = await resource.resolve(request)
            if answer[0] is not None and answer[0].http_exception is None:
                break
        return answer or await super().resolve(request)

    def _resources_of(self, plugin: str) -> list[web.PrefixedSubAppResource]:
        engine = self._bot.engine
        seat = engine.seats.get(plugin) if engine is not None else None
        if engine is None or seat is None:
            self._mounted.pop(plugin, None)
            return []
        wanted = [routes for routes in engine.extensions.routes if routes.plugin == plugin]
        made, resources = self._mounted.get(plugin, ([], []))
        if made != wanted:
            resources = [self._mount(seat, routes) for routes in wanted]
            self._mounted[plugin] = wanted, resources
        return resources

    def _mount(self, seat: Seat, routes: Routes) -> web.PrefixedSubAppResource:
        admission = [] if routes.public else [self._guard.with_token(watching=True)]
        app = web.Application(middlewares=[*admission, _watched(seat)])
        try:
            routes.add(*(app, Context(seat, None))[: len(inspect.signature(routes.add).parameters)])
        except Exception as error:
            seat.lane.failed("routes", error)
            app = web.Application(middlewares=[*admission, _watched(seat)])
        resource = web.PrefixedSubAppResource(f"{PREFIX}/{seat.plugin.name}", app)
        app.pre_freeze()
        return resource


def _watched(seat: Seat) -> Middleware:
    """Return what makes an error of a plugin's handler count as the plugin's, as every other one does."""

    @web.middleware
    async def call(request: web.Request, handler: Handler) -> web.StreamResponse:
        name = seat.plugin.name
        if seat.lane.resting:
            raise Problem("resting", f"plugin {name} failed too often, and is left alone for a while")
        try:
            answer = await handler(request)
            if not isinstance(answer, web.StreamResponse):
                raise TypeError(f"it returned {type(answer).__name__}; a web.Response is expected")
        except (web.HTTPException, Problem):
            raise
        except Exception as error:
            seat.lane.failed(f"{request.method} {request.path}", error)
            raise Problem("plugin", f"plugin {name} failed; the bot's log has more") from error
        return answer

    return call
