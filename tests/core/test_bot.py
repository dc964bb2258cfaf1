"""A whole bot from its configuration: what stops the start, what only costs one plugin, and the end."""

import asyncio
from pathlib import Path

import pytest

from douyinbot import ConfigError, PluginError, hookimpl

ROOM = '[bot]\nstore = "sqlite://"\n[[rooms]]\nid = "main"\nconnector = "air"\nsend = "live"\n'
HOOK = "from douyinbot import hookimpl\n@hookimpl\n"


def hook(name: str, action):
    def function(ctx):
        return action()

    function.__name__ = name
    return hookimpl(function)


def said(watcher) -> list[str]:
    return [text for text, state in watcher.lines if state == "queued"]


# ---- what stops the start -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (
            ROOM + '[plugins]\nenable = ["dcie"]',
            r'plugins\.enable\[0\]: there is no plugin "dcie" - did you mean "dice"\?',
        ),
        (ROOM + "[plugins.dcie]\nx = 1", r'plugins\.dcie: there is no plugin "dcie" - did you mean "dice"\?'),
        (
            ROOM.replace("air", "airr"),
            r'rooms\[0\]\.connector: there is no connector "airr" - did you mean "air"\?',
        ),
        (
            ROOM + 'sender = "htpp"',
            r'rooms\[0\]\.sender: there is no sender "htpp" - did you mean "http"\?',
        ),
        (ROOM + '[plugins]\ndirs = ["nowhere"]', r"plugins\.dirs: .*nowhere is not a folder"),
        (ROOM.replace("sqlite://", "mysql://x/y"), r"bot\.toml:2: bot\.store: "),
    ],
    ids=["plugin", "settings", "connector", "sender", "folder", "store"],
)
@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_name_of_nothing_stops_the_start_with_the_nearest_one(run_bot, watcher, toml, problem, check):
    with pytest.raises(ConfigError, match=problem):
        run_bot(toml, watcher=watcher, check=check)
    assert watcher.shown == []


def test_a_wrong_option_of_a_connector_stops_the_start(run_bot):
    def air(setup):
        raise setup.wrong("options", "that is no option")

    with pytest.raises(ConfigError, match=r"bot\.toml:\d+: rooms\[0\]\.options: that is no option"):
        run_bot(ROOM, connectors={"air": air})


