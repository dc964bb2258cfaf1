"""What the seed library did in each scenario, in our words: one line for each thing that its user saw."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from douyinbot.core.liveclient.handlers import NAMES

__all__ = ["ERRORS", "State", "Traces"]

ERRORS: Mapping[str, str] = {
    "Already connecting!": "AlreadyConnectingError",
    "Already connected!": "AlreadyConnectedError",
    "LIVE has ended": "UserOfflineError",
    "Failed to retrieve room_id from page source. User might be offline.": "UserOfflineError",
    "Failed to retrieve room_id from page source. Your IP or country might be": "BlockedError",
    "Failed to retrieve room_id from page source. Request failed with status": "HttpError",
    "Failed to fetch available gifts.": "ConnectError",
    "Missing or invalid value for 'uniqueId'.": "InvalidUniqueIdError",
    "Missing SessionId.": "InvalidSessionError",
    "Failed to send chat message. Your SessionId has expired.": "InvalidSessionError",
    "Failed to send chat message. TikTok responded with status code": "RejectedTextError",
    "Failed to send chat message. Request failed with status code": "HttpError",
}
"""How the seed's errors begin, and the class that stands for each (seed-contract A.10)."""


_INFO = re.compile(r'\{"info":"([^"]*)"')  # the rest may be cut short, and is no JSON then


@dataclass(frozen=True)
class State:
    """The part of a connection's state that both libraries have."""

    is_connected: bool
    upgraded_to_websocket: bool
    room_id: bool
    """Whether it is known; so the two below."""
    room_info: bool
    available_gifts: bool

    def __str__(self) -> str:
        words = (f"{'+' if value else '-'}{name}" for name, value in vars(self).items())
        return f"state {' '.join(words)}"


class Traces:
    """The recorded scenarios."""

    def __init__(self, file: Path) -> None:
        self._scenarios: dict[str, list[dict[str, Any]]] = json.loads(file.read_text(encoding="utf-8"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._scenarios)

    def __getitem__(self, scenario: str) -> list[str]:
        """Return what the user saw, in order; requests and frames are left out."""
        return [line for entry in self._scenarios[scenario] if (line := _line(entry))]

    def calls(self, scenario: str) -> list[str]:
        """Return the names of the user's calls, in order."""
        return [entry["name"] for entry in self._scenarios[scenario] if entry["k"] == "call"]


def _line(entry: dict[str, Any]) -> str:
    kind = entry["k"]
    if kind == "event":
        return f"event {_event(NAMES[entry['name']], entry['args'])}"
    if kind in ("call", "resolved"):
        return f"{kind} {entry['name']}"
    if kind == "rejected":
        message = entry["message"]
        error = next((name for words, name in ERRORS.items() if message.startswith(words)), message)
        return f"rejected {entry['name']}: {error}"
    return str(_state(entry["value"])) if kind == "state" else ""


def _event(kind: str, arguments: list[str]) -> str:
    if kind == "raw_data":
        return f"{kind} {arguments[0]}"
    if kind == "failure":
        return f"{kind} {_info(arguments[0])}"
    if kind == "connected":
        return f"{kind} by {'socket' if json.loads(arguments[0])['upgradedToWebsocket'] else 'polling'}"
    return kind


def _state(text: str) -> State:
    value = json.loads(text)
    return State(
        value["isConnected"],
        value["upgradedToWebsocket"],
        bool(value.get("roomId")),
        value.get("roomInfo") is not None,
        value.get("availableGifts") is not None,
    )


def _info(argument: str) -> str:
    match = _INFO.match(argument)
    assert match is not None, f"an error without `info`: {argument}"
    return match[1]
