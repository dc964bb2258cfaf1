"""What the room itself says, as Douyin would send it: packets, PK, guests, shop, notices.

The second half of compose.py, in the same form: each function returns (method, payload).
"""

import json
from collections.abc import Sequence
from typing import Literal

from douyinbot.webcast.composing import Composed, Person
from douyinbot.webcast.douyin.compose import common, user
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = [
    "armies",
    "battle",
    "battle_finish",
    "battle_score",
    "deleted",
    "guest",
    "intro",
    "lottery",
    "lottery_drawn",
    "lottery_running",
    "lucky_box",
    "lucky_box_end",
    "lucky_box_reward",
    "notice",
    "product_change",
    "purchase",
    "question",
    "room_rank",
    "seats",
]

Score = tuple[Person, int]
"""A streamer in a PK and their points."""
BATTLE_SECONDS = 300


def deleted(id: int, room_id: int, time_ms: int, message_ids: Sequence[int]) -> Composed:
    m = pb.ImDeleteMessage(common=common("ImDeleteMessage", id, room_id, time_ms), delete_msg_ids=message_ids)
    return "WebcastImDeleteMessage", m.SerializeToString()


def notice(id: int, room_id: int, time_ms: int, text: str) -> Composed:
    m = pb.RoomMessage(common=common("RoomMessage", id, room_id, time_ms), content=text)
    return "WebcastRoomMessage", m.SerializeToString()


def intro(id: int, room_id: int, time_ms: int, person: Person, text: str) -> Composed:
    m = pb.RoomIntroMessage(
        common=common("RoomIntroMessage", id, room_id, time_ms), user=user(person), intro=text
    )
    return "WebcastRoomIntroMessage", m.SerializeToString()


def question(id: int, room_id: int, time_ms: int, text: str) -> Composed:
    """The question box carries JSON; who asked is not told."""
    m = pb.RoomAnswerQuestionMessage(
        common=common("RoomAnswerQuestionMessage", id, room_id, time_ms),
        biz_data=json.dumps({"question_text": text}, ensure_ascii=False),
    )
    return "WebcastRoomAnswerQuestionMessage", m.SerializeToString()


def room_rank(id: int, room_id: int, time_ms: int, rows: Sequence[Score]) -> Composed:
    m = pb.RoomRankMessage(
        common=common("RoomRankMessage", id, room_id, time_ms),
        ranks=[
            pb.RoomRankMessage.RoomRank(user=user(person), score_str=str(score)) for person, score in rows
        ],
    )
    return "WebcastRoomRankMessage", m.SerializeToString()


# ---- red packets and lucky bags -------------------------------------------------------------------


def lucky_box(
    id: int, room_id: int, time_ms: int, person: Person, box_id: int, diamonds: int, delay_s: int, title: str
) -> Composed:
    m = pb.LuckyBoxMessage(
        common=common("LuckyBoxMessage", id, room_id, time_ms),
        user=user(person),
        box_id=box_id,
        diamond_count=diamonds,
        send_time=time_ms // 1000,
        delay_time=delay_s,
        title=title,
    )
    return "WebcastLuckyBoxMessage", m.SerializeToString()


def lucky_box_reward(id: int, room_id: int, time_ms: int, box_id: int) -> Composed:
    m = pb.LuckyBoxRewardMessage(common=common("LuckyBoxRewardMessage", id, room_id, time_ms), box_id=box_id)
    return "WebcastLuckyBoxRewardMessage", m.SerializeToString()


def lucky_box_end(id: int, room_id: int, time_ms: int, box_id: int) -> Composed:
    m = pb.LuckyBoxEndMessage(common=common("LuckyBoxEndMessage", id, room_id, time_ms), box_id=box_id)
    return "WebcastLuckyBoxEndMessage", m.SerializeToString()


def lottery(
    id: int, room_id: int, time_ms: int, lottery_id: int, winners: int, award: str, status: int = 1
) -> Composed:
    m = pb.LotteryEventNewMessage(
        common=common("LotteryEventNewMessage", id, room_id, time_ms),
        lottery_id=lottery_id,
        lottery_status=status,
        lucky_count=winners,
        award_name=award,
    )
    return "WebcastLotteryEventNewMessage", m.SerializeToString()


def lottery_running(id: int, room_id: int, time_ms: int, lottery_id: int, winners: int) -> Composed:
    """State under a key, whose payload is a message of the type that the key names."""
    m = pb.RoomDataSyncMessage(
        common=common("RoomDataSyncMessage", id, room_id, time_ms),
        sync_key="LotteryInfoSyncData",
        payload=pb.LotteryInfoSyncData(lottery_id=lottery_id, lucky_count=winners).SerializeToString(),
    )
    return "WebcastRoomDataSyncMessage", m.SerializeToString()


def lottery_drawn(
    id: int, room_id: int, time_ms: int, lottery_id: int, winners: Sequence[Person]
) -> Composed:
    m = pb.LotteryDrawResultEventMessage(
        common=common("LotteryDrawResultEventMessage", id, room_id, time_ms),
        lottery_id=lottery_id,
        user_ids=[person.id for person in winners],
    )
    return "WebcastLotteryDrawResultEventMessage", m.SerializeToString()


