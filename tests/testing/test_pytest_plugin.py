"""The kit inside somebody else's test run: nothing has to be configured."""

import pytest

import douyinbot.testing.bot  # noqa: F401 - else each run inside this one imports all of it again

pytest_plugins = ["pytester"]

# What has nothing to do with the kit, but takes its time in each of these runs.
BARE = ("-p", "no:randomly", "-p", "no:hypothesispytest", "-p", "no:cov", "--assert=plain")
QUICK = (*BARE, "-p", "no:asyncio")

TOY = """
    from douyinbot import hookimpl

    class Toy:
        @hookimpl
        def on_chat(self, ctx, event):
            return event.comment
"""


@pytest.fixture
def outcomes(pytester: pytest.Pytester):
    """Run a test file and return what became of its tests."""

    def run(text: str) -> dict[str, int]:
        pytester.makepyfile(TOY + text)
        result = pytester.runpytest_inprocess(*QUICK, "-W", "error")
        return {name: count for name, count in result.parseoutcomes().items() if name != "warnings"}

    return run


def test_a_coroutine_test_with_a_bot_just_runs(outcomes):
    assert outcomes("""
    async def test_good(bot):
        await bot.load(Toy())
        assert await bot.chat("hi") == ["hi"]

    async def test_bad(bot):
        assert await bot.chat("hi") == ["hi"]
    """) == {"passed": 1, "failed": 1}


def test_a_plain_test_may_use_a_bot_too(outcomes):
    assert outcomes("""
    def test_plain(bot):
        assert bot.sent == []
    """) == {"passed": 1}


def test_a_coroutine_test_may_use_other_fixtures_and_parameters(outcomes):
    assert outcomes("""
    import pytest

    @pytest.fixture
    def text():
        return "hi"

    @pytest.mark.parametrize("times", [1, 2])
    async def test_it(bot, text, times, tmp_path):
        await bot.load(Toy())
        assert await bot.chat(text * times) == [text * times]
    """) == {"passed": 2}


def test_a_bot_of_a_fixture_of_ones_own(outcomes):
    assert outcomes("""
    import pytest

    @pytest.fixture
    def mine(make_bot):
        return make_bot("[commands]\\nhi = '你好'")

    async def test_it(mine):
        assert await mine.chat("!hi") == ["你好"]
    """) == {"passed": 1}


def test_a_coroutine_test_without_a_bot_is_left_alone(outcomes):
    """Another plugin may run it; without one, pytest itself says that nobody can."""
    assert outcomes("""
    async def test_alone():
        raise AssertionError("nobody runs this")

    async def test_other_fixture(tmp_path):
        raise AssertionError("nobody runs this")
    """) == {"failed": 2}


def test_another_plugin_may_run_the_other_coroutine_tests(outcomes, pytester):
    pytester.makeconftest("""
    import asyncio, inspect

    def pytest_pyfunc_call(pyfuncitem):
        if inspect.iscoroutinefunction(pyfuncitem.obj):
            asyncio.run(pyfuncitem.obj())
            return True
    """)
    assert outcomes("""
    async def test_theirs():
        pass

    async def test_ours(bot):
        assert await bot.chat("hi") == []
    """) == {"passed": 2}


def test_each_test_has_a_bot_of_its_own(outcomes):
    assert outcomes("""
    async def test_one(bot):
        await bot.load(Toy())
        assert await bot.chat("hi") == ["hi"]

    async def test_two(bot):
        assert await bot.chat("hi") == []
        assert await bot.store("toy").keys() == []
    """) == {"passed": 2}


def test_what_a_test_leaves_running_is_cleared_away(outcomes):
    assert outcomes("""
    import asyncio
    from douyinbot import hookimpl

    class Busy:
        @hookimpl
        async def on_chat(self, ctx, event):
            await asyncio.sleep(3600)

        @hookimpl
        async def teardown(self, ctx):
            await asyncio.sleep(3)

    async def test_it(bot):
        await bot.load(Busy())
        await bot.chat("hi")
        ctx_timer = bot.loop.call_later(10, print)
    """) == {"passed": 1}


