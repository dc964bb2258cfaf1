"""How many units a gift stands for, who gets it, and gifts in other clothes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from douyinbot.core.gifts import GiftTracker
from douyinbot.events import Gift
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import NOW_MS, only

HEART = pb.Gift(
    id=463,
    name="小心心",
    type=1,
    combo=True,
    diamond_count=10,
    describe="送出小心心",
    image=pb.Image(url_list=["https://p3/heart.png", "https://p6/heart.png"]),
)


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        ({"send_type": 4, "repeat_count": 5}, 5),
        ({"send_type": 4, "repeat_count": 5, "group_count": 66}, 330),
        ({"send_type": 4, "repeat_count": 5, "group_count": 10, "combo_count": 60}, 60),
        ({"send_type": 4}, 1),
        ({"send_type": 4, "repeat_count": -3, "group_count": -3}, 1),
        ({"send_type": 1, "total_count": 3}, 3),
        ({"send_type": 1, "group_count": 4, "repeat_count": 1}, 4),
        ({"send_type": 0, "group_count": 66, "repeat_count": 2, "combo_count": 900}, 66),
        ({"send_type": 1, "repeat_count": 7}, 7),
        ({}, 1),
    ],
)
def test_gift_counts_units_by_the_way_it_was_sent(fields: dict[str, int], total: int) -> None:
    gift = only(pb.GiftMessage(**fields, gift=pb.Gift(diamond_count=10)))
    assert (gift.total, gift.value, gift.delta) == (total, total * 10, 0)


def test_gift_names_its_receiver_or_else_the_streamer() -> None:
    assert only(pb.GiftMessage(to_user=pb.User(id=77))).receiver_user_id == "77"
    assert only(pb.GiftMessage()).receiver_user_id == "900"


def test_gift_without_a_group_has_none_and_takes_id_and_icon_from_the_gift() -> None:
    gift = only(pb.GiftMessage(gift=pb.Gift(id=463, icon=pb.Image(url_list=["https://p3/g.png"]))))
    assert isinstance(gift, Gift)
    assert (gift.group_id, gift.streak_id, gift.gift_id) == ("", "", "463")
    assert gift.gift_picture_url == "https://p3/g.png"


def test_gift_carries_what_is_known_of_its_kind() -> None:
    gift = only(pb.GiftMessage(gift_id=5, group_id=1_790_855_990, repeat_count=3, repeat_end=1, gift=HEART))
    assert (gift.gift_id, gift.gift_name, gift.describe) == ("5", "小心心", "送出小心心")
    assert (gift.gift_type, gift.combo, gift.diamond_count) == (1, True, 10)
    assert gift.gift_picture_url == "https://p3/heart.png"
    assert (gift.group_id, gift.repeat_count, gift.repeat_end) == ("1790855990", 3, True)


@pytest.mark.parametrize("stamp", [NOW_MS - 1000, NOW_MS // 1000 - 1])
def test_gift_has_its_time_in_milliseconds_and_its_closing_message_in_seconds(stamp: int) -> None:
    assert only(pb.GiftMessage(send_time=stamp)).time == datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC)


# ---- a reward, wrapped around a gift ------------------------------------------------------------


def test_bound_gift_is_the_gift_inside() -> None:
    inside = pb.GiftMessage(
        gift_id=463, group_id=1_790_855_990, group_count=10, repeat_count=2, send_type=4, gift=HEART,
        user=pb.User(id=5, nickname="老铁").SerializeToString(),
    )  # fmt: skip
    gift, plain = only(pb.BindingGiftMessage(msg=inside)), only(inside)
    assert gift.replace(raw=None) == plain.replace(raw=None)
    assert (gift.total, gift.value, gift.user.nickname) == (20, 200, "老铁")


@pytest.mark.parametrize(
    ("outer", "inner", "second"),
    [
        (NOW_MS - 1000, NOW_MS - 2000, 59),
        (None, NOW_MS - 2000, 58),
    ],
)
def test_bound_gift_has_the_time_of_its_wrapping_or_else_its_own(
    outer: int | None, inner: int, second: int
) -> None:
    message = pb.BindingGiftMessage(msg=pb.GiftMessage(common=pb.Common(create_time=inner)))
    if outer is not None:
        message.common.create_time = outer
    assert only(message).time == datetime(2026, 10, 1, 11, 59, second, tzinfo=UTC)


def test_bound_gift_around_nothing_is_one_gift_of_nobody() -> None:
    gift = only(pb.BindingGiftMessage(common=pb.Common(create_time=NOW_MS)))
    assert (gift.user, gift.gift_id, gift.total, gift.value) == (None, "", 1, 0)


# ---- a gift that costs nothing ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "total"),
    [({}, 1), ({"group_count": 10}, 10), ({"repeat_count": 3}, 3), ({"group_count": -1}, 1)],
)
def test_free_gift_has_its_giver_and_counts_by_itself(fields: dict[str, int], total: int) -> None:
    gift = only(pb.FreeCellGiftMessage(gift_id=463, user=pb.User(id=5, nickname="老铁"), **fields))
    assert isinstance(gift, Gift)
    assert (gift.gift_id, gift.user.id, gift.receiver_user_id) == ("463", "5", "900")
    assert (gift.total, gift.value, gift.group_id, gift.repeat_end) == (total, 0, "", True)
    update, finished = GiftTracker().add(gift, 0.0)
    assert (update.delta, finished) == (total, update)


# ---- a small gift whose giver is not told -------------------------------------------------------


def light(**fields: Any) -> Gift:
    gift = only(pb.LightGiftMessage(**fields))
    assert isinstance(gift, Gift)
    return gift


def test_light_gift_has_no_giver_and_is_whole_at_once() -> None:
    gift = light(
        gift_info=pb.LightGiftMessage.GiftInfo(gift_id=464, diamond_count=1), gift_struct=HEART, count=3
    )
    assert (gift.user, gift.group_id, gift.repeat_end) == (None, "", True)
    assert (gift.gift_id, gift.gift_name, gift.describe) == ("464", "小心心", "送出小心心")
    assert (gift.gift_type, gift.gift_picture_url) == (1, "https://p3/heart.png")
    assert (gift.repeat_count, gift.total, gift.diamond_count, gift.value) == (3, 3, 1, 3)


def test_light_gift_takes_number_and_price_from_the_panels_gift_where_it_has_none_itself() -> None:
    gift = light(gift_struct=HEART)
    assert (gift.gift_id, gift.diamond_count, gift.total, gift.value) == ("463", 10, 1, 10)
    assert light().gift_id == ""


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        ({}, 1),
        ({"count": 5}, 5),
        ({"repeat_count": 4}, 4),
        ({"repeat_count": 4, "group_count": 10}, 40),
        ({"combo_count": 6, "repeat_count": 4}, 6),
        ({"count": -1, "repeat_count": -2, "group_count": -3}, 1),
    ],
)
def test_light_gift_counts_the_most_that_any_of_its_numbers_says(fields: dict[str, int], total: int) -> None:
    assert light(**fields).total == total


def test_light_gift_names_its_receiver_or_else_the_streamer() -> None:
    assert light(to_user_id=2**60).receiver_user_id == "1152921504606846976"
    assert light().receiver_user_id == "900"


def test_light_gift_counts_by_itself_and_once() -> None:
    tracker, gift = GiftTracker(), light(gift_struct=HEART, count=3)
    update, finished = tracker.add(gift, 0.0)
    again, nothing = tracker.add(gift, 0.1)
    assert (update.delta, update.value) == (3, 30)
    assert finished == update
    assert (again.delta, nothing, tracker.deadline) == (0, None, None)


def test_streak_of_a_masked_giver_goes_on_though_the_picture_comes_from_another_host() -> None:
    def clicked(name: str, host: str, count: int) -> Gift:
        picture = pb.Image(url_list=[f"https://{host}/img/tos-{name}~tplv.webp?x-expires={count}"])
        giver = pb.User(id=111111, nickname="小***", avatar_thumb=picture).SerializeToString()
        message = pb.GiftMessage(user=giver, gift=HEART, group_id=9, repeat_count=count, send_type=4)
        gift = only(message)
        assert isinstance(gift, Gift)
        return gift

    tracker = GiftTracker()
    clicks = [clicked("a", "p3", 1), clicked("b", "p3", 2), clicked("a", "p11", 3), clicked("b", "p6", 4)]
    assert [tracker.add(gift, 0.0)[0].delta for gift in clicks] == [1, 2, 2, 2]
