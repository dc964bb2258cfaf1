"""What is put on in a room of Douyin beside the talk: packets, bags, PK, guests, the shop, notices.

Some of it goes on for a while: a step with `phase = "start"` begins it, "going" tells how it stands, "end"
ends it. Without a start the others begin it silently, so that every step can be played alone.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from douyinbot.connectors.simulator.cast import person
from douyinbot.connectors.simulator.room import Room
from douyinbot.connectors.simulator.scenario import OPENS_AFTER, Step, Viewer
from douyinbot.webcast.douyin import compose, compose_room

__all__ = ["SHOWS"]

_RIVAL = "隔壁主播"
_WORDS = {"red_packet": "恭喜发财", "lucky_bag": "口红一支", "shopping": "主播上架了新商品"}


def _audio(room: Room, step: Step) -> None:
    room.publish(lambda at: compose.audio_chat(*at, step.text), room.who(step.who))


def _screen(room: Room, step: Step) -> None:
    room.publish(lambda at: compose.screen_chat(*at, step.text), room.who(step.who))


def _question(room: Room, step: Step) -> None:
    room.publish(lambda at: compose_room.question(*at[:3], step.text), room.owner)


def _notice(room: Room, step: Step) -> None:
    room.publish(lambda at: compose_room.notice(*at[:3], step.text), room.owner)


def _intro(room: Room, step: Step) -> None:
    room.publish(lambda at: compose_room.intro(*at[:3], room.owner, step.text), room.owner)


def _rank(room: Room, _: Step) -> None:
    rows = [(room.who(""), score) for score in (3200, 520, 99)]
    room.publish(lambda at: compose_room.room_rank(*at[:3], rows), room.owner)


def _delete(room: Room, step: Step) -> None:
    """Take back the newest lines; a room without any says that nothing is taken back."""
    newest = room.newest_lines(step.count or 1)
    room.publish(lambda at: compose_room.deleted(*at[:3], newest), room.owner)


def _red_packet(room: Room, step: Step) -> None:
    box, _ = room.going_on("red_packet", anew=step.phase == "start")
    title = step.text or _WORDS["red_packet"]
    if step.phase == "start":
        room.publish(
            lambda at: compose_room.lucky_box(*at, box, step.count or 100, OPENS_AFTER, title),
            room.who(step.who),
        )
    elif step.phase == "going":
        room.publish(lambda at: compose_room.lucky_box_reward(*at[:3], box), room.owner)
    else:
        room.publish(lambda at: compose_room.lucky_box_end(*at[:3], box), room.owner)


def _lucky_bag(room: Room, step: Step) -> None:
    bag, _ = room.going_on("lucky_bag", anew=step.phase == "start")
    many, award = step.count or 1, step.text or _WORDS["lucky_bag"]
    if step.phase == "start":
        room.publish(lambda at: compose_room.lottery(*at[:3], bag, many, award), room.owner)
    elif step.phase == "going":
        room.publish(lambda at: compose_room.lottery_running(*at[:3], bag, many), room.owner)
    else:
        winners = [room.who("") for _ in range(many)]
        room.publish(lambda at: compose_room.lottery_drawn(*at[:3], bag, winners), room.owner)


def _pk(room: Room, step: Step) -> None:
    """A PK with the streamer next door; its result comes twice under different ids, as on the real site."""
    battle, start_ms = room.going_on("pk", anew=step.phase == "start")
    rival = person(Viewer(name=step.who or _RIVAL))
    scores = list(zip((room.owner, rival), step.points, strict=True))
    if step.phase == "start":
        streamers = (room.owner, rival)
        room.publish(lambda at: compose_room.battle(*at[:3], battle, streamers), room.owner)
    elif step.phase == "going":
        room.publish(lambda at: compose_room.battle_score(*at[:3], battle, scores), room.owner)
        sides = [(host, [(room.who(""), points)]) for host, points in scores]
        room.publish(lambda at: compose_room.armies(*at[:3], sides), room.owner)
    else:
        for _ in range(2):
            room.publish(lambda at: compose_room.battle_finish(*at[:3], battle, start_ms, scores), room.owner)


def _guest(room: Room, step: Step) -> None:
    who = room.who(step.who)
    others = [guest for guest in room.guests if guest.id != who.id]
    room.guests = [*others, who] if step.phase != "end" else others
    seats = room.guests
    if step.phase == "going":
        room.publish(lambda at: compose_room.seats(*at[:3], seats), room.owner)
    else:
        action: Literal["enter", "leave"] = "enter" if step.phase == "start" else "leave"
        room.publish(lambda at: compose_room.guest(*at, action, seats), who)


def _shopping(room: Room, step: Step) -> None:
    """Somebody buys; without a name the list of products changes."""
    text, count = step.text or _WORDS["shopping"], step.count or 1
    if step.who:
        room.publish(lambda at: compose_room.purchase(*at, count, text), room.who(step.who))
    else:
        room.publish(lambda at: compose_room.product_change(*at[:3], text, count), room.owner)


SHOWS: Mapping[str, Callable[[Room, Step], None]] = MappingProxyType(
    {
        "audio": _audio,
        "screen": _screen,
        "question": _question,
        "notice": _notice,
        "intro": _intro,
        "rank": _rank,
        "delete": _delete,
        "red_packet": _red_packet,
        "lucky_bag": _lucky_bag,
        "pk": _pk,
        "guest": _guest,
        "shopping": _shopping,
    }
)
"""The steps of this sort, by their `do`."""
