"""What the tests of the wire share: recorded data, where it is at hand."""

from pathlib import Path

import pytest

CAPTURES = Path(__file__).parents[3] / "shared/captures/douyin"
TIKTOK = CAPTURES.parent / "tiktok"


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of recorded Douyin data. It is not ours to ship, so a test that reads it may be skipped."""
    if not CAPTURES.is_dir():
        pytest.skip(f"NOT CHECKED against real recorded data: {CAPTURES} is not there")
    return CAPTURES


@pytest.fixture(scope="session")
def tiktok() -> Path:
    """The folder of recorded TikTok data, under the same condition."""
    if not TIKTOK.is_dir():
        pytest.skip(f"NOT CHECKED against real recorded data: {TIKTOK} is not there")
    return TIKTOK
