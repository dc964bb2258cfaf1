"""Battles between streamers (PK), message by message as reference recordings of one have them."""

from datetime import UTC, datetime

import pytest
from google.protobuf.message import Message

from douyinbot.events import Event, LinkMicArmies, LinkMicArmy, LinkMicBattle, Unknown, User
from douyinbot.webcast.decoding import Decoder
from douyinbot.webcast.douyin import TABLE
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import AT, NOW_MS, RECEIVED, decode, only

US, THEM = 900, 2**53 + 1  # 900 owns our room
BATTLE = 7_350_000_000_000_000_009
US_USER = User(id="900", nickname="主播", avatar_url="https://p3/900.jpeg", gender="female", role="owner")
THEM_USER = User(id="9007199254740993", nickname="对手", avatar_url="https://p3/them.jpeg", gender="male")


def picture(name: str) -> pb.Image:
    return pb.Image(url_list=[f"https://p3/{name}.jpeg"])


def settings(status: int = 1, start_time_ms: int = NOW_MS - 2000) -> pb.BattleSettings:
    return pb.BattleSettings(
        battle_id=BATTLE, start_time_ms=start_time_ms, duration=300, channel_id=77, battle_status=status
    )


def streamers() -> dict[int, pb.BattleUserInfo]:
    person = pb.BattleUserInfo.BaseUserInfo
    return {
        THEM: pb.BattleUserInfo(
            user=person(user_id=THEM, nick_name="对手", avatar_thumb=picture("them"), gender=1)
        ),
        US: pb.BattleUserInfo(
            user=person(user_id=US, nick_name="主播", avatar_thumb=picture("900"), gender=2)
        ),
    }


def score(us: int, them: int) -> pb.LinkMicMethod:
    row = pb.LinkMicMethod.UserScores
    rows = [row(user_id=US, score=us), row(user_id=THEM, score=them)]
    return pb.LinkMicMethod(message_type=202, channel_id=77, battle_id=BATTLE, user_scores=rows)


def side(*supporters: tuple[int, str, int]) -> pb.LinkMicArmies.UserArmies:
    return pb.LinkMicArmies.UserArmies(
        user_armies=[
            pb.LinkMicArmies.UserArmy(user_id=id, nickname=name, score=score, avatar_thumb=picture(name))
            for id, name, score in supporters
        ]
    )


def finish(number: int) -> pb.LinkMicBattleFinish:
    return pb.LinkMicBattleFinish(
        common=pb.Common(msg_id=number, create_time=NOW_MS - 1000),
        battle_settings=settings(status=2, start_time_ms=NOW_MS - 300_000),
        battle_scores=[pb.BattleScore(user_id=US, score=1200), pb.BattleScore(user_id=THEM, score=800)],
        user_infos=streamers(),
    )


# ---- one whole battle ---------------------------------------------------------------------------


def played(*steps: tuple[str, Message]) -> tuple[list[Event], Decoder]:
    """Decode messages one after the other, each with an id of its own."""
    decoder = Decoder(TABLE, room="main", kinds={"link_mic_battle", "link_mic_armies"})
    messages = [
        (name, number, message.SerializeToString()) for number, (name, message) in enumerate(steps, 2)
    ]
    return decoder.decode(messages, AT), decoder


