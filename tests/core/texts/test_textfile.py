"""The texts of a file. At work in a whole bot: test_timers.py."""

import os

import pytest

from douyinbot.core.texts.textfile import TextFile


def check(text: str) -> None:
    if "坏" in text:
        raise ValueError("it is bad")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "rules.txt"
    path.write_text("一\n\n  二  \n", encoding="utf-8")
    return path


def write(path, text: str) -> None:
    """Write another text; coarse clocks of file systems must not hide it."""
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def test_one_text_a_line_and_none_for_empty_ones(path):
    assert TextFile(path, check).texts() == ["一", "二"]


def test_a_change_is_seen(path):
    file = TextFile(path, check)
    write(path, "三\n四")
    assert file.texts() == ["三", "四"]


def test_a_change_that_cannot_be_used_is_told_once_and_left_out(path, caplog):
    file = TextFile(path, check)
    write(path, "好\n坏\n")
    assert [file.texts(), file.texts()] == [["一", "二"]] * 2
    assert caplog.text.count("rules.txt:2: it is bad Its earlier texts stay in use.") == 1
    path.unlink()
    assert [file.texts(), file.texts()] == [["一", "二"]] * 2
    assert caplog.text.count("cannot be read") == 1


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        TextFile(tmp_path, check)
