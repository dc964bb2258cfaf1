"""Examples of commands are tests: of files, of packages, and of what is installed."""

import pytest

import douyinbot.testing.examples  # noqa: F401 - else each run inside this one imports all of it again

pytest_plugins = ["pytester"]
QUICK = (
    "-p",
    "no:randomly",
    "-p",
    "no:hypothesispytest",
    "-p",
    "no:cov",
    "-p",
    "no:asyncio",
    "--assert=plain",
)

COIN = """
    from douyinbot import command

    @command("coin", examples={"!coin": "正面", "！硬币": "^正"}, aliases=["硬币"])
    def coin(ctx):
        return "正面"
"""


@pytest.fixture
def run(pytester):
    def outcomes(*arguments: str):
        return pytester.runpytest_inprocess(*QUICK, "-W", "error", *arguments)

    return outcomes


def test_a_file_needs_no_test_beside_it(pytester, run):
    pytester.makepyfile(coin=COIN)
    result = run("-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["coin.py::!coin PASSED*", "coin.py::！硬币 PASSED*"])


def test_one_example_can_be_chosen(pytester, run):
    pytester.makepyfile(coin=COIN)
    run("coin.py::!coin").assert_outcomes(passed=1)
    run("-k", "硬币").assert_outcomes(passed=1, deselected=1)


def test_a_package_is_one_plugin(pytester, run):
    package = pytester.mkpydir("douyinbot_coin")
    (package / "__init__.py").write_text(
        "from .words import HEADS\n" + _dedent(COIN.replace('"正面"\n', "HEADS\n"))
    )
    (package / "words.py").write_text("# douyinbot: no examples= here\nHEADS = '正面'\n")
    run().assert_outcomes(passed=2)


def test_an_installed_plugin_is_tried_as_such(request, run):
    """Its name and its needs are those of its entry point."""
    plugins = request.config.rootpath / "plugins"
    result = run("--rootdir", str(plugins), "-p", "no:cacheprovider", "-v", str(plugins / "douyinbot_dice"))
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*douyinbot_dice/__init__.py::!dice 6 PASSED*"])


def test_what_fails_is_shown_as_one_reads_it(pytester, run):
    pytester.makepyfile(
        coin="""
        from douyinbot import command

        @command("coin", examples={"!coin": "^反面$", "!coin x": "."}, cooldown="1s")
        def coin(ctx, number: int = 1):
            return ["正面", "侧面"]

        @command("nothing", role="admin", examples={"!nothing": "x"})
        def nothing(ctx):
            raise ValueError("oh")
        """
    )
    result = run()
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*example: !coin*",
            'An example of the command "coin" is not true:',
            "    line:     !coin",
            "    said:     正面",
            "    said:     侧面",
            "    pattern:  ^反面$",
            "*example: !nothing*",
            "    said:     (nothing)",
            "    pattern:  x",
            "    problem:  plugin coin: !nothing failed: ValueError: oh*",
        ]
    )


def test_an_answer_may_take_its_time_and_needs_its_role(pytester, run):
    pytester.makepyfile(
        coin="""
        import asyncio
        from douyinbot import command

        @command("coin", role="owner", examples={"!coin": "^正面$"})
        async def coin(ctx):
            await asyncio.sleep(9)
            return "正面"
        """
    )
    run().assert_outcomes(passed=1)


def test_what_a_plugin_needs_is_loaded_first(pytester, run):
    pytester.makepyfile(
        bank="from douyinbot import hookimpl\n@hookimpl\ndef provide(ctx):\n    return 5\n",
        coin="""
        from douyinbot import command
        requires = ("bank", "dice")

        @command("coin", examples={"!coin": "^5$"})
        def coin(ctx):
            return str(ctx.use("bank"))
        """,
    )
    run("coin.py").assert_outcomes(passed=1)


def test_the_bot_may_be_ones_own(pytester, run):
    pytester.makepyfile(
        coin="""
        from dataclasses import dataclass
        from douyinbot import command

        @dataclass
        class Config:
            heads: str

        @command("coin", examples={"!coin": "^人像$"})
        def coin(ctx):
            return ctx.config.heads
        """
    )
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*plugins.coin: the key `heads` is missing*"])
    pytester.makeconftest(
        """
        import pytest
        from pathlib import Path

        @pytest.fixture
        def bot(make_bot):
            toml = '[plugins]\\ndirs = ["."]\\nenable = ["coin"]\\n[plugins.coin]\\nheads = "人像"\\n'
            return make_bot(toml, folder=Path(__file__).parent)
        """
    )
    run().assert_outcomes(passed=1)


def test_a_plugin_that_does_not_load_is_an_error_of_its_own(pytester, run):
    pytester.makepyfile(coin="import nowhere_to_be_found\n" + _dedent(COIN), other=COIN)
    result = run("--continue-on-collection-errors")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["the plugin in *coin.py cannot be loaded, so its examples cannot be tried: *"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "raise SystemExit('douyinbot: never run me, examples or not')",
        "# douyinbot examples\nthis is no Python",
        "import douyinbot\n\ndef f(examples=()):\n    raise SystemExit\n\nf\nraise SystemExit",
        "from click import command\n\n@command(examples={})\ndef f():\n    ...\n",
    ],
)
def test_other_files_are_left_alone(pytester, run, text):
    pytester.makepyfile(tool=text)
    assert run().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_tests_that_define_plugins_are_tests(pytester, run):
    pytester.makepyfile(
        test_it=COIN + "\n    def test_one():\n        assert coin(None) == '正面'\n",
        helper_test=COIN + "\n    def test_one():\n        assert coin(None) == '正面'\n",
    )
    run().assert_outcomes(passed=2)


def _dedent(text: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in text.split("\n"))
