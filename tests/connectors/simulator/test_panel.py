"""The gift list has the shape of the real one."""

import json
from pathlib import Path
from typing import Any

import pytest

from douyinbot.connectors.simulator.panel import PANEL, gift_list

REAL = Path(__file__).parents[4] / "shared/captures/douyin/json/gift_list_2023.json"


def test_gifts_stand_in_the_pages() -> None:
    data = gift_list(PANEL, 5)["data"]
    assert data["gifts"] == []
    found = {gift["name"]: gift for page in data["pages"] for gift in page["gifts"]}
    assert (found["小心心"]["id"], found["小心心"]["diamond_count"], found["小心心"]["combo"]) == (
        463,
        1,
        True,
    )
    assert (found["跑车"]["diamond_count"], found["跑车"]["combo"], found["跑车"]["type"]) == (1200, False, 2)


@pytest.mark.skipif(not REAL.exists(), reason="the captures are not here")
def test_every_key_is_one_that_the_real_list_has() -> None:
    real = json.loads(REAL.read_text(encoding="utf-8"))
    ours = gift_list(PANEL, 5)
    assert _strange(ours, real) == []


def _strange(ours: Any, real: Any, path: str = "$") -> list[str]:
    """Return where ours has a key or a type that the real one has not."""
    if type(ours) is not type(real):
        return [f"{path}: {type(ours).__name__}"]
    if isinstance(ours, dict):
        return [
            fault
            for key, value in ours.items()
            for fault in (
                _strange(value, real[key], f"{path}.{key}") if key in real else [f"{path}.{key}: not there"]
            )
        ]
    if isinstance(ours, list) and ours and real:
        return _strange(ours[0], real[0], f"{path}[0]")
    return []
