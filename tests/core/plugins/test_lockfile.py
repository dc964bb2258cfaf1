"""plugins.lock: which code a bot's plugins had."""

import sys

import pytest

from douyinbot.core.plugins.discovery import Candidate, find_candidates
from douyinbot.core.plugins.lockfile import LOCK, changed, differences, fingerprint, read_lock, write_lock
from douyinbot.errors import ConfigError

PLUGIN = "from douyinbot import command\n\n@command('{name}')\ndef toy(ctx):\n    return 'x'\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "mine"
    (folder / "big").mkdir(parents=True)
    (folder / "big" / "__init__.py").write_text(PLUGIN.format(name="big"), encoding="utf-8")
    (folder / "big" / "words.txt").write_text("a", encoding="utf-8")
    (folder / "small.py").write_text(PLUGIN.format(name="small"), encoding="utf-8")
    return folder


def plugins(folder):
    found = find_candidates([folder])
    return [found["big"], found["small"]]


def test_a_fingerprint_is_of_all_files_and_imports_nothing(folder):
    big, small = plugins(folder)
    before = fingerprint(big), fingerprint(small)
    assert len(set(before)) == 2
    assert {len(one) for one in before} == {64}
    (folder / "big" / "__pycache__").mkdir()
    (folder / "big" / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert fingerprint(big) == before[0]
    (folder / "big" / "words.txt").write_text("b", encoding="utf-8")
    assert fingerprint(big) != before[0]
    assert fingerprint(small) == before[1]
    assert not any("douyinbot_local_big" in name for name in sys.modules)


def test_a_file_cannot_pass_for_another_by_moving_the_border(folder):
    big, _ = plugins(folder)
    (folder / "big" / "a").write_text("bc", encoding="utf-8")
    before = fingerprint(big)
    (folder / "big" / "a").rename(folder / "big" / "ab")
    (folder / "big" / "ab").write_text("c", encoding="utf-8")
    assert fingerprint(big) != before


def test_installed_and_made_up_plugins():
    assert len(fingerprint(find_candidates()["dice"])) == 64
    assert fingerprint(Candidate("toy", "test", dict)) == ""
    assert fingerprint(Candidate("toy", "test", dict, module="there_is_no_such_module")) == ""


def test_what_is_locked_is_compared(folder, tmp_path):
    file = tmp_path / LOCK
    assert read_lock(file) is None
    write_lock(file, plugins(folder)[:1])
    locked = read_lock(file)
    assert locked == {"big": fingerprint(plugins(folder)[0])}
    assert differences(locked, plugins(folder)) == [
        f"plugin small ({folder / 'small.py'}) is not in plugins.lock"
    ]
    write_lock(file, plugins(folder))
    assert differences(read_lock(file), plugins(folder)) == []
    assert changed(tmp_path, plugins(folder)) == []
    assert changed(folder, plugins(folder)) == []  # where nobody has locked anything
    (folder / "small.py").write_text("1/0", encoding="utf-8")
    (told,) = differences(read_lock(file), plugins(folder))
    assert told.startswith(
        f"plugin small ({folder / 'small.py'}) has changed since plugins.lock was written: "
    )


@pytest.mark.parametrize("text", ["[dice", "dice = 1", "[dice]\nversion = '1'"])
def test_a_damaged_lock_says_what_to_do(tmp_path, text):
    (tmp_path / LOCK).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="Remove it, or write it anew"):
        read_lock(tmp_path / LOCK)
