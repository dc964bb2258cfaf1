"""Bots with a configuration of their own, plugins made on the spot, a loop whose waiting costs no time."""

import asyncio
import inspect
import random
import selectors
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from douyinbot import Bot, Chat, Event, hookimpl
from douyinbot.config import parse_config
from douyinbot.connectors.base import Accepted, Capabilities, Setup
from douyinbot.core.dispatch.job import Job, Target
from douyinbot.core.dispatch.lane import Lane
from douyinbot.core.dispatch.runners import InlineRunner
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.core.plugins.host import Plugin
from douyinbot.testing import BotHarness, VirtualClock, VirtualLoop
from douyinbot.testing.loop import START


@pytest.fixture
def bot(request: pytest.FixtureRequest, make_bot: Callable[..., BotHarness]) -> BotHarness:
    """The kit's bot; `@pytest.mark.parametrize("bot", [TOML], indirect=True)` adds to its configuration."""
    return make_bot(getattr(request, "param", ""))


@pytest.fixture
def plugin() -> Callable[..., ModuleType]:
    """Make a plugin of functions: `plugin(on_chat, dice, name="loud", Config=Config)`."""

    def make(*functions: Callable[..., Any], name: str = "toy", **attributes: Any) -> ModuleType:
        module = ModuleType(name)
        for function in functions:
            function.__module__ = name
            setattr(module, function.__name__, function)
        for key, value in attributes.items():
            setattr(module, key, value)
        return module

    return make


@pytest.fixture
def heard(bot, plugin):
    """Load a plugin with some hooks, and return what they were called with: `await heard("on_chat")`."""

    async def listen(*hooks: str, name: str = "toy", **settings) -> list[tuple[str, object]]:
        calls: list[tuple[str, object]] = []

        def listener(hook: str):
            def listen_to(ctx, event):
                calls.append((hook, event))

            listen_to.__name__ = hook
            return hookimpl(listen_to)

        await bot.load(plugin(*map(listener, hooks), name=name), **settings)
        return calls

    return listen


class _Selector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        events = super().select(0)
        if not events:
            assert timeout is not None, "everybody waits, and nothing will ever happen"
            self.now += timeout
        return events


class _RushingLoop(asyncio.SelectorEventLoop):
    """When nobody is ready, it is the time of the next timer."""

    def __init__(self) -> None:
        self._hands = _Selector()
        super().__init__(self._hands)

    def time(self) -> float:
        return self._hands.now


@pytest.fixture
def clock() -> VirtualClock:
    """The clock of the loop that the test runs on."""

    class _Here:
        def time(self) -> float:
            return asyncio.get_running_loop().time()

    return VirtualClock(_Here())  # type: ignore[arg-type]  # all it needs is the time


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    """Run the coroutine tests that use no bot."""
    used = pyfuncitem.funcargs
    if not inspect.iscoroutinefunction(pyfuncitem.obj) or any(
        isinstance(v, BotHarness) for v in used.values()
    ):
        return None
    with asyncio.Runner(loop_factory=_RushingLoop) as runner:
        runner.run(pyfuncitem.obj(**{name: used[name] for name in pyfuncitem._fixtureinfo.argnames}))
    return True


# ---- one lane -------------------------------------------------------------------------------------


class Watched:
    """A lane at work, and what it told."""

    def __init__(self, clock, name: str = "toy", size: int = 1000) -> None:
        self.failures: list[tuple[str, str, BaseException]] = []
        self.rests: list[tuple[str, float]] = []
        self.replies: list[object] = []
        self.clock = clock
        self.runner = InlineRunner()
        self.lane = Lane(
            Plugin(name, module=None),
            self.runner,
            clock,
            size=size,
            on_failure=lambda plugin, label, error, _event: self.failures.append((plugin.name, label, error)),
            on_rest=lambda plugin, seconds: self.rests.append((plugin.name, seconds)),
        )
        self.task = asyncio.create_task(self.lane.run())

    def _reply(self, value, called_with) -> None:
        self.replies.append(value)

    def put(self, function: Callable, *args, kind: str = "chat", reply=None) -> None:
        is_async = asyncio.iscoroutinefunction(function)
        target = Target("on_chat", function, is_async, reply or self._reply)
        self.lane.put(Job(kind, target, args))

    async def idle(self) -> None:
        """Wait until nothing is left to do; it costs no time."""
        await asyncio.sleep(0.001)
        while not self.lane.idle:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    @property
    def errors(self) -> list[str]:
        return [type(error).__name__ for _, _, error in self.failures]