def test_a_whole_battle_starts_scores_and_finishes_once() -> None:
    armies = pb.LinkMicArmies(user_armies_map={US: side((5, "老铁", 30)), THEM: side()})
    events, decoder = played(
        ("WebcastLinkMicBattleMethod", pb.LinkMicBattle(battle_settings=settings(), user_infos=streamers())),
        ("LinkMicMethod", score(0, 0)),
        ("LinkMicMethod", score(1200, 800)),
        ("LinkMicArmiesMethod", armies),
        ("WebcastLinkMicBattleFinishMethod", finish(6)),
        ("LinkMicBattleFinishMethod", finish(7)),
        ("WebcastBattleEndPunishMessage", pb.BattleEndPunishMessage(battle_settings=settings(3))),
    )
    assert [event.kind for event in events] == [
        "link_mic_battle", "link_mic_armies", "link_mic_armies", "link_mic_armies",
        "link_mic_armies", "link_mic_battle", "link_mic_battle",
    ]  # fmt: skip
    start, *scores, result, end, paid = events
    assert isinstance(start, LinkMicBattle)
    assert (start.status, start.battle_users) == ("start", (US_USER, THEM_USER))
    points = [[army.points for army in row.battle_armies] for row in scores if isinstance(row, LinkMicArmies)]
    assert points == [[0, 0], [1200, 800], [30, 0]]
    assert isinstance(result, LinkMicArmies)
    assert (result.battle_status, [army.points for army in result.battle_armies]) == (2, [1200, 800])
    assert isinstance(end, LinkMicBattle)
    assert isinstance(paid, LinkMicBattle)
    assert (end.id, end.status, paid.status) == ("6", "finish", "punishment over")
    told = {event.to_dict()["battle_id"] for event in events if event is not scores[2]}
    assert told == {str(BATTLE)}
    assert decoder.counts == {"messages": 7, "repeated": 2}


def test_a_finish_with_another_score_is_a_new_result_and_no_second_end() -> None:
    later = finish(7)
    later.battle_scores[0].score = 1300
    events, _ = played(
        ("LinkMicBattleFinishMethod", finish(6)),
        ("LinkMicBattleFinishMethod", later),
        ("LinkMicBattleFinishMethod", finish(8)),
    )
    assert [event.kind for event in events] == ["link_mic_armies", "link_mic_battle", "link_mic_armies"]


def test_the_next_battle_may_end_as_the_last_one_did() -> None:
    other = finish(7)
    other.battle_settings.battle_id += 1
    events, _ = played(("LinkMicBattleFinishMethod", finish(6)), ("LinkMicBattleFinishMethod", other))
    assert [event.kind for event in events] == ["link_mic_armies", "link_mic_battle"] * 2


def test_ids_may_be_told_as_text_only() -> None:
    row = pb.LinkMicMethod.UserScores(user_id_str="77", score=5)
    running = only(pb.LinkMicMethod(message_type=202, user_scores=[row], battle_id_str="9"))
    assert (running.battle_id, running.battle_armies[0].host_user_id) == ("9", "77")
    supporters = [pb.BattleArmy.RankUser(user_id=8, nickname="对面", score=4)]
    message = pb.LinkMicBattleFinish(
        battle_settings=pb.BattleSettings(battle_id_str="9"),
        battle_scores=[pb.BattleScore(score=5, user_id_str="77")],
        battle_armies=[pb.BattleArmy(anchor_id_str="77", rank_list=supporters)],
    )
    result, end = decode(message)
    assert isinstance(result, LinkMicArmies)
    assert isinstance(end, LinkMicBattle)
    assert (result.battle_id, end.battle_id) == ("9", "9")
    (army,) = result.battle_armies
    assert (army.host_user_id, [user.nickname for user in army.participants]) == ("77", ["对面"])


# ---- start and end ------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "name"), [(0, "start"), (1, "start"), (2, "over"), (3, "over")])
def test_battle_is_over_by_its_status(status: int, name: str) -> None:
    event = only(pb.LinkMicBattle(battle_settings=settings(status), user_infos=streamers()))
    assert (event.status, event.battle_users) == (name, (US_USER, THEM_USER))


def test_battle_began_when_its_settings_say() -> None:
    began = only(pb.LinkMicBattle(battle_settings=settings()))
    assert began.time == datetime(2026, 10, 1, 11, 59, 58, tzinfo=UTC)
    created = pb.LinkMicBattle(common=pb.Common(create_time=NOW_MS), battle_settings=settings())
    assert only(created).time == RECEIVED


def test_end_of_a_long_battle_is_not_history() -> None:
    long_ago = settings(status=2, start_time_ms=NOW_MS - 300_000)
    for message in (
        pb.LinkMicBattle(battle_settings=long_ago),
        pb.LinkMicBattleFinish(battle_settings=long_ago),
    ):
        event = only(message)
        assert (event.time, event.history) == (RECEIVED, False)


def test_streamers_of_whom_nothing_is_told_are_left_out() -> None:
    infos = {**streamers(), 5: pb.BattleUserInfo()}
    assert only(pb.LinkMicBattle(user_infos=infos)).battle_users == (US_USER, THEM_USER)
    assert only(pb.LinkMicBattle()).battle_users == ()


