"""The recorded behaviour of the seed library, and a pace of speaking that tests can wait for."""

from pathlib import Path

import pytest

from douyinbot.config import Duration, Rate, Send
from douyinbot.core.liveclient import voice
from tests.conformance.traces import Traces

FILE = Path(__file__).parents[3] / "shared/captures/tiktok/traces/traces-v0.9.21.json"


@pytest.fixture(scope="session")
def traces() -> Traces:
    """What TikTok-Live-Connector 0.9.21 did. It is not ours to ship, so these tests may be skipped."""
    if not FILE.is_file():
        pytest.skip(f"NOT CHECKED against the seed library's behaviour: {FILE} is not there")
    return Traces(FILE)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = Send(rate=Rate(100, Duration(1)), burst=10)
    monkeypatch.setattr(voice, "Send", lambda: pace)
