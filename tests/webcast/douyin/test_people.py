"""Users: where each attribute is taken from, who is who, who is nobody in particular; and heads of events."""

from datetime import UTC, datetime
from typing import Any

import pytest
from google.protobuf.message import Message

from douyinbot.events import Badge, User
from douyinbot.webcast.decoding import Arrival
from douyinbot.webcast.douyin import MASKED_ID, user_from
from douyinbot.webcast.douyin.people import brief_user, first_url, head, packed_user, user_of
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import AT, NOW_MS, RECEIVED, only

# ---- users --------------------------------------------------------------------------------------


def test_user_without_anything_is_an_empty_viewer() -> None:
    assert user_from(pb.User(), AT) == User()


def test_user_attributes_are_taken_from_their_places() -> None:
    user = pb.User(
        id=2**62,
        short_id=42,
        nickname="小明",
        gender=2,
        display_id="xiaoming",
        sec_uid="MS4wLjABAAAA",
        avatar_thumb=pb.Image(url_list=["https://p3/a.jpeg", "https://p6/a.jpeg"]),
        follow_info=pb.User.FollowInfo(follow_status=2),
        pay_grade=pb.User.PayGrade(level=31),
        fans_club=pb.User.FansClub(data=pb.User.FansClubData(club_name="小队", level=7)),
        subscribe=pb.User.Subscribe(is_member=True),
    )
    assert user_from(user, AT) == User(
        id="4611686018427387904",
        unique_id="xiaoming",
        nickname="小明",
        sec_uid="MS4wLjABAAAA",
        avatar_url="https://p3/a.jpeg",
        follow_role=2,
        is_subscriber=True,
        level=31,
        fan_level=7,
        fan_club="小队",
        gender="female",
        role="fans",
    )


@pytest.mark.parametrize(("number", "gender"), [(1, "male"), (2, "female"), (0, None), (3, None), (-1, None)])
def test_genders(number: int, gender: str | None) -> None:
    assert user_from(pb.User(gender=number), AT).gender == gender


def test_short_id_stands_in_for_a_missing_display_id() -> None:
    assert user_from(pb.User(short_id=748726951), AT).unique_id == "748726951"


def test_id_may_be_told_as_text_and_the_name_in_its_masked_form_only() -> None:
    user = user_from(pb.User(id_str="9007199254740993", desensitized_nickname="小***"), AT)
    assert (user.id, user.nickname) == ("9007199254740993", "小***")
    both = user_from(pb.User(id=5, id_str="5", nickname="小明", desensitized_nickname="小***"), AT)
    assert (both.id, both.nickname, both.is_anonymous) == ("5", "小明", False)


@pytest.mark.parametrize("user", [
    pb.User(id=5, follow_info=pb.User.FollowInfo(follow_status=1)),
    pb.User(id=5, follow_status=1),
])  # fmt: skip
def test_follower_is_marked_in_either_place(user: pb.User) -> None:
    assert (user_from(user, AT).follow_role, user_from(user, AT).role) == (1, "follower")


ADMIN = pb.User.UserAttr(is_admin=True)
SUPER_ADMIN = pb.User.UserAttr(is_super_admin=True)
FAN = pb.User.FansClub(data=pb.User.FansClubData(level=1))
FOLLOWS = pb.User.FollowInfo(follow_status=1)


@pytest.mark.parametrize(
    ("user", "role"),
    [
        (pb.User(id=900, user_attr=ADMIN, fans_club=FAN), "owner"),
        (pb.User(id=1, user_attr=ADMIN, fans_club=FAN, follow_info=FOLLOWS), "admin"),
        (pb.User(id=1, user_attr=SUPER_ADMIN), "admin"),
        (pb.User(id=1, fans_club=FAN, follow_info=FOLLOWS), "fans"),
        (pb.User(id=1, follow_info=FOLLOWS), "follower"),
        (pb.User(id=1), "viewer"),
        (pb.User(id=1, nickname="owner", display_id="900", short_id=900), "viewer"),
    ],
)
def test_roles_are_a_ladder_and_go_by_id_only(user: pb.User, role: str) -> None:
    decoded = user_from(user, AT)
    assert decoded.role == role
    assert decoded.is_moderator == (user.user_attr.is_admin or user.user_attr.is_super_admin)


def test_nobody_is_the_owner_of_a_room_whose_owner_is_not_known() -> None:
    assert user_from(pb.User(), Arrival(room="main", received=RECEIVED)).role == "viewer"


@pytest.mark.parametrize(
    ("user", "anonymous"),
    [
        (pb.User(id=MASKED_ID, nickname="小***"), True),
        (pb.User(id=MASKED_ID, nickname="小明", sec_uid="MS4"), True),
        (pb.User(id=5, nickname="小***"), True),
        (pb.User(id=5, nickname="小***", sec_uid="MS4"), False),
        (pb.User(id=5, nickname="小明"), False),
        (pb.User(id=5, nickname="小明", sec_uid="MS4", mystery_man=1), False),
        (pb.User(id=5, nickname="神秘人", sec_uid="MS4", mystery_man=2), True),
        (pb.User(id=5, nickname="小明", sec_uid="MS4", is_anonymous=True), True),
        (pb.User(id=5, nickname="***小"), False),
    ],
)
def test_masked_users_are_anonymous(user: pb.User, anonymous: bool) -> None:
    assert user_from(user, AT).is_anonymous is anonymous


def test_masked_users_are_told_apart_by_name_and_picture() -> None:
    def masked(name: str, url: str) -> str:
        return user_from(pb.User(id=MASKED_ID, nickname=name, avatar_thumb=pb.Image(url_list=[url])), AT).key

    assert masked("小***", "a") == masked("小***", "a")
    assert len({masked("小***", "a"), masked("大***", "a"), masked("小***", "b"), str(MASKED_ID)}) == 4


