"""A few of the kills of kills.py; all thousand take some minutes, and are run by hand."""

import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 15


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_no_line_is_said_twice_and_no_count_is_lost() -> None:
    script = Path(__file__).with_name("kills.py")
    done = subprocess.run(
        [sys.executable, str(script), str(KILLS)], capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{KILLS} kills in ")
    assert "said twice: 0; out of order: 0; said but not counted: 0; refused: 0" in done.stdout
