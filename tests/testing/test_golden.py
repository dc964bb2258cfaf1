"""Golden transcripts inside somebody else's test run."""

import os
from pathlib import Path

import pytest

from douyinbot.testing.golden import Golden

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

TEST = """
async def test_dice(bot, golden):
    await bot.load("douyinbot_dice")
    await bot.chat("!dice 1", user="小明")
    golden(bot.transcript)
"""
DICE = (
    "0:00:00.0  connected     title=测试直播间, owner=主播\n"
    "0:00:00.0  chat          小明: !dice 1\n"
    "0:00:00.0  > dice        🎲 小明 掷出 1\n"
)


@pytest.fixture
def project(pytester):
    pytester.makepyfile(test_evening=TEST)
    return pytester


def golden_file(project) -> Path:
    return project.path / "test_evening.test_dice.txt"


def test_a_missing_file_fails_and_says_how_to_write_it(project):
    result = project.runpytest_inprocess(*QUICK)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "There is no golden transcript test_evening.test_dice.txt yet. Write it with",
            "*pytest --update-golden 'test_evening.py::test_dice'",
            "*> dice        🎲 小明 掷出 1",
        ]
    )
    assert not golden_file(project).exists()


def test_it_is_written_on_demand_and_compared_from_then_on(project):
    written = project.runpytest_inprocess(*QUICK, "--update-golden")
    written.assert_outcomes(passed=1)
    written.stdout.fnmatch_lines(["golden transcript written, please read it: *test_evening.test_dice.txt"])
    assert golden_file(project).read_bytes() == DICE.encode()
    compared = project.runpytest_inprocess(*QUICK)
    compared.assert_outcomes(passed=1)
    again = project.runpytest_inprocess(*QUICK, "--update-golden")
    assert "golden transcript written" not in again.stdout.str()  # nothing has changed


def test_a_difference_is_shown_line_by_line(project):
    golden_file(project).write_text(DICE.replace("掷出 1", "掷出 2"), encoding="utf-8")
    result = project.runpytest_inprocess(*QUICK)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "The transcript is not that of test_evening.test_dice.txt. If this is how it should be:",
            "*pytest --update-golden 'test_evening.py::test_dice'",
            "-0:00:00.0  > dice        🎲 小明 掷出 2",
            "+0:00:00.0  > dice        🎲 小明 掷出 1",
        ]
    )


def test_line_ends_of_another_system_do_not_matter(project):
    golden_file(project).write_bytes(DICE.replace("\n", "\r\n").encode())
    project.runpytest_inprocess(*QUICK).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("test", "name", "file"),
    [
        ("tests/test_a.py::test_x", "", "test_a.test_x.txt"),
        ("tests/test_a.py::test_x", "second", "test_a.test_x-second.txt"),
        ("test_a.py::TestIt::test_x[小红 a/b]", "", "test_a.TestIt.test_x_小红_a_b.txt"),
    ],
)
def test_files_are_named_after_the_test(tmp_path, test, name, file):
    golden = Golden(tmp_path, test, update=True, written=[])
    golden("text\n", name)
    assert os.listdir(tmp_path) == [file]