def image(type: int, **content: Any) -> pb.Image:
    return pb.Image(image_type=type, url_list=["https://p3/b.png"], content=pb.Image.Content(**content))


def test_badges_are_of_honour_fan_club_or_just_a_picture() -> None:
    images = [
        image(1, level=20, alternative_text="荣誉等级20级勋章"),
        image(7, name="小队", level=3),
        image(9),
    ]
    assert user_from(pb.User(badge_image_list=images), AT).badges == (
        Badge(type="honour", name="荣誉等级20级勋章", level=20, url="https://p3/b.png"),
        Badge(type="fan_club", name="小队", level=3, url="https://p3/b.png"),
        Badge(type="image", url="https://p3/b.png"),
    )


def test_second_badge_list_replaces_the_first() -> None:
    user = pb.User(badge_image_list=[image(1)], badge_image_list_v2=[pb.Image(image_type=7)])
    assert user_from(user, AT).badges == (Badge(type="fan_club"),)


@pytest.mark.parametrize(
    ("id", "nickname", "user"),
    [
        (5, "老铁", User(id="5", nickname="老铁", avatar_url="https://p3/a.jpeg", gender="female")),
        (0, "", User(avatar_url="https://p3/a.jpeg", gender="female")),
        (900, "主播", User(id="900", nickname="主播", avatar_url="https://p3/a.jpeg", gender="female",
                           role="owner")),
        (MASKED_ID, "小***", User(id="111111", nickname="小***", avatar_url="https://p3/a.jpeg",
                                  gender="female", is_anonymous=True)),
    ],
)  # fmt: skip
def test_somebody_of_whom_little_is_told_may_be_masked_or_the_owner(
    id: int, nickname: str, user: User
) -> None:
    assert brief_user(id, nickname, pb.Image(url_list=["https://p3/a.jpeg"]), AT, 2) == user


def test_a_message_without_its_user_has_none_and_one_with_an_empty_user_has_an_empty_one() -> None:
    assert user_of(pb.EmojiChatMessage(), AT) is None
    assert user_of(pb.EmojiChatMessage(user=pb.User()), AT) == User()


def packed(**fields: Any) -> bytes:
    return pb.User(**fields).SerializeToString()


def test_a_message_that_keeps_its_user_packed_may_have_none() -> None:
    assert packed_user(b"", AT) is None
    assert packed_user(packed(id=5, nickname="老铁"), AT) == User(id="5", nickname="老铁")


def test_who_comes_again_is_not_read_again_as_long_as_nothing_has_changed() -> None:
    at = Arrival(room="main", received=RECEIVED)
    first, again = (packed_user(packed(id=5, nickname="老铁"), at) for _ in range(2))
    assert first is again
    risen = packed_user(packed(id=5, nickname="老铁", pay_grade=pb.User.PayGrade(level=9)), at)
    assert (risen and risen.level, first and first.level) == (9, 0)
    assert packed_user(packed(id=5, nickname="老铁"), at) == first


def test_masked_people_of_one_id_are_not_mixed_up() -> None:
    at = Arrival(room="main", received=RECEIVED)
    names = ["王***", "李***", "王***"]
    people = [packed_user(packed(id=MASKED_ID, nickname=name), at) for name in names]
    assert [person and person.nickname for person in people] == names


def test_picture_is_the_first_of_its_places() -> None:
    assert first_url(pb.Image()) == ""
    assert first_url(pb.Image(url_list=["https://p3/a", "https://p6/a"])) == "https://p3/a"


# ---- heads of events ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "time"),
    [
        (pb.ChatMessage(event_time=1_790_855_999), datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC)),
        (
            pb.ChatMessage(event_time=1, common=pb.Common(create_time=NOW_MS - 500)),
            datetime(2026, 10, 1, 11, 59, 59, 500_000, UTC),
        ),
        (pb.GiftMessage(send_time=NOW_MS - 500), datetime(2026, 10, 1, 11, 59, 59, 500_000, UTC)),
        (pb.GiftMessage(send_time=1_790_855_999), datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC)),
        (pb.LikeMessage(common=pb.Common(create_time=-1)), RECEIVED),
        (
            pb.ChatMessage(event_time=1_790_855_999, common=pb.Common(create_time=-1)),
            datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC),
        ),
        (
            pb.LikeMessage(common=pb.Common(create_time=1_790_855_999)),
            datetime(2026, 10, 1, 11, 59, 59, tzinfo=UTC),
        ),
        (pb.MemberMessage(), RECEIVED),
    ],
)
def test_time_is_the_creation_or_the_messages_own_or_the_arrival(message: Message, time: datetime) -> None:
    assert only(message).time == time


@pytest.mark.parametrize(("envelope", "inside", "id"), [("7", 8, "7"), ("", 8, "8"), ("", 0, "")])
def test_id_is_the_envelopes_or_else_the_one_inside(envelope: str, inside: int, id: str) -> None:
    assert head(pb.Common(msg_id=inside), envelope, AT, b"")[2] == id


def test_head_holds_what_every_event_begins_with_in_its_order() -> None:
    at = Arrival(
        room="second",
        received=RECEIVED,
        platform="tiktok",
        now_ms=NOW_MS,
        simulated=True,
    )
    user, made = User(id="5"), pb.Common(create_time=NOW_MS - 60_000)
    time = datetime(2026, 10, 1, 11, 59, tzinfo=UTC)
    assert head(made, "7", at, b"raw", user) == (
        time, RECEIVED, "7", "second", "tiktok", user, True, True, b"raw"
    )  # fmt: skip
