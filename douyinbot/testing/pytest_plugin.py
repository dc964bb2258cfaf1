"""The pytest side of the kit: the fixtures, coroutine tests that use them, and examples of commands as tests.

Everything is imported inside the functions: this module is loaded by every pytest run on a machine where
douyinbot is installed.
"""

import ast
import inspect
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from fnmatch import fnmatch
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from douyinbot.testing.bot import BotHarness
    from douyinbot.testing.golden import Golden

_WRITTEN = pytest.StashKey[list[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("douyinbot")
    group.addoption(
        "--update-golden", action="store_true", help="write the golden transcripts anew instead of comparing"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_WRITTEN] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for file in config.stash[_WRITTEN]:
        terminalreporter.write_line(f"golden transcript written, please read it: {file}")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take a plugin that pytest comes across for a file of tests: the examples of its commands."""
    if file_path.suffix != ".py" or _is_a_test(file_path, parent.config):
        return None
    if file_path.name != "__init__.py" and (file_path.parent / "__init__.py").exists():
        return None  # a part of a package, which is the plugin
    if not _has_examples(file_path):
        return None
    from douyinbot.testing.examples import PluginFile

    return PluginFile.from_parent(parent, path=file_path)


def _has_examples(path: Path) -> bool:
    """Tell, without running it, whether a file is a plugin with examples."""
    try:
        source = path.read_bytes()
        if b"douyinbot" not in source or b"examples" not in source:
            return False
        tree = ast.parse(source)
    except (OSError, ValueError, SyntaxError):
        return False
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    marks = [mark for node in functions for mark in node.decorator_list if isinstance(mark, ast.Call)]
    return any(keyword.arg == "examples" for mark in marks for keyword in mark.keywords)


def _is_a_test(path: Path, config: pytest.Config) -> bool:
    patterns = [*config.getini("python_files"), "test_*", "conftest.py"]
    return any(fnmatch(path.name, pattern) for pattern in patterns)


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
def golden(request: pytest.FixtureRequest) -> "Golden":
    """Compare a transcript with the file beside the test: `golden(await bot.replay("evening.dyrec"))`."""
    from douyinbot.testing.golden import Golden

    return Golden(
        request.path.parent,
        request.node.nodeid,
        update=request.config.getoption("update_golden"),
        written=request.config.stash[_WRITTEN],
    )


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
    loop = _loop_of(pyfuncitem.funcargs.values())
    if loop is None:
        return None
    names = pyfuncitem._fixtureinfo.argnames
    loop.run_until_complete(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: Any) -> Generator[None, Any, Any]:
    """Take a coroutine test that uses a bot back from plugins that run every one (asyncio_mode = auto)."""
    ours = isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj)
    if ours and _loop_of(item.funcargs.values()) is not None:
        item.runtest = partial(pytest.Function.runtest, item)
        # anyio asks to be first, as we do, and which of us is depends on the order of installation. It leaves
        # alone what has no back end.
        item.funcargs.pop("anyio_backend", None)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Run an `async` fixture that uses a bot on the bot's loop, before anybody else takes it for theirs."""
    function: Any = fixturedef.func
    run = _RUNS.get((inspect.iscoroutinefunction(function), inspect.isasyncgenfunction(function)))
    loop = _loop_of(map(request.getfixturevalue, fixturedef.argnames)) if run is not None else None
    if run is None or loop is None:
        return (yield)
    changed: Any = fixturedef
    changed.func = run(function, loop)
    try:
        return (yield)
    finally:
        changed.func = function


def _run_coroutine(function: Any, loop: Any) -> Callable[..., Any]:
    @wraps(function)
    def fixture(*args: Any, **named: Any) -> Any:
        return loop.run_until_complete(function(*args, **named))

    return fixture


def _run_generator(function: Any, loop: Any) -> Callable[..., Any]:
    @wraps(function)
    def fixture(*args: Any, **named: Any) -> Iterator[Any]:
        generator = function(*args, **named)
        yield loop.run_until_complete(anext(generator))
        with suppress(StopAsyncIteration):
            loop.run_until_complete(anext(generator))
            pytest.fail(f"the fixture {function.__name__} yields more than once", pytrace=False)

    return fixture


_RUNS = {(True, False): _run_coroutine, (False, True): _run_generator}


def _loop_of(values: Iterable[Any]) -> Any:
    """Return the loop of the first bot among some values."""
    return next((value.loop for value in values if _is_harness(value)), None)


def _is_harness(value: Any) -> bool:
    return type(value).__name__ == "BotHarness" and hasattr(value, "loop")
