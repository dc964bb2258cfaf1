"""`douyinbot plugins`: what is there, and what is wrong with it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_the_bundled_plugins_are_listed(invoke: Callable[..., Any]) -> None:
    listed = invoke("plugins", "--json")
    assert listed.code == 0
    rows = {row["name"]: row for row in json.loads("\n".join(listed.out))}
    assert {"announce", "dice", "gift_thanks"} <= set(rows)
    assert rows["dice"]["commands"] == ["dice", "骰子"]
    assert rows["gift_thanks"]["hooks"] == ["on_gift", "setup"]


def test_a_folder_of_the_configuration_is_listed_with_its_broken_ones(
    invoke: Callable[..., Any], example: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "bad.py").write_text("import sys; sys.exit(7)", encoding="utf-8")
    text = example.read_text(encoding="utf-8").replace("dirs = []", 'dirs = ["mine"]')
    example.write_text(text, encoding="utf-8")
    listed = invoke("plugins", example)
    assert listed.code == 0
    assert any(line.startswith("● dice") for line in listed.out)
    assert any(line.startswith("✘ bad") for line in listed.out)
    assert any("SystemExit: 7" in line for line in listed.out)
