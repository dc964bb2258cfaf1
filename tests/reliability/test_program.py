"""What the bot writes, and what the package never does: cases 44 and 46."""

import ast
import os
import re
import stat
from pathlib import Path

import pytest
import tomli

ROOT = Path(__file__).parents[2]
SOURCES = [path for folder in ("douyinbot", "plugins") for path in (ROOT / folder).rglob("*.py")]

FORBIDDEN = {
    "unpickles what somebody else may have written": (
        *("pickle", "marshal", "shelve", "dill", "jsonpickle", "cloudpickle", "numpy.load", "torch.load"),
    ),
    "reads a format that can make objects": ("yaml", "ruamel", "xml", "lxml", "plistlib"),
    "runs what it was given": (
        *("eval", "exec", "compile", "__import__", "code", "runpy", "builtins.eval", "builtins.exec"),
    ),
    "gives a line to a shell": (
        *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "commands"),
        *("asyncio.create_subprocess_shell", "pty", "os.execlp", "os.execvp", "os.spawnlp", "os.spawnvp"),
    ),
    "does not check who answers": ("ssl._create_unverified_context", "ssl._create_default_https_context"),
    "makes a file that others may have made before": ("tempfile.mktemp", "os.tempnam", "os.tmpnam"),
    "unpacks archives to wherever they say": ("tarfile", "shutil.unpack_archive"),
}
"""What stands for what: a module, or a function by its full name."""
KEYWORDS = {
    "shell": (lambda value: value is not False, "gives a line to a shell"),
    "verify": (lambda value: value is False, "does not check who answers"),
    "ssl": (lambda value: value is False, "does not check who answers"),
    "verify_ssl": (lambda value: value is False, "does not check who answers"),
    "check_hostname": (lambda value: value is False, "does not check who answers"),
}
VERIFYING = {"CERT_NONE", "_create_unverified_context"}


class Gate(ast.NodeVisitor):
    """Notes down what a source does that none of ours may; names are followed through their imports."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []
        self._meant: dict[str, str] = {}

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._meant[alias.asname or alias.name.partition(".")[0]] = (
                alias.name if alias.asname else alias.name.partition(".")[0]
            )
            self._look(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            full = f"{'.' * node.level}{node.module or ''}.{alias.name}"
            self._meant[alias.asname or alias.name] = full
            self._look(node, full)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id not in self._meant:
            self._look(node, node.id if node.id in ("eval", "exec", "compile", "__import__") else "")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        whole = ast.unparse(node)
        first, _, rest = whole.partition(".")
        if first in self._meant:
            self._look(node, f"{self._meant[first]}.{rest}")
        if node.attr in VERIFYING:
            self.found.append((node.lineno, "does not check who answers"))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg in KEYWORDS:
                is_bad, why = KEYWORDS[keyword.arg]
                if is_bad(keyword.value.value if isinstance(keyword.value, ast.Constant) else None):
                    self.found.append((node.lineno, why))
        self.generic_visit(node)

    def _look(self, node: ast.AST, full: str) -> None:
        for why, names in FORBIDDEN.items():
            if any(full == name or full.startswith(f"{name}.") for name in names):
                self.found.append((getattr(node, "lineno", 0), why))


def sins(source: str) -> list[tuple[int, str]]:
    gate = Gate()
    gate.visit(ast.parse(source))
    return gate.found


@pytest.mark.parametrize(
    "source",
    [
        *("import pickle", "from pickle import loads as x", "import shelve as s", "eval('1')", "f = eval"),
        *("import yaml\nyaml.load(f)", "from xml.etree import ElementTree", "__import__('os')"),
        *("subprocess.run('x', shell=True)", "subprocess.run('x', shell=a)", "import os as o\no.system('x')"),
        *("from os import popen", "import asyncio\nasyncio.create_subprocess_shell('x')"),
        *("http.get(url, ssl=False)", "get(url, verify=False)", "context.verify_mode = ssl.CERT_NONE"),
        *("import builtins\nbuiltins.exec('x')", "import tempfile\ntempfile.mktemp()", "import tarfile"),
    ],
)
def test_case_46_the_gate_bites(source):
    assert sins(source)


@pytest.mark.parametrize(
    "source",
    [
        *("import re\nre.compile('x')", "subprocess.run(['x'], shell=False)", "run('x', ssl=context)"),
        *("import os\nos.replace(a, b)", "def evaluate(): ...", "x.eval", "import json\njson.loads('1')"),
    ],
)
def test_case_46_the_gate_lets_pass_what_is_harmless(source):
    assert sins(source) == []


def test_case_46_nothing_is_unpickled_evaluated_or_given_to_a_shell():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {why}"
        for path in SOURCES
        if not path.name.endswith("_pb2.py")
        for line, why in sins(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert len(SOURCES) > 200


def test_case_46_the_checks_of_bandit_are_on_and_whoever_passes_one_by_says_why():
    lint = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert [rule for rule in lint["ignore"] if rule.startswith("S") and rule != "SIM117"] == ["S101"]
    assert not [
        rule
        for files, rules in lint["per-file-ignores"].items()
        if not files.startswith(("tests", ".ci", "proto"))
        for rule in rules
        if rule.startswith("S") and rule != "S101"
    ]
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"# noqa: S\d+\s*$", line)
    ]
    assert bare == []


def test_case_44_what_the_bot_writes_is_its_owners(make_bot, tmp_path):
    before = os.umask(0)
    try:
        bot = make_bot(store=f"sqlite:///{tmp_path / 'bot.sqlite'}")
        bot.loop.run_until_complete(bot.stop())
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "bot.sqlite").stat().st_mode) == 0o600