# ---- what only costs one plugin -------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with one good plugin and several broken ones."""
    files = {
        "good": f"{HOOK}def on_chat(ctx, event): return 're ' + event.comment\n",
        "exits": "import sys\nsys.exit(3)\n",
        "syntax": "def\n",
        "imports": "import module_that_does_not_exist\n",
        "setup": f"{HOOK}def setup(ctx): 1 / 0\n",
        "leaves": f"{HOOK}def register(registry): raise SystemExit(4)\n",
        "empty": "",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    return tmp_path


PROBLEMS = {
    "exits": "does not import: SystemExit: 3",
    "syntax": "does not import: SyntaxError: invalid syntax",
    "imports": "does not import: ModuleNotFoundError",
    "setup": "setup failed: ZeroDivisionError: division by zero",
    "leaves": "setup failed: SystemExit: 4",
    "empty": "has no hook, command or job",
}
ENABLED = f'{ROOM}[plugins]\ndirs = ["."]\nenable = {[*PROBLEMS, "good"]}\n'


def test_broken_plugins_are_named_and_the_bot_runs_without_them(run_bot, watcher, folder):
    bot = run_bot(ENABLED, watcher=watcher, folder=folder)
    told = {(level, plugin) for level, plugin, _ in watcher.notices}
    assert told == {("error", name) for name in PROBLEMS}
    assert len(watcher.notices) == len(PROBLEMS)
    for _, plugin, text in watcher.notices:
        assert PROBLEMS[plugin] in text
        assert text.endswith("The bot goes on without it.")
    assert said(watcher) == ["re hi", "re bye"]
    assert set(bot.engine.host.failed) == set(PROBLEMS)


def test_checking_tells_all_that_is_wrong_with_plugins(run_bot, folder):
    problems = run_bot(ENABLED, folder=folder, check=True)
    for problem, part in zip(problems, PROBLEMS.values(), strict=True):
        assert part in problem


def test_wrong_settings_of_a_plugin_cost_only_that_plugin(run_bot, watcher):
    toml = f'{ROOM}[plugins]\nenable = ["dice", "gift_thanks"]\n[plugins.gift_thanks]\nmin_vlaue = 3\n'
    bot = run_bot(toml, watcher=watcher)
    assert set(bot.engine.host.failed) == {"gift_thanks"}
    assert 'plugins.gift_thanks.min_vlaue: unknown key - did you mean "min_value"?' in watcher.notices[0][2]
    assert len(run_bot(toml, check=True)) == 1


def test_a_good_configuration_has_nothing_to_check(run_bot, plugin):
    seen = []
    setup, teardown = (hook(name, lambda name=name: seen.append(name)) for name in ("setup", "teardown"))
    assert run_bot(ROOM, plugin(setup, teardown), check=True) == []
    assert seen == ["setup", "teardown"]


def test_checking_connects_nowhere_and_leaves_the_real_database_alone(run_bot, watcher, tmp_path):
    toml = ROOM.replace("sqlite://", "sqlite:///bot.sqlite")
    run_bot(toml, folder=tmp_path, watcher=watcher, check=True)
    assert watcher.shown == []
    assert list(tmp_path.iterdir()) == []
    run_bot(toml, folder=tmp_path)
    assert (tmp_path / "bot.sqlite").is_file()


# ---- order ----------------------------------------------------------------------------------------


def test_plugins_load_in_the_order_of_enable_and_each_once(run_bot, watcher, tmp_path):
    for name in ("one", "two", "three"):
        (tmp_path / f"{name}.py").write_text(f"{HOOK}def setup(ctx): raise KeyError({name!r})\n")
    run_bot(
        f'{ROOM}[plugins]\ndirs = ["."]\nenable = ["two", "one", "two", "three"]\n',
        folder=tmp_path,
        watcher=watcher,
    )
    assert [plugin for _, plugin, _ in watcher.notices] == ["two", "one", "three"]


def test_the_end_comes_in_the_reverse_order_of_the_beginning(run_bot, plugin):
    happened: list[str] = []

    def toy(name: str):
        return plugin(
            hook("setup", lambda: happened.append(f"setup {name}")),
            hook("teardown", lambda: happened.append(f"teardown {name}")),
            name=name,
        )

    run_bot(ROOM, toy("one"), toy("two"))
    assert happened == ["setup one", "setup two", "teardown two", "teardown one"]


def test_a_teardown_can_still_use_the_store_and_speaks_in_vain(run_bot, watcher, plugin):
    seen = []

    @hookimpl
    def teardown(ctx):
        ctx.store.set("last", "words")
        seen.append(ctx.store.get("last"))
        seen.append(ctx.say("goodbye", room="main"))

    run_bot(ROOM, plugin(teardown), watcher=watcher)
    assert watcher.notices == []
    assert seen[0] == "words"
    assert (str(seen[1].state), seen[1].reason) == ("dropped", "the bot is stopping")


def test_plugins_finish_after_a_recording_has_ended(run_bot, watcher, plugin):
    @hookimpl
    async def on_chat(ctx, event):
        await asyncio.sleep(2)
        return f"re {event.comment}"

    run_bot(ROOM, plugin(on_chat), watcher=watcher)
    assert said(watcher) == ["re hi", "re bye"]


def test_a_handler_that_waits_for_an_event_does_not_hold_the_end_up(run_bot, plugin):
    times = []

    @hookimpl
    async def on_chat(ctx, event):
        await ctx.wait_for("chat", lambda event: event.comment == "never", timeout="1h")

    @hookimpl
    def teardown(ctx):
        times.append(ctx.clock.monotonic())

    run_bot(ROOM, plugin(on_chat, teardown))
    assert times[0] < 60


async def test_a_plugin_that_hangs_holds_the_end_up_for_a_second(bot, plugin):
    @hookimpl
    async def on_chat(ctx, event):
        await asyncio.Event().wait()

    await bot.load(plugin(on_chat))
    await bot.chat("hi")
    await bot.stop()
    assert bot.loop.time() == pytest.approx(1)


def test_without_any_plugin_nobody_looks_for_them(run_bot, watcher, monkeypatch):
    """So whatever is wrong with what is installed cannot harm a bot that wants none of it."""

    def clash(dirs):
        raise PluginError("two files bring one plugin")

    monkeypatch.setattr("douyinbot.core.bot.find_candidates", clash)
    run_bot(ROOM, watcher=watcher)
    assert watcher.shown == ["chat", "chat"]
    with pytest.raises(PluginError, match="two files"):
        run_bot(ROOM + '[plugins]\nenable = ["dice"]')
