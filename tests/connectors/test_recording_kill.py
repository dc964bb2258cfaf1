"""A recorder that is killed: whatever the moment, the file plays back up to it, and can be continued."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from douyinbot.connectors.recording import Recorder
from douyinbot.connectors.replay import ReplayConnector
from douyinbot.events import Chat, Event
from douyinbot.webcast import composing
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.dyrec import Kind, read_records
from tests.connectors.rooms import listening, setup_for

KILLS = 100
TIME = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)

# One process that forks, so that the program is loaded once: each child records real frames as fast as it
# can, says so, and is killed with SIGKILL a little later. Every tenth child begins a new file; the others go
# on with the file of the child before them.
HARNESS = """
import itertools, os, shutil, signal, sys, time
from pathlib import Path
from douyinbot.connectors.recording import Recorder
from tests.connectors.test_recording_kill import TIME, chat_frame, moment_of

path, kills = Path(sys.argv[1]), int(sys.argv[2])
for run in range(kills):
    if run % 10 == 0:
        path.unlink(missing_ok=True)
    started, says = os.pipe()
    child = os.fork()
    if not child:
        recorder = Recorder(path)
        for number in itertools.count():
            recorder.frame(chat_frame(run, number), moment_of(run, number))
            if not number:
                os.write(says, b"!")
    os.close(says)
    os.read(started, 1)
    os.close(started)
    time.sleep(0.0002 * (run % 23))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    shutil.copyfile(path, path.with_name(f"{run}.dyrec"))
"""


def moment_of(run: int, number: int) -> datetime:
    return TIME + timedelta(seconds=run, microseconds=number)


def chat_frame(run: int, number: int) -> bytes:
    id = run * 1_000_000 + number + 1
    # Long enough that the kernel needs several steps for one write.
    text = f"{run} {number} " + "话" * 6000
    method, payload = compose.chat(
        id, 7, round(TIME.timestamp() * 1000), composing.Person(id=5, nickname="小明"), text
    )
    response = composing.response([(method, id, payload)], cursor=f"c{id}", need_ack=True)
    return composing.push_frame(response, log_id=id)


async def told(path: Path) -> list[dict[str, Any]]:
    async with listening(ReplayConnector(setup_for(str(path), connector="replay"))) as room:
        events: list[Event] = await room.rest()
    return [event.to_dict() for event in events if isinstance(event, Chat)]


def recorded(path: Path, runs: dict[int, int]) -> Path:
    """Record the same frames undisturbed: so many of each run."""
    recorder = Recorder(path)
    for run, count in runs.items():
        for number in range(count):
            recorder.frame(chat_frame(run, number), moment_of(run, number))
    recorder.close()
    return path


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the file as it was after each kill."""
    folder = tmp_path_factory.mktemp("killed")
    harness = [sys.executable, "-c", HARNESS, str(folder / "live.dyrec"), str(KILLS)]
    subprocess.run(harness, check=True, timeout=100, cwd=Path(__file__).parents[2])
    return folder


@pytest.mark.skipif(not hasattr(os, "fork"), reason="NOT CHECKED here: this system cannot fork")
async def test_after_each_of_a_hundred_kills_the_same_events_come_back(killed: Path, tmp_path: Path) -> None:
    for kill in range(KILLS):
        copy = killed / f"{kill}.dyrec"
        with copy.open("rb") as file:
            frames = [record for record in read_records(file) if record.kind == Kind.FRAME]
        runs: dict[int, int] = {}
        for frame in frames:
            run = (frame.time - TIME).seconds
            assert frame.body == chat_frame(run, runs.get(run, 0))  # none is missing, none is damaged
            runs[run] = runs.get(run, 0) + 1
        assert runs[kill] >= 1
        if kill % 10 == 9:  # ten kills in one file
            assert len(runs) == 10
            undisturbed = recorded(tmp_path / f"{kill}.dyrec", runs)
            assert await told(copy) == await told(undisturbed)
        Recorder(copy).close()  # and it can be continued
