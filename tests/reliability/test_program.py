"""What the bot writes, and what the package never does: cases 44 and 46."""

import ast
import os
import stat
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("douyinbot", "plugins") for path in (ROOT / folder).rglob("*.py")]


def forbidden(node: ast.AST) -> str:
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = {alias.name.partition(".")[0] for alias in node.names}
        names |= {(getattr(node, "module", "") or "").partition(".")[0]}
        return ", ".join(names & {"pickle", "marshal", "shelve", "dill"})
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        if name in ("eval", "exec", "yaml.load", "os.system", "os.popen"):
            return name
        if any(
            k.arg == "shell" and not (isinstance(k.value, ast.Constant) and k.value.value is False)
            for k in node.keywords
        ):
            return "shell="
    return ""


@pytest.mark.parametrize(
    "source", ["import pickle", "eval('1')", "subprocess.run('x', shell=True)", "yaml.load(f)"]
)
def test_case_46_the_gate_bites(source):
    assert any(forbidden(node) for node in ast.walk(ast.parse(source)))


def test_case_46_nothing_is_unpickled_evaluated_or_given_to_a_shell():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {what}"
        for path in SOURCES
        if not path.name.endswith("_pb2.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (what := forbidden(node))
    ]
    assert found == []


def test_case_44_what_the_bot_writes_is_its_owners(make_bot, tmp_path):
    before = os.umask(0)
    try:
        bot = make_bot(store=f"sqlite:///{tmp_path / 'bot.sqlite'}")
        bot.loop.run_until_complete(bot.stop())
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "bot.sqlite").stat().st_mode) == 0o600
