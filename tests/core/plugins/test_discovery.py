import importlib.metadata
import sys
from pathlib import Path

import pytest

from douyinbot.core.plugins.discovery import find_candidates
from douyinbot.errors import ConfigError, PluginError

SPEAKS = "from douyinbot import hookimpl\n\n@hookimpl\ndef on_chat(ctx, event):\n    return __name__\n"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a made-up package that declares plugins: `installed("pkg", a="module_a", author="Ada")`."""

    def install(name: str, author: str = "", **plugins: str) -> Path:
        site = tmp_path / "site"
        info = site / f"{name}-1.2.dist-info"
        info.mkdir(parents=True)
        by = f"Author: {author}\n" if author else ""
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n{by}")
        lines = [f"{plugin} = {module}" for plugin, module in plugins.items()]
        (info / "entry_points.txt").write_text("\n".join(["[douyinbot]", *lines, ""]))
        monkeypatch.syspath_prepend(str(site))
        return site

    return install


def names(folder: Path) -> set[str]:
    return set(find_candidates([folder])) - set(find_candidates())


# ---- installed packages ---------------------------------------------------------------------------


def test_the_bundled_plugins_are_found_as_anybody_elses():
    found = find_candidates()
    assert {"announce", "dice", "gift_thanks"} <= set(found)
    dice = found["dice"]
    assert dice.origin == f"douyinbot {importlib.metadata.version('douyinbot')}"
    assert dice.load().__name__ == "douyinbot_dice"


def test_an_installed_package_brings_its_plugins(installed):
    site = installed("some-plugin", author="Ada", song="some_song", quiz="some_quiz:plugin")
    (site / "some_song.py").write_text(SPEAKS)
    (site / "some_quiz.py").write_text("plugin = object()\n")
    found = find_candidates()
    assert (found["song"].origin, found["song"].version, found["song"].author) == (
        "some-plugin 1.2",
        "1.2",
        "Ada",
    )
    assert found["song"].load().__name__ == "some_song"
    assert found["quiz"].load() is sys.modules["some_quiz"].plugin


def test_looking_for_plugins_imports_none(installed):
    installed("some-plugin", song="module_that_does_not_exist")
    candidate = find_candidates()["song"]
    with pytest.raises(ModuleNotFoundError):
        candidate.load()


def test_a_package_without_an_author_has_none(installed):
    installed("some-plugin", song="some_song")
    assert find_candidates()["song"].author == ""


def test_of_two_packages_with_one_name_neither_is_taken(installed, tmp_path, monkeypatch):
    installed("one", song="one_song")
    installed("two", song="two_song")
    song = find_candidates()["song"]
    assert song.origin in ("one 1.2, two 1.2", "two 1.2, one 1.2")
    assert not song.bundled
    with pytest.raises(PluginError, match=r'plugin named "song": .*(one 1.2 and two|two 1.2 and one) 1.2'):
        song.load()


# ---- folders --------------------------------------------------------------------------------------


def test_files_and_packages_of_a_folder(tmp_path):
    (tmp_path / "song.py").write_text(SPEAKS)
    (tmp_path / "quiz").mkdir()
    (tmp_path / "quiz" / "__init__.py").write_text(SPEAKS)
    assert names(tmp_path) == {"song", "quiz"}


@pytest.mark.parametrize("name", ["douyinbot_song.py", "douyinbot_song/__init__.py"])
def test_the_prefix_is_no_part_of_the_name(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(SPEAKS)
    assert names(tmp_path) == {"song"}


@pytest.mark.parametrize(
    "name",
    [
        *("_hidden.py", ".hidden.py", "test_song.py", "conftest.py", "notes.txt", "song.pyc"),
        *("_hidden/__init__.py", "__pycache__/__init__.py", "test_song/__init__.py", "data/song.py"),
    ],
)
def test_what_is_no_plugin(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("raise SystemExit")
    assert names(tmp_path) == set()


def test_a_local_plugin_stands_before_an_installed_one(tmp_path):
    (tmp_path / "dice.py").write_text(SPEAKS)
    assert find_candidates([tmp_path])["dice"].origin == str(tmp_path / "dice.py")


def test_two_files_with_one_name_are_both_named(tmp_path):
    (tmp_path / "song.py").write_text(SPEAKS)
    (tmp_path / "douyinbot_song.py").write_text(SPEAKS)
    with pytest.raises(
        PluginError, match=r'two files bring a plugin named "song": .*song\.py and .*song\.py'
    ):
        find_candidates([tmp_path])


def test_two_folders_are_looked_through(tmp_path):
    for name in ("song", "quiz"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").write_text(SPEAKS)
    assert {"song", "quiz"} <= set(find_candidates([tmp_path / "song", tmp_path / "quiz"]))


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.write_text("")], ids=["missing", "a file"]
)
def test_a_folder_that_is_none(tmp_path, make):
    make(tmp_path / "plugins")
    with pytest.raises(ConfigError, match=r"plugins\.dirs: .*plugins is not a folder"):
        find_candidates([tmp_path / "plugins"])


def test_a_local_package_can_import_its_own_parts(tmp_path):
    (tmp_path / "quiz").mkdir()
    (tmp_path / "quiz" / "__init__.py").write_text("from .words import WORDS\n")
    (tmp_path / "quiz" / "words.py").write_text("WORDS = ['稻香']\n")
    module = find_candidates([tmp_path])["quiz"].load()
    assert module.WORDS == ["稻香"]
    assert module.__name__ == "douyinbot_local_quiz"
    assert sys.modules["douyinbot_local_quiz"] is module


def test_a_dataclass_of_a_local_file_finds_its_module(tmp_path):
    (tmp_path / "song.py").write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n"
        "@dataclass\nclass Config:\n    times: int = 3\n"
    )
    assert find_candidates([tmp_path])["song"].load().Config().times == 3


@pytest.mark.parametrize(
    ("text", "error"),
    [("raise ValueError('no')", ValueError), ("import sys; sys.exit(3)", SystemExit), ("def", SyntaxError)],
)
def test_a_file_that_does_not_import_leaves_no_module_behind(tmp_path, text, error):
    (tmp_path / "broken.py").write_text(text)
    with pytest.raises(error):
        find_candidates([tmp_path])["broken"].load()
    assert "douyinbot_local_broken" not in sys.modules
