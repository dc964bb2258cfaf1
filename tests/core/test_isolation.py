"""What is promised about bad plugins, with real threads and a made-up clock.

The bot goes on, the others get every event in order, and the operator is told whose fault it was.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import asynccontextmanager

import pytest

from douyinbot import Bot, Chat, hookimpl
from douyinbot.config import parse_config
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.testing import VirtualClock, VirtualLoop
from douyinbot.testing.room import AirRoom

CONFIG = """
[bot]
store = "sqlite://"
[[rooms]]
id = "main"
connector = "air"
send = "live"
"""
LINES = [f"line {number}" for number in range(200)]
PATIENCE = 20.0
"""Real seconds after which a test fails; nothing ever waits that long."""


class Stage:
    """A bot in a room made of air, whose plugins run on their own threads as in real life."""

    def __init__(self, loop: VirtualLoop, plugins: list[Candidate]) -> None:
        self.loop = loop
        self.clock = VirtualClock(loop)
        self.notices: list[tuple[str, str, str]] = []
        self.sent = threading.Event()
        self.told = asyncio.Event()
        self.room: AirRoom
        self.said: list[str] = []
        self.bot = Bot(
            parse_config(CONFIG),
            observers=[self],
            connectors={"air": self._connect},
            plugins=plugins,
            clock=self.clock,
        )

    def _connect(self, setup) -> AirRoom:
        self.room = AirRoom(setup, self.said)
        return self.room

    def event(self, event, *, own): ...

    def line(self, receipt): ...

    def notice(self, notice):
        self.notices.append((notice.level, notice.plugin, notice.text))
        self.told.set()

    async def chat(self, *texts: str) -> None:
        now = self.clock.now()
        self.room.put(*(Chat(room="main", time=now, received=now, comment=text) for text in texts))
        await asyncio.sleep(0)

    async def until_told(self, plugin: str, part: str) -> str:
        """Wait for a notice about a plugin, and return it."""
        while True:
            self.told.clear()
            for _, name, text in self.notices:
                if name == plugin and part in text:
                    return text
            await self.told.wait()

    async def advance(self, seconds: int) -> None:
        for _ in range(seconds):
            self.loop.move_to(self.loop.time() + 1)
            for _ in range(5):
                await asyncio.sleep(0)


class Witness:
    """An innocent plugin, plain or async, that notes every line down."""

    def __init__(self, name: str, *, is_async: bool) -> None:
        self.name = name
        self.seen: list[str] = []
        self.seen_all = threading.Event()
        self._is_async = is_async

    def candidate(self) -> Candidate:
        def note(comment: str) -> None:
            self.seen.append(comment)
            if comment == LINES[-1]:
                self.seen_all.set()

        class Plain:
            @hookimpl
            def on_chat(self, event):
                note(event.comment)

        class Async:
            @hookimpl
            async def on_chat(self, event):
                await asyncio.sleep(0)
                note(event.comment)

        return Candidate(self.name, "test", Async if self._is_async else Plain)


@pytest.fixture
def witnesses() -> list[Witness]:
    return [
        Witness("before", is_async=False),
        Witness("between", is_async=True),
        Witness("after", is_async=False),
    ]


@pytest.fixture
def on_stage(witnesses):
    """Run a scenario with a culprit among the witnesses, and check that those have missed nothing."""

    def run(culprit: Candidate, scenario: Callable) -> None:
        loop = VirtualLoop()

        @asynccontextmanager
        async def running():
            before, *others = (witness.candidate() for witness in witnesses)
            stage = Stage(loop, [before, culprit, *others])
            work = asyncio.create_task(stage.bot.run())
            started = asyncio.create_task(stage.bot.started.wait())
            await asyncio.wait([work, started], return_when=asyncio.FIRST_COMPLETED)
            started.cancel()
            assert not work.done(), work.exception()
            await asyncio.sleep(0)
            yield stage
            assert not work.done()
            stage.bot.stop()
            while not work.done():
                await asyncio.sleep(0)
                loop.move_to(loop.time() + 0.05)
            await work

        async def main() -> None:
            async with running() as stage:
                await stage.chat(*LINES)
                for witness in witnesses:
                    assert await asyncio.to_thread(witness.seen_all.wait, PATIENCE), (
                        f"{witness.name} waits in vain"
                    )
                    assert witness.seen == LINES
                await scenario(stage)

        try:
            loop.run_until_complete(main())
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    return run


def culprit(hook: Callable, name: str = "culprit") -> Candidate:
    plugin = type("Culprit", (), {hook.__name__: staticmethod(hookimpl(hook))})()
    return Candidate(name, "test", lambda: plugin)


def raises(event):
    raise KeyError(event.comment)


async def raises_later(event):
    await asyncio.sleep(0)
    raise KeyError(event.comment)


def exits(event):
    raise SystemExit(3)


async def exits_later(event):
    await asyncio.sleep(0)
    raise SystemExit(3)


async def cancels(event):
    raise asyncio.CancelledError


def cancels_at_once(event):
    raise asyncio.CancelledError


def answers_nonsense(event):
    return 5


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        (raises, "on_chat failed: KeyError: 'line 0'"),
        (raises_later, "on_chat failed: KeyError: 'line 0'"),
        (exits, "on_chat failed: SystemExit: 3"),
        (exits_later, "on_chat failed: SystemExit: 3"),
        (cancels, "on_chat failed: CancelledError: "),
        (cancels_at_once, "on_chat failed: CancelledError: "),
        (answers_nonsense, "on_chat failed: PluginError: it returned int"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_plugin_that_fails_on_every_line(on_stage, handler, told):
    handler.__name__ = "on_chat"

    async def scenario(stage: Stage) -> None:
        await stage.until_told("culprit", "rests for 5 minutes")
        assert all((level, plugin) == ("error", "culprit") for level, plugin, _ in stage.notices)
        texts = [text for _, _, text in stage.notices]
        assert texts[0].startswith(f"plugin culprit: {told}")
        assert "failed too often and rests for 5 minutes; the others go on" in texts[-1]
        assert len(texts) == 6

    on_stage(culprit(handler), scenario)


def test_a_plain_function_that_blocks(on_stage):
    gate, blocked = threading.Event(), threading.Event()

    def on_chat(event):
        blocked.set()
        gate.wait(PATIENCE)

    async def scenario(stage: Stage) -> None:
        assert await asyncio.to_thread(blocked.wait, PATIENCE)
        await stage.advance(6)
        text = await stage.until_told("culprit", "busy")
        assert text.startswith("plugin culprit: on_chat has been busy for ")
        assert text.endswith("only it has to wait")
        gate.set()

    on_stage(culprit(on_chat), scenario)


def test_a_plain_function_that_blocks_for_ever_does_not_hold_up_the_end(on_stage):
    gate, blocked = threading.Event(), threading.Event()

    def on_chat(event):
        blocked.set()
        gate.wait(PATIENCE)

    async def scenario(stage: Stage) -> None:
        assert await asyncio.to_thread(blocked.wait, PATIENCE)

    try:
        on_stage(culprit(on_chat), scenario)
    finally:
        gate.set()


def test_a_coroutine_that_hangs(on_stage):
    async def on_chat(event):
        await asyncio.Event().wait()

    async def scenario(stage: Stage) -> None:
        await stage.advance(32)
        assert "was given up" in await stage.until_told("culprit", "given up")

    on_stage(culprit(on_chat), scenario)


def does_not_import():
    raise ImportError("no module named nowhere")


def exits_at_import():
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("load", "told"),
    [(does_not_import, "ImportError: no module named nowhere"), (exits_at_import, "SystemExit: 3")],
)
def test_a_plugin_that_does_not_import(on_stage, load, told):
    async def scenario(stage: Stage) -> None:
        assert stage.notices == [
            (
                "error",
                "culprit",
                f"plugin culprit (test) does not import: {told}. The bot goes on without it.",
            )
        ]

    on_stage(Candidate("culprit", "test", load), scenario)


@pytest.mark.parametrize("hook", ["filter_event", "filter_message", "get_role"])
@pytest.mark.parametrize("error", [KeyError("x"), SystemExit(3)], ids=lambda error: type(error).__name__)
def test_a_plugin_that_fails_while_it_decides(on_stage, hook, error):
    namespace: dict = {"error": error}
    argument = {"filter_event": "event", "filter_message": "message", "get_role": "user"}[hook]
    exec(f"def {hook}({argument}): raise error", namespace)

    async def scenario(stage: Stage) -> None:
        receipt = stage.bot.engine.say("hello", room="main")
        await receipt
        assert receipt.state == "seen"
        if hook != "get_role":  # nobody's role was asked for
            await stage.until_told("culprit", f"{hook} failed: {type(error).__name__}")

    on_stage(culprit(namespace[hook]), scenario)


def test_a_plugin_that_floods_its_own_mailbox_loses_only_its_own_lines(on_stage, witnesses):
    gate, blocked = threading.Event(), threading.Event()

    def on_chat(event):
        blocked.set()
        gate.wait(PATIENCE)

    async def scenario(stage: Stage) -> None:
        assert await asyncio.to_thread(blocked.wait, PATIENCE)
        await stage.chat(*["spam"] * 3000)
        lane = stage.bot.engine.seats["culprit"].lane
        for _ in range(1000):  # the room hands a frame on in parts
            await asyncio.sleep(0)
        assert lane.mailbox.dropped["chat"] > 1000
        assert len(lane.mailbox) <= 1000
        gate.set()

    on_stage(culprit(on_chat), scenario)
