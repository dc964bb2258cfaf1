"""What plugins add to the web server comes and goes with them, and harms nobody."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from douyinbot import hookimpl
from tests import canaries

TOKEN = canaries.WEB_TOKEN


def songs(toy: Any, *adds: Callable[..., None], public: bool = False, name: str = "songs") -> Any:
    """A plugin that adds routes, and nothing else."""

    @hookimpl
    def register(registry: Any) -> None:
        for add in adds:
            registry.routes(add, public=public)

    return toy(name=name, register=register)


def hello(app: web.Application) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"hello": request.match_info.get("name", "")})

    app.router.add_get("/hello", answer)
    app.router.add_get("/hello/{name}", answer)
    app.router.add_post("/hello", answer)


async def test_routes_are_below_the_plugins_name(house: Callable[..., Any], toy: Any) -> None:
    async with house("", songs(toy, hello)) as home:
        assert await home.get("/plugins/songs/hello/小红") == {"hello": "小红"}
        assert (await home.ask("GET", "/plugins/songs/nothing"))[0] == 404
        assert (await home.ask("PUT", "/plugins/songs/hello"))[0] == 405
        for path in ("/plugins/other/hello", "/plugins", "/plugins/", "/plugins/songs", "/hello"):
            assert (await home.ask("GET", path))[0] == 404, path


async def test_a_plugin_of_any_name_has_routes(house: Callable[..., Any], toy: Any) -> None:
    async with house("", songs(toy, hello, name="点歌")) as home:
        assert await home.get("/plugins/点歌/hello") == {"hello": ""}


async def test_a_handler_has_the_plugins_means(house: Callable[..., Any], toy: Any) -> None:
    def add(app: web.Application, ctx: Any) -> None:
        async def play(request: web.Request) -> web.Response:
            plays = await ctx.store.incr("plays")
            ctx.say(f"第 {plays} 首", room="main")
            return web.json_response({"rooms": [room.id for room in ctx.rooms]})

        app.router.add_post("/play", play)

    async with house("", songs(toy, add)) as home:
        assert await home.post("/plugins/songs/play") == {"rooms": ["main", "asks"]}
        await home.until(lambda: home.said)
        assert home.said == ["第 1 首"]


async def test_they_ask_for_the_token_unless_they_are_public(house: Callable[..., Any], toy: Any) -> None:
    private, public = songs(toy, hello), songs(toy, hello, public=True, name="page")
    async with house("", private, public, token=TOKEN) as home:
        nobody = {"Authorization": ""}
        watcher = {"Authorization": f"Bearer {home.server.guard.overlay_key}"}
        foreign = {"Origin": "http://evil.example"}
        for method, path, headers, status in (
            ("GET", "/plugins/songs/hello", {}, 200),
            ("GET", "/plugins/songs/hello", watcher, 200),
            ("POST", "/plugins/songs/hello", watcher, 401),
            ("GET", "/plugins/songs/hello", nobody, 401),
            ("GET", "/plugins/page/hello", nobody, 200),
            ("POST", "/plugins/page/hello", {**nobody, **foreign}, 403),
            ("GET", "/plugins/page/hello", {"Host": "evil.example"}, 403),
        ):
            assert (await home.ask(method, path, headers=headers))[0] == status, (path, headers)


async def test_a_plugin_may_have_public_pages_and_private_means(house: Callable[..., Any], toy: Any) -> None:
    @hookimpl
    def register(registry: Any) -> None:
        async def page(request: web.Request) -> web.Response:
            return web.json_response("page")

        registry.routes(lambda app: app.router.add_get("/page", page), public=True)
        registry.routes(hello)

    async with house("", toy(name="both", register=register), token=TOKEN) as home:
        nobody = {"Authorization": ""}
        assert await home.get("/plugins/both/page", headers=nobody) == "page"
        assert (await home.ask("GET", "/plugins/both/hello", headers=nobody))[0] == 401
        assert await home.get("/plugins/both/hello") == {"hello": ""}


async def test_they_go_and_come_back_with_the_plugin(house: Callable[..., Any], toy: Any) -> None:
    made: list[web.Application] = []

    def add(app: web.Application) -> None:
        made.append(app)
        hello(app)

    async with house("", songs(toy, add)) as home:
        await home.get("/plugins/songs/hello")
        await home.get("/plugins/songs/hello")
        assert len(made) == 1
        await home.bot.control.disable("songs")
        assert (await home.ask("GET", "/plugins/songs/hello"))[0] == 404
        await home.bot.control.enable("songs")
        await home.get("/plugins/songs/hello")
        await home.bot.control.reload("songs")
        await home.get("/plugins/songs/hello")
        assert len(made) == 3


async def test_an_error_is_the_plugins_and_enough_of_them_give_it_a_rest(
    house: Callable[..., Any], toy: Any
) -> None:
    def add(app: web.Application) -> None:
        async def fail(request: web.Request) -> web.Response:
            raise ValueError("boom")

        async def forget(request: web.Request) -> Any:
            return None

        async def deny(request: web.Request) -> web.Response:
            raise web.HTTPForbidden(reason="not you")

        app.router.add_get("/fail", fail)
        app.router.add_get("/forget", forget)
        app.router.add_get("/deny", deny)

    async with house("", songs(toy, add)) as home:
        for path in ("/fail", "/forget", "/fail", "/fail", "/fail"):
            status, value = await home.ask("GET", f"/plugins/songs{path}")
            assert (status, value["error"]["type"]) == (422, "plugin")
            assert "boom" not in value["error"]["message"]
            assert (await home.ask("GET", "/plugins/songs/deny"))[0] in (400, 503)
        status, value = await home.ask("GET", "/plugins/songs/fail")
        assert (status, value["error"]["type"]) == (503, "resting")
        assert (await home.get("/api/plugins"))["plugins"][0]["status"] == "resting"
        assert any("songs" in notice["text"] for notice in home.server.feed.notices)


async def test_routes_that_cannot_be_added_are_told_and_missed(house: Callable[..., Any], toy: Any) -> None:
    def add(app: web.Application) -> None:
        hello(app)
        raise ValueError("boom")

    async with house("", songs(toy, add)) as home:
        assert (await home.ask("GET", "/plugins/songs/hello"))[0] == 404
        assert any("songs" in notice["text"] for notice in home.server.feed.notices)
        assert (await home.ask("GET", "/plugins/songs/hello"))[0] == 404


@pytest.mark.parametrize("policy", ["default-src 'none'"])
async def test_a_page_may_have_a_policy_of_its_own(house: Callable[..., Any], toy: Any, policy: str) -> None:
    def add(app: web.Application) -> None:
        async def page(request: web.Request) -> web.Response:
            return web.Response(text="hi", headers={"Content-Security-Policy": policy})

        app.router.add_get("/", page)

    async with house("", songs(toy, add)) as home, home.http.get("/plugins/songs/") as answer:
        assert answer.headers["Content-Security-Policy"] == policy
