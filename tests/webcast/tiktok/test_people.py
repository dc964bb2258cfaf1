"""Who did it: ids, roles, badges, pictures."""

from typing import Any

import pytest

from douyinbot.events import Badge, FollowInfo, User
from douyinbot.webcast.pb import tiktok_pb2 as pb
from douyinbot.webcast.tiktok.people import brief_user, last_url, mentioned, user_from, user_of
from tests.webcast.tiktok.messages import AT, text

URL = "https://p16/tos-abc"


def picture(*urls: str) -> pb.Image:
    return pb.Image(url_list=urls)


def worn(scene: int, *, level: str = "", url: str = "", key: str = "", name: str = "") -> pb.Badge:
    return pb.Badge(
        scene=scene,
        log_extra=pb.Badge.LogExtra(privilege_id="71", level=level),
        images=[pb.Badge.Picture(display_type=1, image=picture("https://p19", url))] if url else [],
        texts=[pb.Badge.Label(key=key, default_pattern=name)] if key else [],
    )


def person(**fields: Any) -> User:
    return user_from(pb.User(id=7, nickname="Ann", **fields), AT)


def test_user_shows_what_the_wire_tells() -> None:
    user = user_from(
        pb.User(
            id=2**53 + 1,
            nickname="Ann",
            bio="hello",
            avatar_thumb=picture(f"{URL}~c5_100x100.webp"),
            create_time=1_600_000_000,
            follow_info=pb.User.FollowInfo(
                following_count=5, follower_count=6, follow_status=2, push_status=1
            ),
            display_id="ann.1",
            sec_uid="MS4w",
            badges=[worn(8, level="24"), worn(10, level="3"), worn(2)],
        ),
        AT,
    )
    assert (user.id, user.unique_id, user.nickname, user.sec_uid) == (
        "9007199254740993",
        "ann.1",
        "Ann",
        "MS4w",
    )
    assert (user.level, user.fan_level, user.follow_role, user.role) == (24, 3, 2, "fans")
    assert user.details is not None
    assert (user.details.create_time, user.details.bio) == (1_600_000_000, "hello")
    assert user.details.badge_scenes == (8, 10, 2)
    assert user.details.follow == FollowInfo(
        following_count=5, follower_count=6, follow_status=2, push_status=1
    )
    assert not user.is_anonymous


def test_somebody_without_a_number_is_anonymous() -> None:
    user = user_from(pb.User(nickname="Viewer"), AT)
    assert (user.id, user.is_anonymous, user.key) == ("", True, "Viewer|")


def test_only_a_message_with_a_user_has_one() -> None:
    assert user_of(pb.ChatMessage(), AT) is None
    message = pb.ChatMessage(user=pb.User(id=7), user_identity=pb.UserIdentity(is_moderator=True))
    user = user_of(message, AT)
    assert user is not None
    assert (user.id, user.is_moderator) == ("7", True)


@pytest.mark.parametrize(
    ("user", "identity", "role"),
    [
        (pb.User(id=900), {}, "owner"),
        (pb.User(id=7), {"is_anchor": True}, "owner"),
        (pb.User(id=7), {"is_moderator": True, "is_follower": True}, "admin"),
        (pb.User(id=7, badges=[worn(1)]), {}, "admin"),  # drawn in a way that is not read here
        (pb.User(id=7, badges=[worn(8, url="https://p16/moderator.png")]), {}, "viewer"),
        (pb.User(id=7, badges=[worn(0, key="pm_mt_moderator_im")]), {}, "admin"),
        (pb.User(id=7, badges=[worn(10, level="1")]), {"is_follower": True}, "fans"),
        (pb.User(id=7, follow_info=pb.User.FollowInfo(follow_status=1)), {}, "follower"),
        (pb.User(id=7, follow_info=pb.User.FollowInfo(follow_status=3)), {}, "follower"),
        (pb.User(id=7), {"is_follower": True}, "follower"),
        (pb.User(id=7), {"is_mutual_following": True}, "follower"),
        (pb.User(id=7), {"is_gift_giver": True, "is_subscriber": True}, "viewer"),
        (pb.User(), {}, "viewer"),
    ],
)
def test_role_is_the_highest_that_is_told(user: pb.User, identity: dict[str, bool], role: str) -> None:
    assert user_from(user, AT, pb.UserIdentity(**identity)).role == role


