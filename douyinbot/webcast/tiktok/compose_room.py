"""What the room itself says, as TikTok would send it: boxes, battles, guests, the shop, notices.

The second half of compose.py, in the same form: each function returns (method, payload). What was recorded of
each is in proto/douyinbot/webcast/pb/tiktok.proto.
"""

from collections.abc import Sequence

from douyinbot.webcast.composing import Composed, Person
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.tiktok.compose import IMAGES, common, named, user

__all__ = [
    "armies",
    "battle",
    "box",
    "box_gone",
    "caption",
    "deleted",
    "goal",
    "guest_scores",
    "intro",
    "notice",
    "pinned",
    "poll",
    "product",
    "question",
    "ranking",
    "subscribed",
    "super_fan",
]

Score = tuple[Person, int]
"""A guest on the line and their points."""
Side = tuple[Person, int, Sequence[Person]]
"""A streamer in a battle, their points, and their best supporters, of whom only number and name are told."""


def question(id: int, room_id: int, time_ms: int, person: Person, text: str) -> Composed:
    m = pb.QuestionNewMessage(
        common=common("QuestionNewMessage", id, room_id, time_ms),
        details=pb.QuestionNewMessage.Details(text=text, user=user(person)),
    )
    return "WebcastQuestionNewMessage", m.SerializeToString()


def notice(id: int, room_id: int, time_ms: int, text: str) -> Composed:
    m = pb.RoomMessage(common=common("RoomMessage", id, room_id, time_ms), content=text)
    return "WebcastRoomMessage", m.SerializeToString()


def intro(id: int, room_id: int, time_ms: int, person: Person, text: str) -> Composed:
    """The recorded ones carry no time."""
    m = pb.LiveIntroMessage(
        common=common("LiveIntroMessage", id, 0, 0), room_id=room_id, description=text, user=user(person)
    )
    return "WebcastLiveIntroMessage", m.SerializeToString()


def ranking(id: int, room_id: int, time_ms: int) -> Composed:
    """The streamer is in a ranking; all that was recorded of it is its name."""
    name = pb.Text(key="pm_mt_Live_WR", default_pattern="Weekly Ranking")
    m = pb.HourlyRankMessage(
        common=common("HourlyRankMessage", id, room_id, time_ms),
        ranking=pb.HourlyRankMessage.Ranking(type=1, text=name),
    )
    return "WebcastHourlyRankMessage", m.SerializeToString()


def deleted(id: int, room_id: int, time_ms: int, message_ids: Sequence[int]) -> Composed:
    m = pb.ImDeleteMessage(common=common("ImDeleteMessage", id, room_id, time_ms), message_ids=message_ids)
    return "WebcastImDeleteMessage", m.SerializeToString()


def pinned(id: int, room_id: int, time_ms: int, person: Person, line_id: int, text: str) -> Composed:
    """A line is pinned; with an empty text it is taken down, and nothing but its number is told."""
    line = pb.ChatMessage(common=pb.Common(msg_id=line_id))
    if text:
        line = pb.ChatMessage(
            common=common("ChatMessage", line_id, room_id, time_ms), user=user(person), content=text
        )
    m = pb.RoomPinMessage(
        common=common("RoomPinMessage", id, room_id, time_ms), chat=line, action=1 if text else 2
    )
    return "WebcastRoomPinMessage", m.SerializeToString()


def caption(id: int, room_id: int, time_ms: int, text: str) -> Composed:
    m = pb.CaptionMessage(
        common=common("CaptionMessage", id, room_id, 0),
        timestamp_ms=time_ms,
        contents=[pb.CaptionMessage.Content(language="en", text=text)],
    )
    return "WebcastCaptionMessage", m.SerializeToString()


def subscribed(id: int, room_id: int, time_ms: int, person: Person, months: int) -> Composed:
    text = pb.Text(
        key="pm_mt_goal_progress_comment",
        default_pattern="{0:user} subscribed. Subscription goal progress: {1:string}/{2:string}",
    )
    m = pb.SubNotifyMessage(
        common=common("SubNotifyMessage", id, room_id, time_ms, text), user=user(person), sub_month=months
    )
    return "WebcastSubNotifyMessage", m.SerializeToString()


def super_fan(id: int, room_id: int, time_ms: int, person: Person) -> Composed:
    """Somebody became one, told across the picture."""
    text = pb.Text(key="ttlive_superFan_becameSuperFan", pieces=[named(person)])
    m = pb.BarrageMessage(common=common("BarrageMessage", id, room_id, time_ms), content=text)
    return "WebcastBarrageMessage", m.SerializeToString()


# ---- boxes, polls, goals, the shop ----------------------------------------------------------------


def box(
    id: int, room_id: int, time_ms: int, person: Person, box_id: int, diamonds: int, people: int, delay_s: int
) -> Composed:
    """A treasure box, for so many people."""
    text = pb.Text(
        key="pm_mt_treasure_box_sender_comment",
        default_pattern="{0:user} sent a Treasure Box with {1:image} x {2:string}",
        pieces=[
            named(person),
            pb.TextPiece(),
            pb.TextPiece(type=1, string_value=str(diamonds)),
        ],
    )
    m = pb.EnvelopeMessage(
        common=common("EnvelopeMessage", id, room_id, time_ms, text),
        info=pb.EnvelopeMessage.Info(
            id=str(box_id),
            business_type=1,
            diamond_count=diamonds,
            people_count=people,
            unpack_at=time_ms // 1000 + delay_s,
        ),
        display=1,
    )
    return "WebcastEnvelopeMessage", m.SerializeToString()