def test_finish_takes_its_streamers_from_the_full_list_or_else_from_the_short_one() -> None:
    full = finish(1)
    full.anchors.add(id=THEM, nickname="对手", display_id="duishou")
    _, event = decode(full)
    assert isinstance(event, LinkMicBattle)
    assert event.battle_users == (User(id=str(THEM), nickname="对手", unique_id="duishou"),)
    _, event = decode(finish(1))
    assert isinstance(event, LinkMicBattle)
    assert (event.status, event.battle_users) == ("finish", (US_USER, THEM_USER))
    assert event.time == datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC)


def test_the_last_score_names_each_sides_supporters() -> None:
    message = finish(1)
    message.battle_armies.add(
        anchor_id=THEM, rank_list=[pb.BattleArmy.RankUser(user_id=8, nickname="对面", score=4)]
    )
    result, _ = decode(message)
    assert isinstance(result, LinkMicArmies)
    assert result.battle_armies == (
        LinkMicArmy(host_user_id="900", points=1200),
        LinkMicArmy(host_user_id=str(THEM), points=800, participants=(User(id="8", nickname="对面"),)),
    )


# ---- scores and supporters ----------------------------------------------------------------------


def test_score_has_both_sides_in_the_order_of_the_wire() -> None:
    event = only(score(1200, 2**40))
    assert isinstance(event, LinkMicArmies)
    assert event.battle_status == 1
    assert event.battle_armies == (
        LinkMicArmy(host_user_id="900", points=1200),
        LinkMicArmy(host_user_id="9007199254740993", points=2**40),
    )


@pytest.mark.parametrize("type", [0, 4, 201, 205, -1])
def test_the_rest_of_a_links_life_is_unknown_under_its_number(type: int) -> None:
    message = pb.LinkMicMethod(
        message_type=type, user_scores=[pb.LinkMicMethod.UserScores(user_id=US, score=1)]
    )
    event = only(message)
    assert isinstance(event, Unknown)
    assert (event.method, event.raw) == (f"LinkMicMethod/{type}", message.SerializeToString())


def test_armies_have_each_sides_best_supporters_and_the_sum_of_their_points() -> None:
    ours = side((5, "老铁", 30), (6, "小明", 20), (7, "阿花", 10))
    event = only(pb.LinkMicArmies(user_armies_map={THEM: side((8, "对面", 4)), US: ours}))
    assert isinstance(event, LinkMicArmies)
    first, second = event.battle_armies
    assert (event.battle_status, first.host_user_id, first.points) == (1, "900", 60)
    assert first.participants[0] == User(id="5", nickname="老铁", avatar_url="https://p3/老铁.jpeg")
    assert [user.nickname for user in first.participants] == ["老铁", "小明", "阿花"]
    assert (second.host_user_id, second.points, len(second.participants)) == (str(THEM), 4, 1)


def test_side_without_supporters_is_there_with_nothing() -> None:
    event = only(pb.LinkMicArmies(user_armies_map={US: side(), THEM: side()}))
    assert [(army.points, army.participants) for army in event.battle_armies] == [(0, ()), (0, ())]
    assert only(pb.LinkMicArmies()).battle_armies == ()


def test_masked_supporters_are_anonymous_and_not_one_person() -> None:
    event = only(pb.LinkMicArmies(user_armies_map={US: side((111111, "小***", 2), (111111, "大***", 1))}))
    small, big = event.battle_armies[0].participants
    assert (small.is_anonymous, big.is_anonymous) == (True, True)
    assert small.key != big.key


def test_ids_that_are_not_told_are_empty() -> None:
    armies = only(pb.LinkMicArmies(user_armies_map={0: side((0, "", 1))}))
    assert armies.battle_armies[0].host_user_id == ""
    assert armies.battle_armies[0].participants[0].id == ""
    scores = only(pb.LinkMicMethod(message_type=202, user_scores=[pb.LinkMicMethod.UserScores(score=3)]))
    assert scores.battle_armies == (LinkMicArmy(points=3),)
