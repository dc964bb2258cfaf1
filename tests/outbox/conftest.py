"""An event loop whose waiting costs no time, and an outbox with senders that do as they are told."""

import asyncio
import inspect
import selectors
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from douyinbot.config import Duration, Rate, Send
from douyinbot.outbox import Line, Outbox, Priority, Receipt, State
from douyinbot.outbox.wording import fold
from douyinbot.webcast.chat_answer import Accepted

START = datetime(2026, 1, 1, 20, 0, tzinfo=UTC)


class _Selector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.idle_turns = 0

    def select(self, timeout=None):
        events = super().select(0)
        if not events:
            assert timeout is not None, "everybody waits, and nothing will ever happen"
            self.now += timeout
        self.idle_turns = 0 if timeout else self.idle_turns + 1
        assert self.idle_turns < 20_000, "somebody is very busy, but time stands still"
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """Waiting costs nothing: when nobody is ready, it is the time of the next timer."""

    def __init__(self) -> None:
        self._hands = _Selector()
        super().__init__(self._hands)

    def time(self) -> float:
        return self._hands.now


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run the asynchronous tests of this folder on a virtual loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(pyfuncitem.obj(**arguments))
    return True


Answer = Accepted | Exception | Callable[[str], Awaitable[Accepted | None]]


class ScriptedSender:
    """Gives the answers of its script, one a line, and accepts everything after that."""

    def __init__(self, *script: Answer) -> None:
        self.script = list(script)
        self.sent: list[tuple[float, str]] = []

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.sent]

    async def send(self, text: str) -> Accepted:
        self.sent.append((round(asyncio.get_running_loop().time() - 1000, 3), text))
        answer = self.script.pop(0) if self.script else Accepted()
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Accepted) else await answer(text)


class Stage:
    """An outbox with one room, its sender, and what it told about its lines."""

    def __init__(self, *script: Answer, mode: str = "live", account_id: str = "", **settings) -> None:
        self.told: list[tuple[str, State, str]] = []
        self.sender = ScriptedSender(*script)
        self.outbox = Outbox(
            Send(**settings),
            clock=lambda: START + timedelta(seconds=asyncio.get_running_loop().time() - 1000),
            monotonic=lambda: asyncio.get_running_loop().time(),
            on_change=self._tell,
        )
        self.outbox.add_room("main", self.sender, mode, account_id)

    def _tell(self, receipt: Receipt) -> None:
        self.told.append((receipt.id, receipt.state, receipt.reason))

    def say(self, text: str, **more) -> Receipt:
        return self.outbox.say(text, **{"room": "main", **more})

    def echo(self, text: str, user_id: str = "", message_id: str = "", room: str = "main") -> bool:
        return self.outbox.heard_chat(room, user_id, text, message_id)


@pytest.fixture
def stage():
    """Make and run a `Stage`: `async with stage(answer, ..., mode="live", burst=1) as on:`."""

    @asynccontextmanager
    async def running(*script: Answer, **settings) -> AsyncIterator[Stage]:
        on = Stage(*script, **settings)
        task = asyncio.create_task(on.outbox.run())
        try:
            yield on
        finally:
            await on.outbox.close()
            await asyncio.wait_for(task, 5)

    return running


@pytest.fixture
def scripted():
    """The class of a sender with a script."""
    return ScriptedSender


@pytest.fixture
def settings():
    """Make `[send]` with short names: rate="1/4s", dedupe=0."""

    def make(rate: str = "1/4s", **more) -> Send:
        for name in ("dedupe", "ttl", "echo"):
            if name in more:
                more[name] = Duration(more[name])
        return Send(rate=Rate.parse(rate), **more)

    return make


@pytest.fixture
def receipt():
    """Make a receipt."""
    return lambda text="好", id="L1", **more: Receipt(
        id, text, **{"room": "main", "plugin": "test", "clock": lambda: START, **more}
    )


@pytest.fixture
def line(receipt):
    """Make a line: line("L1", "text", room=..., priority="high", parts=2)."""

    def make(id: str = "L1", text: str = "", *, room="main", priority="normal", ttl=20.0, key=None, parts=1):
        text = text or f"text of {id}"
        slips = [receipt(text, id if parts == 1 else f"{id}.{n + 1}") for n in range(parts)]
        return Line(
            id=id,
            room=room,
            plugin="test",
            folded=fold(text),
            slips=tuple(slips),
            priority=Priority.parse(priority),
            ttl=ttl,
            key=key,
        )

    return make
