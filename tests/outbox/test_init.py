import ast
from pathlib import Path

import pytest

import douyinbot.outbox as outbox

FILES = sorted(Path(outbox.__file__).parent.glob("*.py"))
POLICY = [path for path in FILES if path.stem not in ("worker", "receipt", "ledger", "outbox", "__init__")]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_the_public_names():
    assert outbox.__all__ == [
        *("Awaiting", "Line", "Outbox", "Priority", "Receipt", "Sender", "State", "TokenBucket", "split"),
    ]
    assert all(getattr(outbox, name).__doc__ for name in outbox.__all__)


@pytest.mark.parametrize("path", POLICY, ids=lambda path: path.stem)
def test_the_policy_is_told_the_time(path):
    forbidden = {"asyncio", "time", "random", "socket", "threading"}
    forbidden |= {f"douyinbot.outbox.{name}" for name in ("worker", "receipt", "ledger", "outbox")}
    assert not forbidden & set(imports(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_only_lower_layers_are_imported(path):
    allowed = ("errors", "events", "config", "outbox", "webcast.chat_answer")
    for name in imports(path):
        if name.startswith("douyinbot"):
            assert name.removeprefix("douyinbot.").startswith(allowed), name
