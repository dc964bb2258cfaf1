"""A real browser, as a user would have it running: with a debugging port, and its own cookies."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from douyinbot.connectors.simulator import Simulator
from tests.connectors.browser.chromium import Chromium

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BORN = 30.0
"""Seconds that a browser may take to start on a busy machine."""


@contextmanager
def running(profile: Path) -> Iterator[Chromium]:
    """Start a browser without a window: nobody looks at this one. Ours never is."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if find_spec("playwright") is None:
        pytest.skip("NOT CHECKED in a real browser: playwright is not installed")
    if program is None:
        pytest.skip(f"NOT CHECKED in a real browser: none of {', '.join(NAMES)} is on the PATH")
    flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage")
    process = subprocess.Popen(
        [program, *flags, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield Chromium(f"http://127.0.0.1:{_port(profile, process)}", process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _port(profile: Path, process: subprocess.Popen[bytes]) -> int:
    told, late = profile / "DevToolsActivePort", time.monotonic() + BORN
    while time.monotonic() < late and process.poll() is None:
        if told.exists() and (lines := told.read_text().split()):
            return int(lines[0])
        time.sleep(0.05)
    pytest.fail("the browser did not start")


@pytest.fixture(scope="session")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with running(tmp_path_factory.mktemp("profile")) as chromium:
        yield chromium


@pytest.fixture
def browser(one_browser: Chromium) -> Any:
    """Use the browser, as new: `async with browser() as chromium`; by default logged in at the simulator."""

    @asynccontextmanager
    async def use(server: Simulator | None = None, login: str = Simulator.LOGIN) -> AsyncIterator[Chromium]:
        await one_browser.reset()
        if server is not None and login:
            await one_browser.log_in(server.address, login.partition("=")[2])
        yield one_browser

    return use


@pytest.fixture
def own_browser(tmp_path: Path) -> Iterator[Chromium]:
    """A browser of the test's own, that it may kill."""
    with running(tmp_path / "profile") as chromium:
        yield chromium
