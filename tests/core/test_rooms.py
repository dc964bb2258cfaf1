"""The rooms of a bot: several of them, their accounts, how they speak, and what plugins bring for them."""

import pytest

from douyinbot import hookimpl
from douyinbot.connectors.base import Accepted
from douyinbot.errors import RoomNotFoundError


def rooms(*ids: str, **settings: str) -> str:
    tables = []
    for id in ids:
        keys = {"id": id, "connector": "air", "send": "live", **settings}
        tables.append("[[rooms]]\n" + "".join(f'{key} = "{value}"\n' for key, value in keys.items()))
    # So fast that a line is out before the tape is over.
    return '[bot]\nstore = "sqlite://"\n[send]\nrate = "1000/1s"\n' + "".join(tables)


@hookimpl
def on_chat(ctx, event):
    return f"{ctx.room.id} {event.comment}"


def said(watcher, state: str = "queued") -> list[str]:
    return [text for text, reached in watcher.lines if reached == state]


def test_several_rooms_and_plugins_with_scopes(run_bot, watcher, plugin, tape):
    run_bot(
        rooms("a", "b", "c") + '[plugins.toy]\nexcept_rooms = ["b"]\n',
        plugin(on_chat),
        watcher=watcher,
        connectors={"air": lambda setup: tape(setup, "hi")},
    )
    assert watcher.shown == ["chat"] * 3
    assert sorted(said(watcher, "sent")) == ["a hi", "c hi"]


def test_a_room_that_cannot_be_had_leaves_the_others(run_bot, watcher, tape):
    def air(setup):
        error = RoomNotFoundError(f"{setup.room.id} does not exist.") if setup.room.id == "b" else None
        return tape(setup, "hi", error=error)

    bot = run_bot(rooms("a", "b"), watcher=watcher, connectors={"air": air})
    assert [str(failure) for failure in bot.failures] == ["b does not exist."]
    assert watcher.shown == ["chat"]


@pytest.mark.parametrize(
    ("settings", "shared"), [({}, False), ({"cookies": "env:COOKIE"}, True)], ids=["guests", "account"]
)
def test_rooms_of_one_account_share_an_outbox_and_each_line_has_its_own_number(
    run_bot, monkeypatch, settings, shared
):
    monkeypatch.setenv("COOKIE", "x")
    bot = run_bot(rooms("a", "b", **settings))
    assert (bot.engine.outboxes["a"] is bot.engine.outboxes["b"]) is shared
    receipts = [bot.engine.say("hi", room=room) for room in ("a", "b")]
    assert len({receipt.id for receipt in receipts}) == 2


@pytest.mark.parametrize(
    ("settings", "options", "state"),
    [
        ({}, {}, "sent"),
        ({}, {"dry": True}, "dry"),
        ({"send": "dry"}, {}, "dry"),
        ({"send": "approve"}, {}, "awaiting_approval"),
        ({"send": "approve"}, {"dry": True}, "dry"),
        ({"sender": "none"}, {}, "dropped"),
    ],
    ids=["live", "dry run", "dry room", "approve", "dry run of an approving room", "no sender"],
)
def test_how_a_room_speaks(run_bot, watcher, plugin, settings, options, state):
    run_bot(rooms("main", **settings), plugin(on_chat), watcher=watcher, **options)
    assert said(watcher, state) == ["main hi", "main bye"]


def test_a_plugin_can_bring_a_connector_and_a_sender(run_bot, watcher, plugin, tape):
    sent: list[str] = []

    class Loud:
        def __init__(self, setup) -> None:
            self.room = setup.room.id

        async def send(self, text: str) -> Accepted:
            sent.append(f"{self.room}: {text}")
            return Accepted()

    @hookimpl
    def register(registry):
        registry.connector("tape", lambda setup: tape(setup, "hi"))
        registry.sender("loud", Loud)

    toml = rooms("main", connector="tape", sender="loud")
    run_bot(toml, plugin(register, on_chat), watcher=watcher)
    assert sent == ["main: main hi"]
    run_bot(toml, plugin(register, on_chat), dry=True)
    assert sent == ["main: main hi"]


def test_a_connector_is_told_what_anybody_listens_to(run_bot, watcher, plugin, tape):
    setups = []

    def air(setup):
        setups.append(setup)
        return tape(setup)

    @hookimpl
    def on_raw(ctx, method): ...

    @hookimpl
    def on_like(ctx): ...

    run_bot(rooms("main"), plugin(on_raw, on_like), connectors={"air": air})
    assert "like" in setups[-1].kinds
    assert "gift" not in setups[-1].kinds
    assert setups[-1].raw
    assert setups[-1].keys == ("rooms", 0)
    run_bot(rooms("main"), connectors={"air": air}, watcher=watcher)
    assert (setups[-1].kinds, setups[-1].raw) == (None, False)


def test_a_connector_decodes_a_kind_as_soon_as_a_plugin_waits_for_it(run_bot, plugin, tape):
    setups, found = [], []

    def air(setup):
        setups.append(setup)
        return tape(setup, "hi", "bye")

    @hookimpl
    async def on_chat(ctx, event):
        found.append("question" in setups[-1].kinds)
        await ctx.wait_for("question", timeout=0.01)
        found.append("question" in setups[-1].kinds)

    run_bot(rooms("main"), plugin(on_chat), connectors={"air": air})
    assert found == [False, True, True, True]


@pytest.mark.parametrize(("ids", "files"), [(["a"], ["x.dyrec"]), (["a", "b"], ["x-a.dyrec", "x-b.dyrec"])])
def test_each_room_is_recorded_into_a_file_of_its_own(run_bot, tape, tmp_path, ids, files):
    recorders = {}

    def air(setup):
        recorders.setdefault(setup.room.id, set()).add(setup.recorder)
        return tape(setup)

    run_bot(rooms(*ids), connectors={"air": air}, record=tmp_path / "x.dyrec")
    assert [len(recorders[id]) for id in ids] == [1] * len(ids)
    assert sorted(path.name for path in tmp_path.iterdir()) == files
