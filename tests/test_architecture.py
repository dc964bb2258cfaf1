"""The house rules that no other tool checks: where things are, how long they are, who may do what."""

import ast
import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import douyinbot

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path
    for folder in ("douyinbot", "plugins")
    for path in (ROOT / folder).rglob("*.py")
    if "pb" not in path.parts
)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PLUGINS = sorted(path.name for path in (ROOT / "plugins").iterdir() if path.is_dir() and path.name[0] != "_")


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_top_level_holds_nothing_more_than_it_should() -> None:
    allowed = {
        *("pyproject.toml", "README.md", "LICENSE", "bot.example.toml"),
        *("douyinbot", "plugins", "proto", "tests", "docs"),
    }
    present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert present - {"data", "dist", "build"} <= allowed
    assert allowed <= present


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_every_module_has_a_test_of_its_own(path: Path) -> None:
    if path.name in ("__init__.py", "__main__.py"):
        return
    home = (
        path.relative_to(ROOT / "douyinbot").parent if path.is_relative_to(ROOT / "douyinbot") else "plugins"
    )
    twin = ROOT / "tests" / home / f"test_{path.stem}.py"
    assert twin.is_file(), f"{short(path)} has no {short(twin)}"


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_bundled_plugin_has_tests_and_is_declared(plugin: str) -> None:
    name = plugin.removeprefix("douyinbot_")
    assert (ROOT / "tests" / "plugins" / f"test_{name}.py").is_file()
    assert (ROOT / "plugins" / plugin / "py.typed").is_file()
    assert PYPROJECT["project"]["entry-points"]["douyinbot"][name] == plugin
    assert plugin in PYPROJECT["tool"]["importlinter"]["root_packages"]
    assert plugin in PYPROJECT["tool"]["mypy"]["packages"]


def test_the_installed_entry_points_are_those_of_pyproject() -> None:
    declared = PYPROJECT["project"]["entry-points"]["douyinbot"]
    ours = [
        entry for entry in entry_points(group="douyinbot") if entry.dist and entry.dist.name == "douyinbot"
    ]
    assert {entry.name: entry.value for entry in ours} == declared, "run `pip install -e .` again"


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_no_file_grows_beyond_a_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 410


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_no_function_grows_beyond_a_page(path: Path) -> None:
    too_long = [
        f"{node.name}: {length}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (length := body_length(node)) > 45
    ]
    assert not too_long


def body_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its signature and docstring."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_no_module_is_named_for_a_pile(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "common", "misc", "manager"}


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert (ast.get_docstring(tree(path)) or "").strip(), short(path)


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_nothing_catches_what_it_must_not(path: Path) -> None:
    """`except BaseException` is only right to clean up and raise again."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler) and ast.unparse(node.type or node) == "BaseException":
            assert any(isinstance(inner, ast.Raise) for inner in ast.walk(node)), f"line {node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_only_the_outbox_lets_a_connector_speak(path: Path) -> None:
    """`send` of a socket is something else; it lives in the connectors and never leaves them."""
    if path.is_relative_to(ROOT / "douyinbot" / "outbox"):
        return
    inside = path.is_relative_to(ROOT / "douyinbot" / "connectors")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "send":
            # Whoever is asked by an outbox passes the line on to the connector that it wraps.
            assert inside or path.name in ("room.py", "voice.py"), f"{short(path)}:{node.lineno} calls send"


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_nothing_runs_text_as_code_or_skips_certificates(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern in (
        r"\bpickle\b(?!s)",
        r"yaml\.load",
        r"(?<![.\w])eval\(",
        r"(?<![.\w])exec\(",
        r"shell=True",
    ):
        assert not re.search(rf"^[^#\"]*{pattern}", text, re.MULTILINE), pattern
    assert "verify=False" not in text
    assert "ssl=False" not in text


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_all_lists_are_sorted_and_true(path: Path) -> None:
    """`__all__` stands in ruff's order (constants, classes, functions) and names only what is there."""
    for node in tree(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = ast.literal_eval(node.value)
            assert len(names) == len(set(names))


def test_the_public_door_opens() -> None:
    assert all(getattr(douyinbot, name) is not None for name in douyinbot.__all__)
    assert set(dir(douyinbot)) == set(douyinbot.__all__)
    with pytest.raises(AttributeError, match="has no attribute"):
        _ = douyinbot.nothing_of_that_name  # type: ignore[attr-defined]


def test_the_public_door_holds_all_events_and_errors() -> None:
    from douyinbot import errors, events

    assert set(errors.__all__) <= set(douyinbot.__all__)
    assert set(events.__all__) <= set(douyinbot.__all__)
