"""Values as JSON, for answers and for sockets."""

import json
from typing import Any

from aiohttp import web

__all__ = ["json_answer", "to_json"]


def to_json(value: Any) -> str:
    """Return a value as JSON that can be sent, whatever viewers wrote."""
    # Half a surrogate pair, which is no UTF-8, becomes the escape that JSON has for it.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return an answer of JSON."""
    return web.json_response(value, status=status, headers=headers, dumps=to_json)
