"""The small form of load.py: the books of gifts agree; how fast that goes is not measured here."""

import asyncio

import pytest

from tests.bench import load


@pytest.mark.parametrize("kind", [load.Asleep, load.Blocked])
def test_every_plugin_is_told_of_every_unit_also_one_that_slept(kind):
    """Its mailbox is full before it wakes up. The room keeps more messages than these: none is lost there."""
    result = asyncio.run(load.load(kind(nap=0.5), seconds=2.0, rate=800))
    room, told = result["room"], result["told"]
    assert result["arrived"] == room["messages"] > 1300
    assert room["units"] > 1000
    assert {name: (heard.units, heard.finished) for name, heard in told.items()} == dict.fromkeys(
        told, (room["units"], room["units"])
    )
    assert result["dropped"]["sleeper"]["like"] > 10
    assert all("gift" not in lost for lost in result["dropped"].values())
    assert (room["handshakes"], room["cut"]) == (1, 0)
