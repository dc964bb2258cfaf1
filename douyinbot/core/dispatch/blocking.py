"""The waiting parts of `ctx` for plain functions: the same names, but they block and return the value."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from douyinbot.core.dispatch.runners import Bridge
from douyinbot.store import Store

__all__ = ["BlockingHttp", "BlockingStore", "HttpReply"]

MOST_BODY = 4 * 1024 * 1024


class BlockingStore:
    """A plugin's store, as seen from a plain function."""

    def __init__(self, store: Store, bridge: Bridge) -> None:
        self._store = store
        self._bridge = bridge

    def get(self, key: str, default: Any = None) -> Any:
        return self._bridge.wait(self._store.get(key, default))

    def set(self, key: str, value: Any, *, ttl: float | None = None) -> None:
        self._bridge.wait(self._store.set(key, value, ttl=ttl))

    def incr(self, key: str, by: float = 1, *, ttl: float | None = None) -> int | float:
        return self._bridge.wait(self._store.incr(key, by, ttl=ttl))

    def delete(self, key: str) -> bool:
        return self._bridge.wait(self._store.delete(key))

    def expire(self, key: str, seconds: float) -> bool:
        return self._bridge.wait(self._store.expire(key, seconds))

    def top(self, prefix: str, n: int = 10) -> list[tuple[str, float]]:
        return self._bridge.wait(self._store.top(prefix, n))

    def keys(self, prefix: str = "") -> list[str]:
        return self._bridge.wait(self._store.keys(prefix))

    @contextmanager
    def transaction(self) -> Iterator["BlockingStore"]:
        """All or nothing: `with ctx.store.transaction() as store:`."""
        scope = self._store.transaction()
        inner = self._bridge.wait(_enter(scope))
        try:
            yield BlockingStore(inner, self._bridge)
        except BaseException as error:
            if not self._bridge.wait(_leave(scope, error)):
                raise
        else:
            self._bridge.wait(_leave(scope, None))


async def _enter(scope: Any) -> Store:
    store: Store = await scope.__aenter__()
    return store


async def _leave(scope: Any, error: BaseException | None) -> bool:
    return bool(await scope.__aexit__(type(error) if error else None, error, None))


@dataclass(frozen=True, slots=True)
class HttpReply:
    """An HTTP answer, read whole."""

    status: int
    body: bytes

    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class BlockingHttp:
    """The bot's HTTP client, as seen from a plain function."""

    def __init__(self, session: aiohttp.ClientSession, bridge: Bridge) -> None:
        self._session = session
        self._bridge = bridge

    def get(self, url: str, **options: Any) -> HttpReply:
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> HttpReply:
        return self.request("POST", url, **options)

    def request(self, method: str, url: str, **options: Any) -> HttpReply:
        """Do a request; `options` are those of aiohttp's `ClientSession.request`."""
        return self._bridge.wait(self._request(method, url, options))

    async def _request(self, method: str, url: str, options: dict[str, Any]) -> HttpReply:
        async with self._session.request(method, url, **options) as response:
            body = await response.content.read(MOST_BODY + 1)
            while not response.content.at_eof() and len(body) <= MOST_BODY:
                body += await response.content.read(MOST_BODY + 1 - len(body))
            if len(body) > MOST_BODY:
                raise ValueError(f"the answer is larger than {MOST_BODY} bytes")
            return HttpReply(response.status, body)