def test_badges_are_taken_apart() -> None:
    user = person(
        badges=[
            worn(2, key="pm_mt_live_ng_im", name="New gifter"),
            worn(4, url="https://p19/sub_1.png", level="2"),
            worn(8, level="0"),
        ]
    )
    assert user.badges == (
        Badge(type="pm_mt_live_ng_im", name="New gifter", scene=2),
        Badge(type="image", url="https://p19/sub_1.png", display_type=1, scene=4),
        Badge(type="privilege", level=2, scene=4, privilege_id="71"),
    )
    assert (user.is_new_gifter, user.is_subscriber, user.is_moderator) == (True, True, False)


@pytest.mark.parametrize(
    ("badge", "identity", "is_subscriber"),
    [
        (worn(4, level="1"), False, True),
        (worn(7, level="1"), False, True),
        (worn(19, url="https://p19/SUB_x.png"), False, True),
        (worn(8, level="1"), True, True),
        (worn(8, level="1"), False, False),
        (worn(0, url="https://p19/subs_badge_Lv1.png"), False, False),
    ],
)
def test_subscribers_are_known_by_scene_picture_or_identity(
    badge: pb.Badge, identity: bool, is_subscriber: bool
) -> None:
    user = user_from(pb.User(id=7, badges=[badge]), AT, pb.UserIdentity(is_subscriber=identity))
    assert user.is_subscriber is is_subscriber


@pytest.mark.parametrize(
    ("url", "rank"),
    [
        ("https://p16/ranklist_top_gifter_3.png~tplv", 3),
        ("https://p16/new_top_gifter_version_2.png", None),
        ("https://p16/ranklist_top_gifter_.png", None),
    ],
)
def test_rank_is_read_off_the_picture(url: str, rank: int | None) -> None:
    assert person(badges=[worn(6, url="https://p16/x.png"), worn(6, url=url)]).top_gifter_rank == rank


@pytest.mark.parametrize("level", ["", "x", "-1", "9" * 5000, "0"])
def test_levels_that_are_no_numbers_are_none(level: str) -> None:
    user = person(badges=[worn(8, level=level)])
    assert (user.level, user.badges) == (0, ())


@pytest.mark.parametrize(
    ("urls", "chosen"),
    [
        (["a~shrink:72", "a~100x100.jpeg", "a~100x100.webp?x"], "a~100x100.webp?x"),
        (["a~shrink:72", "a~100x100.jpeg"], "a~100x100.jpeg"),
        (["a~shrink:72", "b", "c"], "b"),
        (["a~shrink:72"], "a~shrink:72"),
        ([], ""),
    ],
)
def test_picture_is_chosen_as_1_x_does(urls: list[str], chosen: str) -> None:
    user = person(avatar_thumb=picture(*urls))
    assert user.avatar_url == chosen
    assert user.details is not None
    assert user.details.picture_urls == tuple(urls)


def test_picture_of_other_things_is_the_last_one() -> None:
    assert (last_url(picture("a", "b")), last_url(picture())) == ("b", "")


def test_somebody_of_whom_little_is_told_has_no_follow_info() -> None:
    user = brief_user(7, AT, "Ann", "ann.1", picture("u"))
    assert (user.id, user.unique_id, user.nickname, user.avatar_url) == ("7", "ann.1", "Ann", "u")
    assert user.details is not None
    assert user.details.follow is None
    assert brief_user(900, AT).role == "owner"


def test_somebody_is_found_in_a_text() -> None:
    found = mentioned(text("k", "{0:string}{1:user}", "x", pb.User(id=7)), AT)
    assert found is not None
    assert found.id == "7"
    assert mentioned(text("k", "{0:string}", "x"), AT) is None