def box_gone(id: int, room_id: int, time_ms: int, box_id: int) -> Composed:
    """It is taken away: nothing but its number is told."""
    m = pb.EnvelopeMessage(
        common=common("EnvelopeMessage", id, room_id, time_ms),
        info=pb.EnvelopeMessage.Info(id=str(box_id), business_type=1),
        display=2,
    )
    return "WebcastEnvelopeMessage", m.SerializeToString()


def poll(
    id: int, room_id: int, time_ms: int, person: Person, poll_id: int, title: str, votes: Sequence[int],
    status: str,
) -> Composed:  # fmt: skip
    """A poll begins (`start`), gets votes (`going`) or is over (`end`); its answers are A, B and so on."""
    options = [
        pb.PollMessage.Option(votes=count, text=chr(ord("A") + place), index=place)
        for place, count in enumerate(votes)
    ]
    m = pb.PollMessage(common=common("PollMessage", id, room_id, time_ms), poll_id=poll_id)
    m.basics.title = title
    if status == "start":
        m.start.CopyFrom(pb.PollMessage.Start(options=options, title=title, operator=user(person)))
    elif status == "going":
        m.update.CopyFrom(pb.PollMessage.Update(options=options))
    else:
        m.end.CopyFrom(pb.PollMessage.End(options=options, operator=user(person)))
    return "WebcastPollMessage", m.SerializeToString()


def goal(
    id: int, room_id: int, time_ms: int, person: Person, goal_id: int, description: str, gift: str,
    progress: int, target: int,
) -> Composed:  # fmt: skip
    """Somebody brought the streamer nearer to the goal: so many of a gift."""
    step = pb.GoalUpdateMessage.SubGoal(
        progress=progress, target=target, gift=pb.GoalUpdateMessage.SubGoal.Gift(name=gift)
    )
    m = pb.GoalUpdateMessage(
        common=common("GoalUpdateMessage", id, room_id, time_ms),
        goal=pb.GoalUpdateMessage.Goal(id=goal_id, sub_goals=[step], description=description),
        contributor_id=person.id,
        contributor_display_id=user(person).display_id,
    )
    return "WebcastGoalUpdateMessage", m.SerializeToString()


def product(id: int, room_id: int, time_ms: int, product_id: int, title: str, shop: str) -> Composed:
    m = pb.OecLiveShoppingMessage(
        common=common("OecLiveShoppingMessage", id, room_id, time_ms),
        type=1,
        product=pb.OecLiveShoppingMessage.Product(
            title=title, price="$9.90", image_url=f"{IMAGES}-product-{product_id}", id=product_id, shop=shop
        ),
    )
    return "WebcastOecLiveShoppingMessage", m.SerializeToString()


# ---- battles and guests ---------------------------------------------------------------------------


def battle(
    id: int, room_id: int, time_ms: int, battle_id: int, people: Sequence[Person], *, over: bool = False
) -> Composed:
    base = pb.LinkMicBattle.Streamer.Base
    shown = [user(person) for person in people]
    m = pb.LinkMicBattle(
        common=common("LinkMicBattle", id, room_id, time_ms),
        battle_id=battle_id,
        action=5 if over else 4,
        streamers=[
            pb.LinkMicBattle.Entry(
                streamer=pb.LinkMicBattle.Streamer(
                    user=base(
                        id=one.id,
                        nickname=one.nickname,
                        avatar_thumb=one.avatar_thumb,
                        display_id=one.display_id,
                    )
                )
            )
            for one in shown
        ],
    )
    return "WebcastLinkMicBattle", m.SerializeToString()


def armies(
    id: int, room_id: int, time_ms: int, battle_id: int, sides: Sequence[Side], *, over: bool = False
) -> Composed:
    m = pb.LinkMicArmies(
        common=common("LinkMicArmies", id, room_id, time_ms),
        battle_id=battle_id,
        sides=[
            pb.LinkMicArmies.Entry(
                host_id=host.id,
                groups=[
                    pb.LinkMicArmies.Group(
                        users=[pb.User(id=one.id, nickname=one.nickname) for one in supporters], points=points
                    )
                ],
            )
            for host, points, supporters in sides
        ],
        trigger=2 if over else 1,
    )
    return "WebcastLinkMicArmies", m.SerializeToString()


def guest_scores(id: int, room_id: int, time_ms: int, scores: Sequence[Score]) -> Composed:
    """What the guests on the line were given so far."""
    ticket = pb.LinkMicFanTicketMethod.Ticket
    m = pb.LinkMicFanTicketMethod(
        common=common("LinkMicFanTicketMethod", id, room_id, time_ms),
        tickets=pb.LinkMicFanTicketMethod.Tickets(
            tickets=[ticket(user_id=person.id, score=score) for person, score in scores]
        ),
    )
    return "WebcastLinkMicFanTicketMethod", m.SerializeToString()
