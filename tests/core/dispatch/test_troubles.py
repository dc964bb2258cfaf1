"""What is told, counted and written down of plugins that fail."""

import asyncio
import importlib.util
from collections import Counter
from datetime import timedelta

import pytest

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
    caplog.set_level("DEBUG")
    (notice,), counts, notes, _ = in_trouble(lambda on: on.failed(TOY, "on_chat", ValueError("no\u202e")))
    assert (notice.level, notice.plugin) == ("error", "toy")
    assert notice.text == "plugin toy (by 小王): on_chat failed: ValueError: no"
    assert counts == {"errors of toy": 1}
    assert notes == [("toy", "on_chat", "error", "it failed with ValueError: no")]
    (record,) = (one for one in caplog.records if one.name.endswith("troubles"))
    assert (record.levelname, record.getMessage()) == ("DEBUG", "plugin toy: on_chat failed")
    assert isinstance(record.exc_info[1], ValueError)  # the traceback is for whoever asked for it


@pytest.mark.parametrize("package", [False, True])
def test_a_failure_is_told_with_its_place_in_the_plugins_own_code(tmp_path, monkeypatch, package):
    path = tmp_path / ("toy/__init__.py" if package else "toy.py")
    path.parent.mkdir(exist_ok=True)
    path.write_text("import json\n\ndef on_chat():\n    json.loads('{')\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("toy", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plugin = Plugin("toy", module=module)
    with pytest.raises(ValueError, match="Expecting") as caught:
        module.on_chat()
    (notice,), *_ = in_trouble(lambda on: on.failed(plugin, "on_chat", caught.value))
    assert notice.text.endswith(f" ({path}:4)")
    monkeypatch.chdir(tmp_path)
    (notice,), *_ = in_trouble(lambda on: on.failed(plugin, "on_chat", caught.value))
    assert notice.text.endswith(f" ({path.relative_to(tmp_path)}:4)")


def test_a_rest_is_told_and_written_down():
    (notice,), _, _, rests = in_trouble(lambda on: on.rests(TOY, 300.0))
    until = (START + timedelta(minutes=5)).isoformat(timespec="seconds")
    assert rests == {"toy": until}
    assert notice.text == (
        "plugin toy (by 小王) failed too often and rests for 5 minutes; the others go on. "
        "Once it is mended: /reload toy at the console, or !plugin toy reload"
    )
