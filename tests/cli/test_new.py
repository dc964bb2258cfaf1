"""`new plugin`: what is written passes its own tests at once, and nothing is overwritten."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli

Invoke = Callable[..., Any]


def run_tests(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_file_passes_its_own_tests(invoke: Invoke, tmp_path: Path) -> None:
    outcome = invoke("new", "plugin", "coin")
    assert outcome.code == 0
    assert outcome.out[:2] == ["wrote coin.py", "wrote test_coin.py"]
    assert "6 passed" in run_tests(tmp_path)


def test_a_package_passes_its_own_tests_and_can_be_published(invoke: Invoke, tmp_path: Path) -> None:
    assert invoke("new", "plugin", "lucky_coin", "--package").code == 0
    folder = tmp_path / "douyinbot-lucky-coin"
    assert "6 passed" in run_tests(folder)
    project = tomli.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["douyinbot"] == {"lucky_coin": "douyinbot_lucky_coin"}
    assert "${{ matrix.python-version }}" in (folder / ".github/workflows/test.yml").read_text()
    assert not list(folder.rglob("*.txt"))


def test_a_package_is_installed_after_douyinbot_wherever_that_comes_from(
    invoke: Invoke, tmp_path: Path
) -> None:
    """No index need have douyinbot: the newcomer's `pip install .` must find it there already."""
    outcome = invoke("new", "plugin", "lucky_coin", "--package")
    assert "in the environment where douyinbot is" in outcome.out[-1]
    folder = tmp_path / "douyinbot-lucky-coin"
    for file, source in (
        ("README.md", '"${DOUYINBOT:-douyinbot}"'),
        (".github/workflows/test.yml", "\"${{ vars.DOUYINBOT || 'douyinbot' }}\""),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        installed = re.findall(r"^.*pip install (.*)$", text.partition("## Develop")[2] or text, re.MULTILINE)
        assert [what.partition(" && ")[0] for what in installed] == [source, "--editable . pytest"]


def test_nothing_is_overwritten(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "test_coin.py").write_text("mine")
    outcome = invoke("new", "plugin", "coin")
    assert outcome.code == 2
    assert "test_coin.py is there already" in outcome.err[-1]
    assert not (tmp_path / "coin.py").exists()


@pytest.mark.parametrize("name", ["Coin", "1coin", "class", "co-in", "硬币", "", "a" * 50, "../x"])
def test_a_name_must_be_one(invoke: Invoke, tmp_path: Path, name: str) -> None:
    outcome = invoke("new", "plugin", name)
    assert outcome.code == 2
    assert "cannot be a plugin's name" in outcome.err[-1]
    assert not list(tmp_path.iterdir())


def test_a_taken_name_is_refused(invoke: Invoke) -> None:
    outcome = invoke("new", "plugin", "dice")
    assert outcome.code == 2
    assert 'there is a plugin "dice" already' in outcome.err[-1]


@pytest.mark.parametrize("name", ["douyinbot_coin", "test_coin"])
def test_a_name_does_not_repeat_what_is_clear(invoke: Invoke, name: str) -> None:
    outcome = invoke("new", "plugin", name)
    assert outcome.code == 2
    assert "leave out" in outcome.err[-1]


@pytest.mark.parametrize(
    ("folder", "beside", "dirs"),
    [("plugins", "", "plugins"), ("mine", "bot.toml", "mine"), ("mine", "", ".")],
)
def test_it_says_what_to_write_into_bot_toml(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, beside: str, dirs: str
) -> None:
    here = tmp_path / folder
    here.mkdir()
    if beside:
        (tmp_path / beside).touch()
    monkeypatch.chdir(here)
    assert f'[plugins] dirs = ["{dirs}"]' in invoke("new", "plugin", "coin").out[-1]
