"""How a step becomes what happens in a room: one small function for each thing that a step can do."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from douyinbot.connectors.simulator.cast import EMOJI
from douyinbot.connectors.simulator.room import STATUSES, Room
from douyinbot.connectors.simulator.scenario import ACTIONS, Step
from douyinbot.connectors.simulator.shows import SHOWS, lacking, shows_of
from douyinbot.connectors.simulator.trouble import Faults
from douyinbot.webcast.composing import GiftKind, Person

__all__ = ["Cue", "FollowUp", "GiftFrame", "perform"]

log = logging.getLogger(__name__)

_AUDIENCE = {
    *("chat", "emoji", "member", "like", "follow", "share", "gift", "fans_club", "stats", "unknown"),
    *("broken", *SHOWS),
}


@dataclass(frozen=True, slots=True)
class GiftFrame:
    """One message of a streak that a step has begun."""

    who: Person
    kind: GiftKind
    count: int
    streak: int
    end: bool


Cue = Step | GiftFrame
FollowUp = tuple[float, Cue]
"""Something that is to happen so many seconds later."""


def perform(room: Room, cue: Cue) -> list[FollowUp]:
    """Let a step happen now, and return what is to follow."""
    if isinstance(cue, GiftFrame):
        _gift_frame(room, cue)
        return []
    if why := lacking(cue, tiktok=room.is_tiktok):
        log.warning('the room %s has no "%s", which is left out: %s', room.web_rid, cue.do, why)
        return []
    if cue.do in _AUDIENCE and not room.on_air:
        return []  # nobody is in a room that is not on air
    if cue.do == "gift":
        return _gift(room, cue)
    act = shows_of(tiktok=room.is_tiktok).get(cue.do) or _ACTS[cue.do]
    act(room, cue)
    return []


# ---- the audience -------------------------------------------------------------------------------


def _chat(room: Room, step: Step) -> None:
    room.publish(lambda at: room.tongue.chat(*at, step.text), room.who(step.who))


def _emoji(room: Room, step: Step) -> None:
    text = step.text or room.rng.choice(EMOJI)
    number = 1 + EMOJI.index(text) if text in EMOJI else 99
    room.publish(lambda at: room.tongue.emoji_chat(*at, number, text), room.who(step.who))


def _member(room: Room, step: Step) -> None:
    room.viewers += 1
    room.visits += 1
    room.publish(lambda at: room.tongue.member(*at, room.viewers), room.who(step.who))


def _like(room: Room, step: Step) -> None:
    count = step.count or 1
    room.likes += count
    room.publish(lambda at: room.tongue.like(*at, count, room.likes), room.who(step.who))


def _follow(room: Room, step: Step) -> None:
    room.followers += 1
    room.publish(lambda at: room.tongue.social(*at, "follow", room.followers), room.who(step.who))


def _share(room: Room, step: Step) -> None:
    room.shares += 1
    room.publish(lambda at: room.tongue.social(*at, "share", room.shares), room.who(step.who))


def _fans_club(room: Room, step: Step) -> None:
    room.publish(lambda at: room.tongue.fans_club(*at, step.action), room.who(step.who))


def _gift(room: Room, step: Step) -> list[FollowUp]:
    """Begin a streak: its first message now, the others one gap apart, the closing one last.

    A gift that cannot be clicked again and again is one closed message for each count.
    """
    who, kind, streak = room.who(step.who), room.gifts[step.gift], room.new_streak()
    if kind.combo:
        frames = [GiftFrame(who, kind, count, streak, end=False) for count in step.counts]
        if step.end:
            frames.append(GiftFrame(who, kind, step.counts[-1], streak, end=True))
    else:
        streaks = [streak, *(room.new_streak() for _ in step.counts[1:])]
        counted = zip(step.counts, streaks, strict=True)
        frames = [GiftFrame(who, kind, count, number, end=True) for count, number in counted]
    _gift_frame(room, frames[0])
    return [(step.gap * place, frame) for place, frame in enumerate(frames[1:], start=1)]


def _gift_frame(room: Room, frame: GiftFrame) -> None:
    room.publish(
        lambda at: room.tongue.gift(
            *at, frame.kind, repeat_count=frame.count, group_id=frame.streak, repeat_end=frame.end
        ),
        frame.who,
    )


# ---- the room -----------------------------------------------------------------------------------


def _stats(room: Room, step: Step) -> None:
    """Tell how many watch, in both of the ways that the platform has."""
    drift = room.rng.randint(-3, 4)
    room.viewers = step.viewers or max(1, room.viewers + drift)
    top = [(room.who(""), score) for score in (3200, 520, 99)]
    room.publish(lambda at: room.tongue.room_stats(*at[:3], room.viewers), room.owner)
    room.publish(lambda at: room.tongue.room_user_seq(*at[:3], room.viewers, room.visits, top), room.owner)


def _unknown(room: Room, step: Step) -> None:
    method = step.method.removeprefix("Webcast")
    room.publish(lambda at: room.tongue.other(*at[:3], method), room.owner)


def _broken(room: Room, _: Step) -> None:
    """Publish a chat line that ends in the middle of a field."""
    room.publish(lambda at: ("WebcastChatMessage", b"\x0a\x7f" + bytes(8)), room.owner)


def _word(room: Room, step: Step) -> None:
    _control(room, step.code)


def _control(room: Room, action: int, tips: str = "") -> None:
    room.publish(lambda at: room.tongue.control(*at[:3], action, tips), room.owner)


def _pause(room: Room, _: Step) -> None:
    room.status = STATUSES["paused"]
    _control(room, 1)


def _resume(room: Room, _: Step) -> None:
    room.status = STATUSES["live"]
    _control(room, 2)


def _end(room: Room, step: Step) -> None:
    room.status = STATUSES["ended"]
    _control(room, 3, step.text or "主播下播了")


def _start(room: Room, _: Step) -> None:
    """Go on air again: a new stream with an id of its own. Sockets of the old one stay silent."""
    for line in tuple(room.lines):
        line.stall()
    room.new_stream()
    room.status = STATUSES["live"]


# ---- the sockets --------------------------------------------------------------------------------


def _bad_frame(room: Room, step: Step) -> None:
    for line in tuple(room.lines):
        line.put_bad(step.frame)


def _ask(room: Room, step: Step) -> None:
    for line in tuple(room.lines):
        line.put(step.do)


def _hang_up(room: Room, step: Step) -> None:
    for line in tuple(room.lines):
        line.hang_up(step.code)


def _drop(room: Room, _: Step) -> None:
    for line in tuple(room.lines):
        line.cut()


def _stall(room: Room, _: Step) -> None:
    for line in tuple(room.lines):
        line.stall()


def _offer(room: Room, step: Step) -> None:
    if step.fetch_type is not None:
        room.fetch_type = step.fetch_type


def _trouble(room: Room, step: Step) -> None:
    if step.trouble is not None:
        room.faults = Faults(step.trouble)


_ACTS: dict[str, Callable[[Room, Step], None]] = {
    "chat": _chat,
    "emoji": _emoji,
    "member": _member,
    "like": _like,
    "follow": _follow,
    "share": _share,
    "fans_club": _fans_club,
    "stats": _stats,
    "unknown": _unknown,
    "broken": _broken,
    "control": _word,
    "pause": _pause,
    "resume": _resume,
    "end": _end,
    "start": _start,
    "close": _ask,
    "reconnect": _ask,
    "hangup": _hang_up,
    "drop": _drop,
    "stall": _stall,
    "bad_frame": _bad_frame,
    "offer": _offer,
    "trouble": _trouble,
}
assert {*_ACTS, *SHOWS, "gift"} == set(ACTIONS)
