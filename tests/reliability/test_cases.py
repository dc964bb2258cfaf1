"""Each case that is held here has a test that bears its number."""

import re
from pathlib import Path

HELD = {11, 13, *range(20, 35), 36, 37, *range(40, 47), 50}


def test_every_case_has_a_test_of_its_number() -> None:
    names = [
        name
        for path in Path(__file__).parent.glob("test_*.py")
        for name in re.findall(r"def test_case_([\d_]*(?:and_\d+_)?)", path.read_text(encoding="utf-8"))
    ]
    assert {int(number) for name in names for number in re.findall(r"\d+", name)} == HELD
