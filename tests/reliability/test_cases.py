"""Each case that is held here has a test that bears its number, and a row of docs/reliability.md."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "docs" / "reliability.md"
HELD = {11, 13, *range(20, 35), 36, 37, *range(40, 47), 50}


def named() -> dict[str, set[int]]:
    """Return the numbers in the name of each test: `test_case_23_and_24_...` has two."""
    found = {}
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ""
            if match := re.match(r"test_case_(\d+(?:_(?:and_)?\d+)*)_", name):
                found[name] = {int(number) for number in re.findall(r"\d+", match[1])}
    return found


def rows() -> list[tuple[int, str]]:
    lines = re.findall(r"^\| (\d+) \| .+ \| `(\w+)` \|$", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    return [(int(number), name) for number, name in lines]


def test_every_case_has_a_test_of_its_number() -> None:
    assert set().union(*named().values()) == HELD


def test_the_table_has_a_row_for_each_case_and_its_test_is_there() -> None:
    assert [number for number, _ in rows()] == sorted(HELD)
    assert [(number, name) for number, name in rows() if number not in named().get(name, ())] == []
