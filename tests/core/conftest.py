"""Bots with a configuration of their own, plugins made on the spot, a loop whose waiting costs no time."""

import asyncio
import inspect
import selectors
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from douyinbot.testing import BotHarness, VirtualClock
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
def when() -> dict[str, Any]:
    """The two times that every event needs."""
    return {"time": START, "received": START}


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
