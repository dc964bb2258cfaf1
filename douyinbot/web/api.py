"""The API below `/api`: the decisions of `core.control`, as the console and the chat make them, over HTTP."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.typedefs import Middleware

from douyinbot.core.bot import Bot
from douyinbot.web import snapshot
from douyinbot.web.feed import Feed
from douyinbot.web.guard import Guard
from douyinbot.web.problems import Handler, Problem
from douyinbot.web.wire import json_answer

__all__ = ["api"]

TOLD, MOST_TOLD = 20, 500
"""Entries of the journal in an answer: usually, and at most."""
BY = "on the web page"


def api(bot: Bot, feed: Feed, guard: Guard) -> web.Application:
    """Return the application that answers for a bot; before it has started, every answer is `starting`."""
    app = web.Application(middlewares=[guard.with_token(), _once_started(bot)])
    app.add_routes(
        [
            *_questions(bot, feed, guard),
            *_about_lines(bot),
            *_about_plugins(bot),
            *_about_rooms(bot),
        ]
    )
    return app


def _once_started(bot: Bot) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not bot.started.is_set():
            raise Problem("starting", "the bot is starting; ask again in a moment")
        return await handler(request)

    return check


def _questions(bot: Bot, feed: Feed, guard: Guard) -> list[web.RouteDef]:
    async def status(request: web.Request) -> web.Response:
        missed = feed.counts["missed"] + sum(watcher.missed for watcher in feed.watchers)
        watching = {"watchers": len(feed.watchers), "cut": feed.counts["cut"], "missed": missed}
        told = {
            **snapshot.status(bot),
            "notices": list(feed.notices),
            "web": {**watching, "refused": dict(guard.refused), "overlay_key": guard.overlay_key},
        }
        return json_answer(told)

    async def lines(request: web.Request) -> web.Response:
        found = bot.control.lines(_room(request))
        return json_answer({"lines": [snapshot.entry(one) for one in found[-_last(request) :]]})

    async def why(request: web.Request) -> web.Response:
        words = request.query.get("line", "") or request.query.get("text", "")
        found = bot.control.why(words, _room(request))
        return json_answer({"entries": [snapshot.entry(one) for one in found[-_last(request) :]]})

    return [web.get("/status", status), web.get("/lines", lines), web.get("/why", why)]


def _about_lines(bot: Bot) -> list[web.RouteDef]:
    async def pending(request: web.Request) -> web.Response:
        return json_answer({"pending": snapshot.pending(bot, _room(request))})

    async def approve(request: web.Request) -> web.Response:
        decided = bot.control.approve(request.match_info["id"], _room(request))
        return json_answer({"approved": [line.id for line in decided]})

    async def reject(request: web.Request) -> web.Response:
        why = (await _body(request)).get("why", "")
        if not isinstance(why, str):
            raise Problem("bad_request", "why: expected text")
        decided = bot.control.reject(request.match_info["id"], why, _room(request))
        return json_answer({"rejected": [line.id for line in decided]})

    return [
        web.get("/pending", pending),
        web.post("/pending/{id}/approve", approve),
        web.post("/pending/{id}/reject", reject),
    ]


def _about_plugins(bot: Bot) -> list[web.RouteDef]:
    async def plugins(request: web.Request) -> web.Response:
        return json_answer({"plugins": snapshot.plugins(bot)})

    def changing(change: str) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            name = request.match_info["name"]
            where = {"room": _room(request)} if change != "reload" else {}
            await getattr(bot.control, change)(name, **where)
            (state,) = [one for one in snapshot.plugins(bot) if one["name"] == name]
            return json_answer({"plugin": state})

        return answer

    changes = ("enable", "disable", "reload")
    return [
        web.get("/plugins", plugins),
        *(web.post(f"/plugins/{{name}}/{change}", changing(change)) for change in changes),
    ]


def _about_rooms(bot: Bot) -> list[web.RouteDef]:
    async def pause(request: web.Request) -> web.Response:
        rooms = bot.control.pause(request.match_info["room"], f"paused {BY}")
        return json_answer({"rooms": rooms})

    async def resume(request: web.Request) -> web.Response:
        return json_answer({"rooms": bot.control.resume(request.match_info["room"])})

    def switching(on: bool) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            room, name = request.match_info["room"], request.match_info["name"]
            switched = await bot.control.switch_command(name, room, on=on)
            return json_answer({"command": switched, "off": bot.control.commands_off(room)})

        return answer

    return [
        web.post("/rooms/{room}/pause", pause),
        web.post("/rooms/{room}/resume", resume),
        web.post("/rooms/{room}/commands/{name}/enable", switching(on=True)),
        web.post("/rooms/{room}/commands/{name}/disable", switching(on=False)),
    ]


# ---- what a request says ----------------------------------------------------------------------------


def _room(request: web.Request) -> str:
    return request.query.get("room", "")


def _last(request: web.Request) -> int:
    text = request.query.get("last", str(TOLD))
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 6 and int(text)):
        raise Problem("bad_request", f"last: expected a number from 1 to {MOST_TOLD}")
    return min(int(text), MOST_TOLD)


async def _body(request: web.Request) -> Mapping[str, Any]:
    """Read a body, which may be left out.

    Raises:
        Problem: it is no JSON object.
    """
    text = await request.read()
    if not text:
        return {}
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        value = None
    if not isinstance(value, dict):
        raise Problem("bad_request", "the body must be a JSON object, or empty")
    return value
