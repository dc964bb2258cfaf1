"""`douyinbot doctor`: what it looks at, and that it tells no secret."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from douyinbot.cli import doctor
from douyinbot.core.journal import JOURNAL, Entry, Step
from douyinbot.store import open_database

BOT = """
[bot]
store = "sqlite:///bot.sqlite"
[[rooms]]
id = "main"
connector = "douyin"
url = "123456"
{more}
[plugins]
dirs = ["mine"]
enable = ["mine"]
"""
SECRET = "S3CRETVALUE"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    (tmp_path / "mine").mkdir()
    code = "from douyinbot import command\n@command('x')\ndef x(ctx): pass\n"
    (tmp_path / "mine" / "mine.py").write_text(code, encoding="utf-8")

    def one(more: str = "") -> Path:
        file = tmp_path / "bot.toml"
        file.write_text(BOT.format(more=more), encoding="utf-8")
        return file

    return one


def marked(asked: Any, mark: str) -> list[str]:
    return [line[2:] for line in asked.out if line.startswith(mark)]


def test_without_a_bot_it_tells_the_versions(invoke: Callable[..., Any]) -> None:
    asked = invoke("doctor")
    assert asked.code == 0
    assert asked.out[0].startswith("✔ douyinbot ")
    assert any("fast decoder (upb)" in line for line in marked(asked, "✔"))


def test_a_slow_decoder_is_wrong(invoke: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("google.protobuf.internal.api_implementation.Type", lambda: "python")
    asked = invoke("doctor")
    assert asked.code == 1
    assert marked(asked, "✘")[0].startswith("protobuf decodes with its slow python form")


def test_a_bot_that_never_ran(invoke: Callable[..., Any], write: Callable[..., Path], tmp_path: Path) -> None:
    asked = invoke("doctor", write())
    assert asked.code == 0
    notes = marked(asked, "·")
    assert "room main: no cookies; it can be watched, but hardly spoken in" in notes
    assert "there is no database yet: the bot has not run" in notes
    assert not (tmp_path / "bot.sqlite").exists()


def cookies_txt(**expires: float) -> str:
    lines = [f".douyin.com\tTRUE\t/\tTRUE\t{at:.0f}\t{name}\t{SECRET}" for name, at in expires.items()]
    return "\n".join(["# Netscape HTTP Cookie File", *lines])


def test_cookies_are_told_by_age_and_expiry_never_by_value(
    invoke: Callable[..., Any], write: Callable[..., Path], tmp_path: Path
) -> None:
    now = datetime.now(UTC).timestamp()
    day = 86400.0
    text = cookies_txt(sessionid=now + 3 * day, ttwid=now + 100 * day, old=now - day)
    (tmp_path / "cookies.txt").write_text(text, encoding="utf-8")
    asked = invoke("doctor", write('cookies = "file:cookies.txt"'))
    assert asked.code == 1
    assert "room main: 2 cookies from file:cookies.txt, 0 days old" in marked(asked, "✔")
    assert "room main: the cookie old has expired" in marked(asked, "·")
    assert marked(asked, "✘") == ["room main: within 7 days expire sessionid"]
    assert SECRET not in "\n".join(asked.out + asked.err)


def test_cookies_that_cannot_be_read(invoke: Callable[..., Any], write: Callable[..., Path]) -> None:
    asked = invoke("doctor", write('cookies = "env:NOBODY_SET_THIS"'))
    assert asked.code == 1
    assert "the environment variable NOBODY_SET_THIS is not set" in marked(asked, "✘")[0]


def test_the_database_and_the_last_refusals(
    invoke: Callable[..., Any], write: Callable[..., Path], tmp_path: Path
) -> None:
    at = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    steps = [Step("queued", at.isoformat()), Step("failed", at.isoformat(), "too many words")]
    refused = Entry(
        time=at.isoformat(), room="main", line="L1", text="hello", steps=steps, cause="failed", why="no"
    )
    unseen = Entry(time=at.isoformat(), line="L2", text="lost", steps=[Step("unseen", at.isoformat(), "x")])
    fine = Entry(time=at.isoformat(), line="L3", text="fine", steps=[Step("seen", at.isoformat())])

    async def note() -> None:
        address = f"sqlite:///{tmp_path}/bot.sqlite"
        async with await open_database(address, clock=lambda: datetime.now(UTC)) as database:
            entries = [json.loads(msg) for msg in map(_json, (refused, unseen, fine))]
            await database.namespace(JOURNAL).set("chunk:1:3", entries)
            await database.back_up(at.date())

    asyncio.run(note())
    asked = invoke("doctor", write())
    assert asked.code == 0
    (database,) = [line for line in marked(asked, "✔") if "is sound" in line]
    assert database.endswith("its last copy is bot.sqlite.backup-20260101")
    assert "the journal has 2 lines that were refused or not seen; the last ones:" in marked(asked, "·")
    assert any("too many words" in line for line in asked.out)
    assert not any("fine" in line for line in asked.out)


def _json(entry: Entry) -> bytes:
    import msgspec

    return msgspec.json.encode(entry)


def test_a_damaged_database_is_wrong(
    invoke: Callable[..., Any], write: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "bot.sqlite").write_bytes(b"no database at all" * 1000)
    asked = invoke("doctor", write())
    assert asked.code == 1
    assert "is damaged or is no SQLite database" in marked(asked, "✘")[0]


def test_plugins_that_are_not_those_of_the_lock(
    invoke: Callable[..., Any], write: Callable[..., Path], tmp_path: Path
) -> None:
    file = write()
    assert invoke("plugins", file, "--lock").code == 0
    assert invoke("doctor", file).code == 0
    with (tmp_path / "mine" / "mine.py").open("a", encoding="utf-8") as code:
        code.write("# changed\n")
    asked = invoke("doctor", file)
    assert asked.code == 1
    assert "has changed since plugins.lock was written" in marked(asked, "✘")[0]


# ---- the network ----------------------------------------------------------------------------------


class _Site(BaseHTTPRequestHandler):
    """A site that says what time it is."""

    ahead = timedelta()

    def do_GET(self) -> None:
        self.send_response_only(302)
        self.send_header("Date", format_datetime(datetime.now(UTC) + self.ahead, usegmt=True))
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def site() -> Iterator[tuple[str, type[_Site]]]:
    class Site(_Site):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Site
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_site_that_answers(
    invoke: Callable[..., Any], write: Callable[..., Path], site: tuple[str, type[_Site]]
) -> None:
    file = write(f'[rooms.options]\nendpoint = "{site[0]}"')
    asked = invoke("doctor", file, "--network")
    assert asked.code == 0
    assert any("answers (HTTP 302) in" in line for line in marked(asked, "✔"))
    site[1].ahead = timedelta(minutes=5)
    asked = invoke("doctor", file, "--network")
    assert asked.code == 1
    (wrong,) = marked(asked, "✘")
    assert wrong.startswith(("this machine's clock is -300 s off", "this machine's clock is -299 s off"))


def test_a_site_that_cannot_be_reached(invoke: Callable[..., Any], write: Callable[..., Path]) -> None:
    file = write('[rooms.options]\nendpoint = "http://127.0.0.1:9"')
    assert invoke("doctor", file).code == 0  # nobody is asked without --network
    asked = invoke("doctor", file, "--network")
    assert asked.code == 1
    assert marked(asked, "✘")[0].startswith("127.0.0.1:9 cannot be reached: ClientConnectorError")


def test_nobody_is_asked_for_a_made_up_room(invoke: Callable[..., Any], write: Callable[..., Path]) -> None:
    file = write()
    text = file.read_text(encoding="utf-8").replace('"douyin"', '"simulator"').replace('url = "123456"', "")
    file.write_text(text, encoding="utf-8")
    asked = invoke("doctor", file, "--network")
    assert "no room of this bot is on a platform's site" in marked(asked, "·")


def test_every_mark_is_a_different_one() -> None:
    assert len(set(doctor.MARKS.values())) == len(doctor.MARKS)
