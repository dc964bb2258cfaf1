"""The pages and their files, the headers that go with them, and that they are in the wheel."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from douyinbot.web.pages import AVATARS, PAGES
from douyinbot.web.pages import FILES as SERVED

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "douyinbot" / "web" / "static"
FILES = sorted(path.name for path in STATIC.iterdir())


def test_every_file_is_served_and_no_other() -> None:
    assert sorted({*PAGES.values(), *SERVED}) == FILES


async def test_a_page_and_all_it_asks_for_are_there(house: Callable[..., Any]) -> None:
    async with house() as home:
        for page in PAGES:
            async with home.http.get(page) as answer:
                html = await answer.text()
                assert (answer.status, answer.content_type) == (200, "text/html")
            for path in re.findall(r'(?:src|href)="([^"]+)"', html):
                async with home.http.get(path) as answer:
                    assert answer.status == 200, path
                    assert await answer.read() == (STATIC / path.rpartition("/")[2]).read_bytes()


async def test_every_answer_keeps_pages_from_what_they_should_not_do(house: Callable[..., Any]) -> None:
    async with house() as home:
        for path in ("/", "/static/page.js", "/api/status", "/nothing"):
            async with home.http.get(path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert policy.startswith("default-src 'self'; ")
                assert "unsafe" not in policy
                assert "frame-ancestors 'none'" in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Referrer-Policy"] == "no-referrer"
                assert answer.headers["Server"] == "douyinbot"
                pictures = re.findall(r"https://\*\.([\w.-]+)", policy)
                assert tuple(pictures) == AVATARS


@pytest.mark.parametrize(
    "path", ["/static/", "/static/../server.py", "/static/%2e%2e/server.py", "/static/x"]
)
async def test_nothing_else_of_this_computer_is_served(house: Callable[..., Any], path: str) -> None:
    async with house() as home:
        status, value = await home.ask("GET", path)
        assert (status, value["error"]["type"]) == (404, "not_found")


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".js", ".html"))])
def test_no_script_turns_text_into_markup_or_code(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in text
    assert not re.search(r"\son\w+=|<script>|<style|style=|https?://(?!www\.w3\.org)\w", text)


def test_the_wheel_holds_them(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="NOT CHECKED in a wheel: the build backend is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"douyinbot/web/static/{name}" for name in FILES} <= names
