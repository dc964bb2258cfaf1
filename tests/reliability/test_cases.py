"""Each case that is held here has a test that bears its number."""

import re
from pathlib import Path

HELD = {11, 13, 23, 24, 26, 27, 28, 29, 30, 31, 32, 33, 34, 36, 37, 40, 41, 42, 44, 45, 46, 50}


def test_every_case_has_a_test_of_its_number() -> None:
    names = [
        name
        for path in Path(__file__).parent.glob("test_*.py")
        for name in re.findall(r"def test_case_([\d_]*(?:and_\d+_)?)", path.read_text(encoding="utf-8"))
    ]
    assert {int(number) for name in names for number in re.findall(r"\d+", name)} == HELD
