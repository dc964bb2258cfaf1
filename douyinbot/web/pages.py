"""The pages: files of this package, and the headers that keep them from doing what they are not meant to."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import PurePath

from aiohttp import web

from douyinbot.web.problems import Handler

__all__ = ["AVATARS", "headers", "pages"]

PAGES = {"/": "dashboard.html", "/overlay": "overlay.html"}
FILES = (
    *("dashboard.css", "dashboard.js", "overlay.css", "overlay.js"),
    *("icon.svg", "page.js", "theme.css"),
)
AVATARS = (
    *("douyinpic.com", "douyincdn.com", "byteimg.com", "pstatp.com", "byteacctimg.com"),
    *("tiktokcdn.com", "tiktokcdn-us.com", "tiktokcdn-eu.com", "ibyteimg.com"),
)
"""The platforms' own hosts of pictures, seen in recordings of 2022 to 2026: no other picture is loaded."""
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


def pages() -> Iterator[web.RouteDef]:
    """Yield the routes of the pages and their files, which hold nothing secret."""
    for path, name in [*PAGES.items(), *((f"/static/{name}", name) for name in FILES)]:
        yield web.get(path, _file(name))


async def headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add what every answer says; a plugin's page may have a policy of its own."""
    pictures = " ".join(f"https://*.{host}" for host in AVATARS)
    policy = (
        f"default-src 'self'; img-src 'self' {pictures}; connect-src 'self' ws://{request.host} "
        f"wss://{request.host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    for name, value in {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "douyinbot"


def _file(name: str) -> Handler:
    body = (files("douyinbot.web") / "static" / name).read_bytes()
    kind = _TYPES[PurePath(name).suffix]

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8")

    return answer
