"""Battles between streamers (PK): start, score, supporters, result."""

from collections.abc import Iterable

from douyinbot.events import Event, LinkMicArmies, LinkMicArmy, LinkMicBattle, Unknown, User
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin.people import brief_user, head, user_from
from douyinbot.webcast.pb import douyin_pb2 as pb

__all__ = ["armies", "battle", "battle_finish", "link_mic", "punishment_end"]

SCORE = 202  # message_type of LinkMicMethod
RUNNING, ENDED = 1, 2  # battle_status; 3 is over, too


def battle(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    m = pb.LinkMicBattle.FromString(payload)
    over = m.battle_settings.battle_status > RUNNING
    return (
        LinkMicBattle(
            *head(m.common, id, at, payload, None, 0 if over else m.battle_settings.start_time_ms),
            battle_users=_streamers(m.user_infos.values(), at),
            status="over" if over else "start",
            battle_id=_battle_id(m.battle_settings),
        ),
    )


def punishment_end(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The loser has paid."""
    m = pb.BattleEndPunishMessage.FromString(payload)
    battle_id = _battle_id(m.battle_settings)
    first = head(m.common, id, at, payload)
    return (LinkMicBattle(*first, status="punishment over", battle_id=battle_id),)


def battle_finish(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The last score, where it is told, and the end; both come more than once, with different ids: the table
    says so, and the decoder hands each on once."""
    m = pb.LinkMicBattleFinish.FromString(payload)
    first = head(m.common, id, at, payload)
    users = tuple(user_from(user, at) for user in m.anchors) or _streamers(m.user_infos.values(), at)
    battle_id = _battle_id(m.battle_settings)
    finish = LinkMicBattle(*first, battle_users=users, status="finish", battle_id=battle_id)
    if not m.battle_scores:
        return (finish,)
    supporters = {
        _told(side.anchor_id, side.anchor_id_str): tuple(
            brief_user(user.user_id, user.nickname, user.avatar_thumb, at) for user in side.rank_list
        )
        for side in m.battle_armies
    }
    sides = tuple(
        LinkMicArmy(
            host_user_id=(host := _told(row.user_id, row.user_id_str)),
            points=row.score,
            participants=supporters.get(host, ()),
        )
        for row in m.battle_scores
    )
    score = LinkMicArmies(*first, battle_status=ENDED, battle_armies=sides, battle_id=battle_id)
    return (score, finish)


def armies(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The three best supporters of each side; which battle it is, the message does not tell."""
    m = pb.LinkMicArmies.FromString(payload)
    sides = tuple(
        LinkMicArmy(
            host_user_id=str(host or ""),
            points=sum(supporter.score for supporter in side.user_armies),
            participants=tuple(
                brief_user(supporter.user_id, supporter.nickname, supporter.avatar_thumb, at)
                for supporter in side.user_armies
            ),
        )
        for host, side in sorted(m.user_armies_map.items())
    )
    return (LinkMicArmies(*head(m.common, id, at, payload), battle_status=RUNNING, battle_armies=sides),)


def link_mic(payload: bytes, id: str, at: Arrival) -> tuple[Event, ...]:
    """The score of a battle; everything else in the life of a link stays unknown."""
    m = pb.LinkMicMethod.FromString(payload)
    first = head(m.common, id, at, payload)
    if m.message_type != SCORE:
        return (Unknown(*first, method=f"LinkMicMethod/{m.message_type}"),)
    sides = tuple(
        LinkMicArmy(host_user_id=_told(row.user_id, row.user_id_str), points=row.score)
        for row in m.user_scores
    )
    battle_id = _told(m.battle_id, m.battle_id_str)
    return (LinkMicArmies(*first, battle_status=RUNNING, battle_armies=sides, battle_id=battle_id),)


def _told(number: int, text: str) -> str:
    """Return an id that may be told as a number, as text, or as both (both since September 2026)."""
    return str(number) if number else text


def _battle_id(settings: pb.BattleSettings) -> str:
    return _told(settings.battle_id, settings.battle_id_str)


def _streamers(infos: Iterable[pb.BattleUserInfo], at: Arrival) -> tuple[User, ...]:
    users = sorted((info.user for info in infos if info.HasField("user")), key=lambda user: user.user_id)
    return tuple(
        brief_user(user.user_id, user.nick_name, user.avatar_thumb, at, user.gender) for user in users
    )
