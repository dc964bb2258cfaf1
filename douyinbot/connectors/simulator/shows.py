"""What is put on in a room beside the talk: which platform has it, and why the other has not."""

from collections.abc import Callable, Mapping

from douyinbot.connectors.simulator import shows_douyin, shows_tiktok
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import Step

__all__ = ["SHOWS", "lacking", "shows_of"]

SHOWS = frozenset(shows_douyin.SHOWS) | frozenset(shows_tiktok.SHOWS)
"""The steps of this sort, on any platform, by their `do`."""

_NOT_ON_DOUYIN = "no message of Douyin's is known for it"
_NOT_ON_TIKTOK = {
    "audio": "there the words of the streamer alone are written down (`caption`)",
    "screen": "there no line floats over the picture for money",
    "lucky_bag": "there are no lucky bags there; a treasure box is a `red_packet`",
}


def shows_of(*, tiktok: bool) -> Mapping[str, Callable[[Room, Step], None]]:
    """Return the table of a platform."""
    return shows_tiktok.SHOWS if tiktok else shows_douyin.SHOWS


def lacking(step: Step, *, tiktok: bool) -> str:
    """Return why a platform has no such step, "" where it has."""
    if step.do in SHOWS and step.do not in shows_of(tiktok=tiktok):
        return _NOT_ON_TIKTOK[step.do] if tiktok else _NOT_ON_DOUYIN
    if tiktok and step.do == "red_packet" and step.phase == "going":
        return "who opens a treasure box is not told there"
    if tiktok and step.do == "shopping" and step.who:
        return "who buys is not told there"
    return ""
