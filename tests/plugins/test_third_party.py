"""A plugin package of somebody else: built, installed, listed, checked, and its own tests run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tests" / "packages" / "douyinbot-lucky"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the package, without asking any index."""
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--target", str(folder), str(PACKAGE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder


def run(installed: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    paths = [str(installed), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def listed(output: str) -> dict[str, Any]:
    plugins = json.loads(output)
    return next(entry for entry in plugins if entry["name"] == "lucky")


def test_it_is_listed_with_its_version_and_commands(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "douyinbot", "plugins", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    entry = listed(done.stdout)
    assert (entry["version"], entry["commands"]) == ("1.2.3", ["lucky", "幸运"])


def test_a_bot_takes_it_by_its_entry_point(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text(
        '[[rooms]]\nid = "main"\nconnector = "simulator"\n'
        '[plugins]\nenable = ["lucky"]\n[plugins.lucky]\nhighest = 7\n',
        encoding="utf-8",
    )
    done = run(installed, "douyinbot", "check", "bot.toml", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "lucky" in done.stdout


def test_its_own_tests_and_examples_pass(installed: Path, tmp_path: Path) -> None:
    paths = [str(PACKAGE / "tests"), str(installed / "douyinbot_lucky")]
    done = run(installed, "pytest", "-v", "-p", "no:cacheprovider", "-c", os.devnull, *paths, folder=tmp_path)
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    assert "::!lucky PASSED" in done.stdout
