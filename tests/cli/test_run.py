"""`douyinbot run`: the bot as a streamer sees it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

HOOK = "from douyinbot import hookimpl\n@hookimpl\n{}def on_chat(ctx, event):\n    {}\n"
BROKEN = {
    "raises.py": HOOK.format("", 'raise ValueError("boom")'),
    "sleeps.py": "import time\n" + HOOK.format("", "time.sleep(30)"),
    "exits.py": "import sys\n" + HOOK.format("async ", "sys.exit(3)"),
    "unimportable.py": "import nothing_of_that_name\n",
    "counts.py": HOOK.format("async ", 'ctx.log.warning("heard %s", event.id)'),
}


def states(program: Any, plugin: str) -> list[str]:
    return [row["state"] for row in program.json() if row["kind"] == "send" and row["plugin"] == plugin]


def test_the_example_works_at_once_and_stops_at_ctrl_c(program: Callable[..., Any], example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    assert 'every = "45s"' in text
    example.write_text(text.replace('every = "45s"', 'every = "10s"'), encoding="utf-8")
    bot = program("run", example)
    bot.wait_for(lambda p: any("!dice" in line for line in p.out))
    bot.wait_for(lambda p: any("🎲" in line and "seen in the room" in line for line in p.out))
    bot.wait_for(lambda p: any("谢谢" in line and "seen in the room" in line for line in p.out))
    bot.wait_for(lambda p: any("seen in the room; timers" in line for line in p.out))
    assert bot.interrupt() == 130
    assert not bot.err, bot.text
    assert "events" in bot.out[-1]


def test_a_finished_streak_is_thanked_once(program: Callable[..., Any], example: Path) -> None:
    bot = program("run", example, "--jsonl")
    bot.wait_for(lambda p: "seen" in states(p, "gift_thanks"))
    thanks = [row for row in bot.json() if row["kind"] == "send" and row["plugin"] == "gift_thanks"]
    assert [row["text"] for row in thanks if row["state"] == "seen"] == ["谢谢 风清扬 的 小心心x5"]
    gifts = [row for row in bot.json() if row["kind"] == "gift" and row["gift_name"] == "小心心"]
    assert sum(gift["delta"] for gift in gifts) == max(gift["total"] for gift in gifts)
    assert bot.interrupt(signal.SIGTERM) == 130


def test_dry_sends_nothing(program: Callable[..., Any], example: Path) -> None:
    bot = program("run", example, "--dry", "--jsonl")
    bot.wait_for(lambda p: "dry" in states(p, "dice"))
    assert set(states(bot, "dice")) == {"queued", "dry"}
    bot.interrupt()


def test_bad_plugins_are_named_and_harm_nobody(
    program: Callable[..., Any], example: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in BROKEN.items():
        (folder / name).write_text(text, encoding="utf-8")
    names = ", ".join(f'"{Path(name).stem}"' for name in BROKEN)
    text = example.read_text(encoding="utf-8")
    text = text.replace("dirs = []", 'dirs = ["mine"]').replace(
        'enable = ["dice",', f'enable = [{names}, "dice",'
    )
    example.write_text(text, encoding="utf-8")

    bot = program("run", example, "--jsonl")
    bot.wait_for(lambda p: "seen" in states(p, "dice"))
    bot.wait_for(lambda p: any("plugin raises" in line for line in p.err))
    bot.wait_for(lambda p: any("plugin exits" in line for line in p.err))
    bot.wait_for(lambda p: any("plugin unimportable" in line for line in p.err))
    bot.wait_for(lambda p: any("plugin sleeps" in line and "busy" in line for line in p.err))

    chats = [row["id"] for row in bot.json() if row["kind"] == "chat" and row["user"]["nickname"] != "小助手"]
    heard = [line.rpartition(" ")[2] for line in bot.err if "plugin.counts: heard" in line]
    assert len(chats) > 5
    assert heard[: len(chats)] == chats[: len(heard)]
    assert len(heard) >= len(chats) - 1
    assert bot.interrupt() == 130


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (('send = "live"', 'sned = "live"'), "rooms[0].sned", 'did you mean "send"?'),
        (("burst = 2", 'burst = "2"'), "send.burst", "expected a whole number"),
        (('enable = ["dice"', 'enable = ["dize"'), "plugins.enable", 'there is no plugin "dize"'),
        (
            ('connector = "simulator"', 'connector = "simulater"'),
            "rooms[0].connector",
            'did you mean "simulator"',
        ),
        (("[send]", "[sned]"), "sned", 'did you mean "send"?'),
        (("[bot]", "[bot"), "not valid TOML", "toml:5:"),
        (("$(uptime)", "$(uptim)"), "commands.uptime", "unknown variable $(uptim)"),
        (('every = "45s"', 'cron = "1 2 3"'), "timers[0]", "five fields"),
    ],
)
def test_a_wrong_configuration_stops_the_start(
    invoke: Callable[..., Any], example: Path, change: tuple[str, str], place: str, words: str
) -> None:
    example.write_text(example.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    bot = invoke("run", example)
    assert bot.code == 2
    assert bot.out == []
    assert len(bot.err) == 1
    assert bot.err[0].startswith(f"douyinbot: {example}")
    assert place in bot.err[0]
    assert words in bot.err[0]


def test_a_missing_file_says_what_to_do(invoke: Callable[..., Any]) -> None:
    bot = invoke("run", "nowhere.toml")
    assert bot.code == 2
    assert bot.err == [
        "douyinbot: nowhere.toml: there is no such file. Start from bot.example.toml, or name another file."
    ]


def test_a_plugin_with_bad_settings_is_left_out_loudly(program: Callable[..., Any], example: Path) -> None:
    text = example.read_text(encoding="utf-8").replace("min_value = 5", 'min_value = "much"')
    example.write_text(text, encoding="utf-8")
    bot = program("run", example, "--jsonl")
    bot.wait_for(lambda p: "seen" in states(p, "dice"))
    assert any("plugins.gift_thanks.min_value" in line and "goes on without it" in line for line in bot.err)
    assert bot.interrupt() == 130


def test_a_room_that_does_not_exist_ends_the_run(program: Callable[..., Any], example: Path) -> None:
    text = example.read_text(encoding="utf-8").replace('room = "516466932480"', 'room = "nosuch"')
    example.write_text(text, encoding="utf-8")
    bot = program("run", example, "--jsonl")
    assert bot.end() == 1
    assert any('no room "nosuch"' in line for line in bot.err)


def test_a_room_that_is_not_live_is_waited_for(program: Callable[..., Any], example: Path) -> None:
    text = example.read_text(encoding="utf-8").replace('room = "516466932480"', 'room = "offline"')
    example.write_text(text, encoding="utf-8")
    bot = program("run", example)
    bot.wait_for(lambda p: any("not live now" in line and "Waiting" in line for line in p.out))
    assert bot.interrupt() == 130


def test_recording_and_replaying_gives_the_same_events(
    program: Callable[..., Any], example: Path, tmp_path: Path
) -> None:
    bot = program("run", example, "--dry", "--jsonl", "--record", "room.dyrec")
    bot.wait_for(lambda p: any(row["kind"] == "follow" for row in p.json()))
    bot.interrupt()
    control = ("send", "connected", "disconnected", "websocket_connected")
    live = [row for row in bot.json() if row["kind"] not in control]
    again = program("replay", tmp_path / "room.dyrec", "--jsonl")
    assert again.end() == 0
    replayed = [row for row in again.json() if row["kind"] not in control]
    assert len(live) > 10
    assert replayed[: len(live)] == live


TWO_PLATFORMS = """
[bot]
store = "sqlite://"
[[rooms]]
id = "left"
connector = "douyin"
url = "{server}/516466932480"
cookies = "env:LEFT_COOKIE"
send = "live"
[[rooms]]
id = "right"
connector = "tiktok"
url = "{server}/@some.name/live"
cookies = "env:RIGHT_COOKIE"
send = "live"
[send]
rate = "1/1s"
burst = 1
[plugins]
enable = ["dice"]
"""


def test_one_bot_is_on_douyin_and_on_tiktok(
    program: Callable[..., Any], simulator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("left", "right"):
        monkeypatch.setenv(f"{name.upper()}_COOKIE", f"sessionid={name}")
    server = simulator.rstrip("/")
    (tmp_path / "bot.toml").write_text(TWO_PLATFORMS.format(server=server), encoding="utf-8")
    bot = program("run", "bot.toml", "--jsonl")

    def answered(p: Any, room: str) -> bool:
        rows = [row for row in p.json() if row["kind"] == "send" and row["room"] == room]
        return any(row["state"] == "seen" and row["text"].startswith("🎲") for row in rows)

    bot.wait_for(lambda p: answered(p, "left") and answered(p, "right"))
    asked = {
        (row["room"], row["platform"])
        for row in bot.json()
        if row["kind"] == "chat" and row["comment"].startswith("!dice")
    }
    assert {("left", "douyin"), ("right", "tiktok")} <= asked
    assert bot.interrupt() == 130
    assert not bot.err, bot.text


# ---- the web server -----------------------------------------------------------------------------


def test_the_dashboard_is_open_as_long_as_the_bot_runs(program: Callable[..., Any], example: Path) -> None:
    with example.open("a", encoding="utf-8") as file:
        file.write('\n[web]\nlisten = "127.0.0.1:0"\n')
    bot = program("run", example)
    line = bot.wait_for(lambda p: next((line for line in p.out if "the dashboard is open" in line), ""))
    bot.wait_for(lambda p: any("seen in the room" in line for line in p.out))
    url = line.rpartition(" ")[2]
    with urlopen(f"{url}api/status") as answer:
        assert json.load(answer)["rooms"][0]["state"] == "live"
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port))):  # somebody who says nothing does not hold up the end
        assert bot.interrupt() == 130
    assert not bot.err, bot.text
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))


def test_an_address_that_is_taken_stops_the_start(program: Callable[..., Any], example: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with example.open("a", encoding="utf-8") as file:
            file.write(f'\n[web]\nlisten = "127.0.0.1:{other.getsockname()[1]}"\n')
        bot = program("run", example)
        assert bot.end() == 2
    assert "web.listen: the web server cannot listen on" in bot.err[0]
    assert not any("connected" in line for line in bot.out)


def test_without_web_nobody_pays_for_it() -> None:
    code = (
        "import sys, douyinbot.cli.run, douyinbot.core.bot, douyinbot.cli.check; "
        "sys.exit('douyinbot.web' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("console", [[], ["--console"]], ids=["view", "console"])
def test_a_reader_that_has_seen_enough_ends_the_bot_in_order(example: Path, console: list[str]) -> None:
    bot = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "douyinbot", "run", str(example), *console],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert bot.stdout is not None
    assert bot.stderr is not None
    assert bot.stdout.readline()
    bot.stdout.close()
    assert bot.stderr.read() == ""
    bot.stderr.close()
    assert bot.wait(30) == 130
