"""kill -9 in the middle of recording: what was written before is readable every time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from douyinbot.connectors.recording import Recorder
from douyinbot.webcast.dyrec import Kind, read_records

KILLS = 20
SIZE = 40_000

# One process that forks, so that the program is loaded once: each child records, says so, and is killed a
# little later. It goes on with the file of the child before it.
HARNESS = """
import itertools, os, shutil, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from douyinbot.connectors.recording import Recorder

path, kills, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for run in range(kills):
    started, says = os.pipe()
    child = os.fork()
    if not child:
        recorder = Recorder(path)
        for number in itertools.count():
            head = f"{run} {number} ".encode()
            recorder.frame(head + bytes([number % 256]) * (size - len(head)), datetime.now(UTC))
            if not number:
                os.write(says, b"!")
    os.read(started, 1)
    time.sleep(0.001 + 0.0005 * run)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    shutil.copyfile(path, path.with_name(f"{run}.dyrec"))
    if path.stat().st_size > 30_000_000:
        path.unlink()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="NOT CHECKED here: this system cannot fork")
def test_a_killed_recorder_leaves_a_readable_file_every_time(tmp_path: Path) -> None:
    path = tmp_path / "live.dyrec"
    harness = [sys.executable, "-c", HARNESS, str(path), str(KILLS), str(SIZE)]
    subprocess.run(harness, check=True, timeout=60, cwd=Path(__file__).parents[2])
    for kill in range(KILLS):
        copy = tmp_path / f"{kill}.dyrec"
        with copy.open("rb") as file:
            bodies = [record.body for record in read_records(file) if record.kind == Kind.FRAME]
        expected: dict[int, int] = {}
        for body in bodies:
            run, number = (int(word) for word in body.split(b" ", 2)[:2])
            assert number == expected.get(run, 0)  # nothing is missing before the place of the kill
            assert len(body) == SIZE
            assert body.endswith(bytes([number % 256]) * 100)
            expected[run] = number + 1
        Recorder(copy).close()  # and it can be continued
        assert expected[kill] >= 1
