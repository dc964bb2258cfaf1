"""The waiting parts of ctx inside plain functions: on the kit's inline runner, and on a real thread."""

import asyncio
from contextlib import asynccontextmanager

import aiohttp
import msgspec
import pytest
from aiohttp.base_protocol import BaseProtocol

from douyinbot.core.dispatch.blocking import MOST_BODY, BlockingHttp, BlockingStore, HttpReply
from douyinbot.core.dispatch.runners import InlineRunner, ThreadRunner
from douyinbot.errors import StoreError
from douyinbot.store import open_database
from douyinbot.testing.loop import START

RUNNERS = pytest.mark.parametrize(
    "make", [InlineRunner, lambda: ThreadRunner("toy")], ids=["inline", "thread"]
)


def with_store(make, scenario) -> None:
    """Run a plain function with a store, as a plugin's function would be run."""

    async def main() -> None:
        async with await open_database("sqlite://", clock=lambda: START) as database:
            runner, failure = make(), []

            def guarded() -> None:
                try:
                    scenario(BlockingStore(database.namespace("toy"), runner))
                except BaseException as error:
                    failure.append(error)

            await runner.run([guarded])
            runner.close()
            if failure:
                raise failure[0]

    asyncio.run(main())


@RUNNERS
def test_all_of_the_store(make):
    def scenario(store):
        assert store.get("a") is None
        assert store.get("a", 5) == 5
        store.set("a", {"b": [1, 2]})
        assert store.get("a") == {"b": [1, 2]}
        assert store.incr("points:1") == 1
        assert store.incr("points:2", 5, ttl=60) == 5
        assert store.top("points:", 1) == [("points:2", 5)]
        assert store.keys("p") == ["points:1", "points:2"]
        assert store.expire("a", 10) is True
        assert store.expire("none", 10) is False
        assert store.delete("a") is True
        assert store.delete("a") is False

    with_store(make, scenario)


def test_a_blocking_store_offers_what_a_store_offers():
    from douyinbot.store import Store

    def public(kind: type) -> set[str]:
        return {name for name in dir(kind) if name[0] != "_"}

    assert public(BlockingStore) == public(Store) - {"name"}


@RUNNERS
def test_a_transaction_saves_all(make):
    def scenario(store):
        with store.transaction() as inner:
            inner.incr("a")
            inner.incr("b")
        assert store.keys() == ["a", "b"]

    with_store(make, scenario)


@RUNNERS
@pytest.mark.parametrize(
    "error", [ValueError("no"), SystemExit(3), KeyboardInterrupt()], ids=lambda e: type(e).__name__
)
def test_a_transaction_that_fails_saves_nothing_and_passes_the_error_on(make, error):
    def scenario(store):
        def fail() -> None:
            with store.transaction() as inner:
                inner.set("a", 2)
                raise error

        store.set("a", 1)
        with pytest.raises(type(error)):
            fail()
        assert store.get("a") == 1
        store.set("a", 3)
        assert store.get("a") == 3

    with_store(make, scenario)


@RUNNERS
def test_errors_of_the_store_come_through(make):
    def scenario(store):
        store.set("text", "x")
        with pytest.raises(StoreError):
            store.incr("text")

    with_store(make, scenario)


# ---- HTTP -----------------------------------------------------------------------------------------


class Session:
    """What is used of aiohttp's session, answering from memory, piece by piece, with aiohttp's own stream."""

    def __init__(self, *chunks: bytes, status: int = 200) -> None:
        self.asked: list[tuple[str, str, dict]] = []
        self._chunks, self._status = chunks, status

    @asynccontextmanager
    async def request(self, method: str, url: str, **options):
        self.asked.append((method, url, options))
        loop = asyncio.get_running_loop()
        protocol = BaseProtocol(loop)
        protocol.connection_made(asyncio.Transport())
        content = aiohttp.StreamReader(protocol, limit=2 * MOST_BODY, loop=loop)

        async def feed() -> None:
            for chunk in self._chunks:
                content.feed_data(chunk)
                for _ in range(5):  # what has come is read before there is more
                    await asyncio.sleep(0)
            content.feed_eof()

        feeding = asyncio.create_task(feed())
        yield type("Response", (), {"status": self._status, "content": content})()
        feeding.cancel()


def fetched(session: Session, call) -> HttpReply:
    async def main() -> HttpReply:
        runner, replies = InlineRunner(), []
        await runner.run([lambda: replies.append(call(BlockingHttp(session, runner)))])
        return replies[0]

    return asyncio.run(main())


def test_get_and_post_are_requests():
    session = Session()
    fetched(session, lambda http: http.get("http://x/", params={"a": "b"}))
    fetched(session, lambda http: http.post("http://x/", json={}))
    fetched(session, lambda http: http.request("PUT", "http://x/"))
    assert session.asked == [
        ("GET", "http://x/", {"params": {"a": "b"}}),
        ("POST", "http://x/", {"json": {}}),
        ("PUT", "http://x/", {}),
    ]


def test_an_answer_is_read_whole():
    reply = fetched(Session(b'{"a": ', '[1, "é"]}'.encode(), status=404), lambda http: http.get("http://x/"))
    assert (reply.status, reply.json(), reply.text()) == (404, {"a": [1, "é"]}, '{"a": [1, "é"]}')


def test_text_that_is_no_utf8_is_still_text():
    assert HttpReply(200, b"\xff!").text() == "\ufffd!"


def test_json_that_is_none_says_so():
    with pytest.raises(msgspec.DecodeError):
        HttpReply(200, b"<html>").json()


@pytest.mark.parametrize(("size", "fits"), [(MOST_BODY, True), (MOST_BODY + 1, False)])
def test_an_answer_without_end_is_refused(size, fits):
    session = Session(b"x" * size)
    if fits:
        assert len(fetched(session, lambda http: http.get("http://x/")).body) == size
    else:
        with pytest.raises(ValueError, match=f"larger than {MOST_BODY} bytes"):
            fetched(session, lambda http: http.get("http://x/"))