@pytest.fixture
def watched(clock):
    """Begin a lane: `async with watched() as one:`."""

    @asynccontextmanager
    async def begin(**options):
        one = Watched(clock, **options)
        yield one
        one.task.cancel()
        await asyncio.gather(one.task, return_exceptions=True)
        assert one.task.cancelled()

    return begin


@pytest.fixture(scope="session")
def run_lane() -> Callable[..., None]:
    """Run `work(one)` on a lane at work, while waiting costs no time: `run_lane(work, size=3)`."""

    def run(work: Callable[[Watched], Any], **options: Any) -> None:
        async def main() -> None:
            one = Watched(VirtualClock(asyncio.get_running_loop()), **options)  # type: ignore[arg-type]
            await work(one)
            one.task.cancel()
            await asyncio.gather(one.task, return_exceptions=True)

        with asyncio.Runner(loop_factory=_RushingLoop) as runner:
            runner.run(main())

    return run


# ---- bots without the kit -------------------------------------------------------------------------


class Watcher:
    """An observer that notes down what it sees."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str, str]] = []
        self.lines: list[tuple[str, str]] = []
        self.shown: list[str] = []

    def event(self, event: Event, *, own: bool) -> None:
        self.shown.append(event.kind)

    def line(self, receipt: Any) -> None:
        self.lines.append((receipt.text, str(receipt.state)))

    def notice(self, notice: Any) -> None:
        self.notices.append((notice.level, notice.plugin, notice.text))


class Tape:
    """A connector whose room is over a second after its last event."""

    capabilities = Capabilities(send_chat=True, live=False)
    account_id = ""

    def __init__(self, setup: Setup, *texts: str, error: Exception | None = None) -> None:
        self.setup = setup
        self.counts = {"messages": len(texts)}
        self._texts, self._error = texts, error

    async def __aenter__(self) -> "Tape":
        return self

    async def __aexit__(self, *exc: object) -> None: ...

    async def batches(self) -> Any:
        if self._error is not None:
            raise self._error
        for text in self._texts:
            yield [Chat(time=START, received=START, room=self.setup.room.id, comment=text)]
        await asyncio.sleep(1)

    async def send(self, text: str) -> Accepted:
        return Accepted()


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
def tape() -> type[Tape]:
    """The class of a connector that ends by itself."""
    return Tape


@pytest.fixture
def run_bot() -> Iterator[Callable[..., Any]]:
    """Run a bot until its rooms are over: `run_bot(TOML, plugin, ..., watcher=, connectors=, check=True)`.

    Its connector "air" plays a tape with "hi" and "bye".
    """
    loop = VirtualLoop()

    def run(
        toml: str,
        *plugins: ModuleType,
        watcher: Watcher | None = None,
        folder: Path = Path(),
        check: bool = False,
        connectors: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        async def main() -> Any:
            bot = Bot(
                parse_config(toml, folder=folder),
                observers=[watcher] if watcher else [],
                connectors={"air": lambda setup: Tape(setup, "hi", "bye"), **(connectors or {})},
                plugins=[
                    Candidate(module.__name__, "test", lambda module=module: module) for module in plugins
                ],
                clock=VirtualClock(loop),
                rng=random.Random(0),
                runner=lambda name: InlineRunner(),
                **options,
            )
            work: asyncio.Task[Any] = asyncio.create_task(bot.check() if check else bot.run())
            while not work.done():
                await asyncio.sleep(0)
                loop.move_to(loop.time() + 0.001)
            return await work if check else (await work, bot)[1]

        return loop.run_until_complete(main())

    yield run
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