# ---- PK -------------------------------------------------------------------------------------------


def _settings(battle_id: int, start_ms: int, status: int) -> pb.BattleSettings:
    return pb.BattleSettings(
        battle_id=battle_id,
        start_time_ms=start_ms,
        duration=BATTLE_SECONDS,
        channel_id=battle_id + 1,
        battle_status=status,
        battle_id_str=str(battle_id),
    )


def _streamers(people: Sequence[Person]) -> dict[int, pb.BattleUserInfo]:
    return {
        person.id: pb.BattleUserInfo(
            user=pb.BattleUserInfo.BaseUserInfo(
                user_id=person.id, nick_name=person.nickname, avatar_thumb=user(person).avatar_thumb
            )
        )
        for person in people
    }


def battle(id: int, room_id: int, time_ms: int, battle_id: int, people: Sequence[Person]) -> Composed:
    m = pb.LinkMicBattle(
        common=common("LinkMicBattleMethod", id, room_id, time_ms),
        battle_settings=_settings(battle_id, time_ms, status=1),
        user_infos=_streamers(people),
    )
    return "WebcastLinkMicBattleMethod", m.SerializeToString()


def battle_score(id: int, room_id: int, time_ms: int, battle_id: int, scores: Sequence[Score]) -> Composed:
    """Without the prefix `Webcast`, as these came in September 2026."""
    m = pb.LinkMicMethod(
        common=common("LinkMicMethod", id, room_id, time_ms),
        message_type=202,
        channel_id=battle_id + 1,
        battle_id=battle_id,
        user_scores=[
            pb.LinkMicMethod.UserScores(score=points, user_id=person.id, user_id_str=str(person.id))
            for person, points in scores
        ],
    )
    return "LinkMicMethod", m.SerializeToString()


def armies(id: int, room_id: int, time_ms: int, sides: Sequence[tuple[Person, Sequence[Score]]]) -> Composed:
    row = pb.LinkMicArmies.UserArmy
    m = pb.LinkMicArmies(
        common=common("LinkMicArmiesMethod", id, room_id, time_ms),
        user_armies_map={
            host.id: pb.LinkMicArmies.UserArmies(
                user_armies=[
                    row(user_id=person.id, score=points, nickname=person.nickname)
                    for person, points in supporters
                ]
            )
            for host, supporters in sides
        },
    )
    return "WebcastLinkMicArmiesMethod", m.SerializeToString()


def battle_finish(
    id: int, room_id: int, time_ms: int, battle_id: int, start_ms: int, scores: Sequence[Score]
) -> Composed:
    m = pb.LinkMicBattleFinish(
        common=common("LinkMicBattleFinishMethod", id, room_id, time_ms),
        battle_settings=_settings(battle_id, start_ms, status=2),
        battle_scores=[
            pb.BattleScore(score=points, user_id=person.id, user_id_str=str(person.id))
            for person, points in scores
        ],
        user_infos=_streamers([person for person, _ in scores]),
    )
    return "WebcastLinkMicBattleFinishMethod", m.SerializeToString()


# ---- guests and the shop --------------------------------------------------------------------------


def guest(
    id: int, room_id: int, time_ms: int, person: Person, action: Literal["enter", "leave"],
    seats: Sequence[Person],
) -> Composed:  # fmt: skip
    listed = [pb.ListUser(user=user(someone)) for someone in seats]
    m = pb.LinkMessage(common=common("LinkMessage", id, room_id, time_ms))
    if action == "enter":
        m.enter_content.CopyFrom(pb.LinkerEnterContent(linked_users=listed, user_id=person.id))
    else:
        gone = pb.ListUser(user=user(person))
        m.leave_content.CopyFrom(pb.LinkerLeaveContent(linked_users=listed, user_id=person.id, user=gone))
    return "WebcastLinkMessage", m.SerializeToString()


def seats(id: int, room_id: int, time_ms: int, people: Sequence[Person]) -> Composed:
    m = pb.LinkMessage(
        common=common("LinkMessage", id, room_id, time_ms),
        linked_list_change_content=pb.LinkerLinkedListChangeContent(
            linked_users=[pb.ListUser(user=user(person)) for person in people]
        ),
    )
    return "WebcastLinkMessage", m.SerializeToString()


def product_change(id: int, room_id: int, time_ms: int, text: str, total: int) -> Composed:
    m = pb.ProductChangeMessage(
        common=common("ProductChangeMessage", id, room_id, time_ms), update_toast=text, total=total
    )
    return "WebcastProductChangeMessage", m.SerializeToString()


def purchase(id: int, room_id: int, time_ms: int, person: Person, count: int, text: str) -> Composed:
    m = pb.LiveEcomMessage(
        common=common("LiveEcomMessage", id, room_id, time_ms),
        nick_name=person.nickname,
        purchase_cnt=count,
        text=text,
    )
    return "WebcastLiveEcomMessage", m.SerializeToString()