def test_a_bot_that_does_not_start_fails_one_test_and_no_more(outcomes):
    assert outcomes("""
    import pytest
    from douyinbot import ConfigError

    def test_wrong(make_bot):
        with pytest.raises(ConfigError, match="there is no plugin"):
            make_bot("[plugins]\\nenable = ['dcie']")

    async def test_next(bot):
        assert await bot.chat("hi") == []
    """) == {"passed": 2}


def test_the_fixtures_are_listed_with_their_help(pytester):
    result = pytester.runpytest_inprocess(*QUICK, "--fixtures")
    result.stdout.fnmatch_lines(["bot -- *", "*A bot in a room made of air*"])
    for name in ("golden", "hostile_lines", "hostile_names", "make_bot"):
        result.stdout.fnmatch_lines([f"{name} -- *"])


# ---- async fixtures, and other plugins for coroutine tests ----------------------------------------------

ASYNC = """
    import asyncio
    import pytest

    @pytest.fixture
    async def loaded(bot):
        await bot.load(Toy())
        yield bot
        await bot.chat("bye")
        assert bot.sent[-1] == "bye"

    @pytest.fixture
    async def greeted(loaded):
        return await loaded.chat("hi")

    async def test_function(loaded, greeted):
        assert greeted == loaded.sent == ["hi"]
        assert loaded.loop is asyncio.get_running_loop()

    class TestGroup:
        @pytest.fixture
        async def second(self, loaded):
            await loaded.chat("one")
            return await loaded.chat("two")

        @pytest.mark.parametrize("number", [1, 2])
        async def test_method(self, number, second, loaded):
            assert second == ["two"]
            await loaded.advance("1h")

    def test_plain(greeted):
        assert greeted == ["hi"]
"""


def test_async_fixtures_run_on_the_loop_of_the_bot_they_use(outcomes):
    assert outcomes(ASYNC) == {"passed": 4}


def test_an_async_fixture_yields_once(pytester):
    pytester.makepyfile("""
    import pytest

    @pytest.fixture
    async def twice(bot):
        yield 1
        yield 2

    async def test_it(twice, bot):
        pass
    """)
    result = pytester.runpytest_inprocess(*QUICK)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["the fixture twice yields more than once"])


def test_a_plugin_that_runs_every_coroutine_test_does_not_get_ours(outcomes, pytester):
    pytester.makeconftest("""
    import asyncio, inspect

    def pytest_collection_modifyitems(items):
        for item in items:
            if inspect.iscoroutinefunction(item.obj):
                item.runtest = lambda item=item: asyncio.run(item.obj(**item.funcargs))
    """)
    assert outcomes("""
    async def test_theirs():
        pass

    async def test_ours(bot):
        assert await bot.chat("hi") == []
    """) == {"passed": 2}


@pytest.mark.parametrize(
    ("package", "options"),
    [
        ("pytest_asyncio", ("-o", "asyncio_mode=strict")),
        ("pytest_asyncio", ("-o", "asyncio_mode=auto")),
        ("anyio", ("-p", "no:asyncio")),
        ("anyio", ("-p", "no:asyncio", "-o", "anyio_mode=auto")),
    ],
    ids=["asyncio, strict", "asyncio, auto", "anyio", "anyio, auto"],
)
def test_other_plugins_for_coroutine_tests_may_be_installed(pytester, package, options):
    pytest.importorskip(package, reason=f"{package} is not installed")
    pytester.makepyfile(TOY + ASYNC)
    result = pytester.runpytest_subprocess(*BARE, "--timeout", "60", *options)
    passed = result.parseoutcomes()["passed"]
    assert (passed, result.ret) in ((4, 0), (7, 0))  # anyio runs each coroutine test once for each back end
