"""What is told, counted and written down of plugins that fail."""

import asyncio
from collections import Counter
from datetime import timedelta

from douyinbot.core.dispatch.rests import Rests, resting
from douyinbot.core.dispatch.troubles import Troubles
from douyinbot.core.journal import Journal
from douyinbot.core.plugins.host import Plugin
from douyinbot.store import open_database
from douyinbot.testing.loop import START

TOY = Plugin("toy", module=None, author="小王")


def in_trouble(what):
    """Let something happen, and return what was told, counted, noted in the journal, and written down."""
    told, counts, notes = [], Counter(), []

    async def main():
        async with await open_database("sqlite://", clock=lambda: START) as database:
            store = database.namespace("x")
            rests = Rests(store)
            journal = Journal(store, lambda: START)
            what(Troubles(counts, rests, journal, told.append, lambda: START))
            notes.extend((entry.plugin, entry.handler, entry.cause, entry.why) for entry in journal.find())
            await rests.settle()
            return await resting(store)

    rests = asyncio.run(main())
    return told, counts, notes, rests


def test_a_failure_is_told_and_counted(caplog):
    (notice,), counts, notes, _ = in_trouble(lambda on: on.failed(TOY, "on_chat", ValueError("no\u202e")))
    assert (notice.level, notice.plugin) == ("error", "toy")
    assert notice.text == "plugin toy (by 小王): on_chat failed: ValueError: no"
    assert counts == {"errors of toy": 1}
    assert notes == [("toy", "on_chat", "error", "it failed with ValueError: no")]
    assert "plugin toy: on_chat failed" in caplog.text


def test_a_rest_is_told_and_written_down():
    (notice,), _, _, rests = in_trouble(lambda on: on.rests(TOY, 300.0))
    until = (START + timedelta(minutes=5)).isoformat(timespec="seconds")
    assert rests == {"toy": until}
    assert notice.text == "plugin toy (by 小王) failed too often and rests for 5 minutes; the others go on"
