"""What is put on in a room of TikTok beside the talk: boxes, battles, guests, polls, the shop, notices.

Phases are as in Douyin's rooms: a step without a start begins silently.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from douyinbot.connectors.simulator.cast import person
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import OPENS_AFTER, Step, Viewer
from douyinbot.webcast.tiktok import compose_room

__all__ = ["SHOWS"]

BOX_FOR = 10
"""How many people may open a treasure box."""
TARGET = 100
"""How many of a gift a goal wants."""
_RIVAL = "next_door"
_SHOP = "Sim Shop"


def _question(room: Room, step: Step) -> None:
    room.publish(lambda at: compose_room.question(*at, step.text), room.who(""))


def _notice(room: Room, step: Step) -> None:
    room.publish(lambda at: compose_room.notice(*at[:3], step.text), room.owner)


def _intro(room: Room, step: Step) -> None:
    room.publish(lambda at: compose_room.intro(*at, step.text), room.owner)


def _rank(room: Room, _: Step) -> None:
    room.publish(lambda at: compose_room.ranking(*at[:3]), room.owner)


def _delete(room: Room, step: Step) -> None:
    newest = room.newest_lines(step.count or 1)
    room.publish(lambda at: compose_room.deleted(*at[:3], newest), room.owner)


def _pin(room: Room, step: Step) -> None:
    """Pin a line as if it had just been written, or take down the last pinned one."""
    line, _ = room.going_on("pin", anew=step.phase == "start")
    text = "" if step.phase == "end" else step.text or "hello"
    room.publish(lambda at: compose_room.pinned(*at, line, text), room.who(step.who))


def _caption(room: Room, step: Step) -> None:
    room.publish(lambda at: compose_room.caption(*at[:3], step.text), room.owner)


def _subscribe(room: Room, step: Step) -> None:
    room.publish(lambda at: compose_room.subscribed(*at, step.count or 1), room.who(step.who))


def _super_fan(room: Room, step: Step) -> None:
    room.publish(lambda at: compose_room.super_fan(*at), room.who(step.who))


def _red_packet(room: Room, step: Step) -> None:
    box, _ = room.going_on("red_packet", anew=step.phase == "start")
    if step.phase == "start":
        room.publish(
            lambda at: compose_room.box(*at, box, step.count or 100, BOX_FOR, OPENS_AFTER), room.who(step.who)
        )
    else:
        room.publish(lambda at: compose_room.box_gone(*at[:3], box), room.owner)


def _poll(room: Room, step: Step) -> None:
    poll, _ = room.going_on("poll", anew=step.phase == "start")
    title = step.text or "A or B?"
    room.publish(lambda at: compose_room.poll(*at, poll, title, step.points, step.phase), room.owner)


def _goal(room: Room, step: Step) -> None:
    goal, _ = room.going_on("goal")
    text, gift, progress = step.text or "Roses!", next(iter(room.gifts)), step.count or 1
    room.publish(lambda at: compose_room.goal(*at, goal, text, gift, progress, TARGET), room.who(step.who))


def _pk(room: Room, step: Step) -> None:
    """A battle with the streamer next door; at its end the score is told once more."""
    battle, _ = room.going_on("pk", anew=step.phase == "start")
    rival, over = person(Viewer(name=step.who or _RIVAL)), step.phase == "end"
    if step.phase != "start":
        pairs = zip((room.owner, rival), step.points, strict=True)
        sides = [(host, points, [room.who("")]) for host, points in pairs]
        room.publish(lambda at: compose_room.armies(*at[:3], battle, sides, over=over), room.owner)
    if step.phase != "going":
        streamers = (room.owner, rival)
        room.publish(lambda at: compose_room.battle(*at[:3], battle, streamers, over=over), room.owner)


def _guest(room: Room, step: Step) -> None:
    """Of guests only what they were given is known; their coming and going is a message without a sample."""
    who = room.who(step.who)
    others = [guest for guest in room.guests if guest.id != who.id]
    room.guests = [*others, who] if step.phase != "end" else others
    if step.phase == "going":
        scores = [(guest, 100 * place) for place, guest in enumerate(room.guests, start=1)]
        room.publish(lambda at: compose_room.guest_scores(*at[:3], scores), room.owner)
    else:
        room.publish(lambda at: room.tongue.other(*at[:3], "LinkMessage"), room.owner)


def _shopping(room: Room, step: Step) -> None:
    title = step.text or "Rice cooker"
    number = room.log.new_id(room.now_ms)
    room.publish(lambda at: compose_room.product(*at[:3], number, title, _SHOP), room.owner)


SHOWS: Mapping[str, Callable[[Room, Step], None]] = MappingProxyType(
    {
        "question": _question,
        "notice": _notice,
        "intro": _intro,
        "rank": _rank,
        "delete": _delete,
        "red_packet": _red_packet,
        "pk": _pk,
        "guest": _guest,
        "shopping": _shopping,
        "subscribe": _subscribe,
        "super_fan": _super_fan,
        "pin": _pin,
        "caption": _caption,
        "poll": _poll,
        "goal": _goal,
    }
)
"""The steps of this sort, by their `do`."""
