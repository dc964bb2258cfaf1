"""The pytest side of the kit: the fixtures, and running coroutine tests that use them.

Everything is imported inside the functions: this module is loaded by every pytest run on a machine where
douyinbot is installed.
"""

import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from douyinbot.testing.bot import BotHarness


@pytest.fixture
def make_bot() -> "Iterator[Callable[..., BotHarness]]":
    """Make bots with a configuration of their own: `make_bot('''[commands] ...''', seed=3)`.

    It is called in another fixture or in a plain test; all bots of a test live at the same time.
    """
    from douyinbot.testing.bot import BotHarness
    from douyinbot.testing.loop import VirtualLoop

    loop = VirtualLoop()
    made: list[BotHarness] = []

    def make(toml: str = "", **options: Any) -> BotHarness:
        harness = BotHarness(toml, loop=loop, **options)
        made.append(harness)
        loop.run_until_complete(harness.start())
        return harness

    yield make
    try:
        for harness in made:
            loop.run_until_complete(harness.stop())
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


@pytest.fixture
def bot(make_bot: "Callable[..., BotHarness]") -> "BotHarness":
    """A bot in a room made of air, with time that only moves when told to."""
    return make_bot()


@pytest.fixture
def hostile_names() -> tuple[str, ...]:
    """Nicknames of hostile viewers."""
    from douyinbot.testing.hostile import HOSTILE_NAMES

    return HOSTILE_NAMES


@pytest.fixture
def hostile_lines() -> tuple[str, ...]:
    """Lines of hostile viewers."""
    from douyinbot.testing.hostile import HOSTILE_LINES

    return HOSTILE_LINES


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool | None:
    """Run a coroutine test on the loop of the bot that it uses."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    harness = next((value for value in pyfuncitem.funcargs.values() if _is_harness(value)), None)
    if harness is None:
        return None
    names = pyfuncitem._fixtureinfo.argnames
    harness.loop.run_until_complete(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


def _is_harness(value: Any) -> bool:
    return type(value).__name__ == "BotHarness" and hasattr(value, "loop")
