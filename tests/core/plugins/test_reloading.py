"""Importing a module once more, and going back."""

import importlib
import sys

import pytest

from douyinbot.core.plugins.reloading import afresh, modules_of, put_back


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a module below it, whose value can be rewritten."""
    folder = tmp_path / "reloaded_toy"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(value):
        (folder / "__init__.py").write_text("from reloaded_toy.part import VALUE\n", encoding="utf-8")
        (folder / "part.py").write_text(f"VALUE = {value}\n", encoding="utf-8")

    yield write
    for name in modules_of("reloaded_toy"):
        del sys.modules[name]


def test_a_package_is_read_anew_with_all_that_is_below_it(package):
    package(1)
    first = importlib.import_module("reloaded_toy")
    package(2)  # of the same length, within the same second
    with afresh("reloaded_toy"):
        second = importlib.import_module("reloaded_toy")
    assert (first.VALUE, second.VALUE) == (1, 2)
    assert sys.modules["reloaded_toy"] is second


def test_after_an_error_the_old_one_is_back(package):
    package(1)
    first = importlib.import_module("reloaded_toy")
    package("1/0")
    with pytest.raises(ZeroDivisionError), afresh("reloaded_toy"):
        importlib.import_module("reloaded_toy")
    assert sys.modules["reloaded_toy"] is first
    assert sys.modules["reloaded_toy.part"].VALUE == 1


def test_one_can_go_back_later_too(package):
    package(1)
    importlib.import_module("reloaded_toy")
    before = modules_of("reloaded_toy")
    package(2)
    with afresh("reloaded_toy"):
        importlib.import_module("reloaded_toy")
    put_back("reloaded_toy", before)
    assert modules_of("reloaded_toy") == before


def test_other_modules_stay(package):
    before = dict(sys.modules)
    with afresh(""):
        pass
    with afresh("reloaded_toy"):
        pass
    assert dict(sys.modules) == before
