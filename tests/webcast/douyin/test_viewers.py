"""What viewers do: come in, tap, follow, share, join the fan club."""

from typing import Any

import pytest

from douyinbot.events import FansClub, Like, Member
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import decode, only

VIEWER = pb.User(id=5, nickname="老铁").SerializeToString()


def test_like_has_the_taps_and_the_total() -> None:
    like = only(pb.LikeMessage(count=9, total=15_935, user=VIEWER))
    assert isinstance(like, Like)
    assert like.user is not None
    assert (like.like_count, like.total_like_count, like.user.nickname) == (9, 15_935, "老铁")


@pytest.mark.parametrize("action", [1, 2, 3, 7, 11, 20, -1])
def test_member_acts_are_passed_on_by_number(action: int) -> None:
    event = only(pb.MemberMessage(action=action, member_count=9, user=VIEWER))
    assert isinstance(event, Member)
    assert event.user is not None
    assert (event.action, event.member_count, event.user.id) == (action, 9, "5")


@pytest.mark.parametrize("message", [pb.LikeMessage, pb.MemberMessage, pb.GiftMessage])
def test_the_platforms_text_is_passed_on(message: Any) -> None:
    text = pb.Text(key="live_room_enter_toast", default_pattern="{0:user} 来了")
    event: Any = only(message(common=pb.Common(display_text=text), user=VIEWER))
    assert (event.display_type, event.label) == (text.key, text.default_pattern)
    flat = event.to_legacy()
    assert (flat["displayType"], flat["label"]) == (text.key, text.default_pattern)


@pytest.mark.parametrize(
    ("action", "kinds"),
    [(1, ["social", "follow"]), (3, ["social", "share"]), (0, ["social"])],
)
def test_social_is_followed_by_follow_or_share_with_the_same_values(action: int, kinds: list[str]) -> None:
    text = pb.Text(key="room_follow_msg", default_pattern="{0:user} 关注了主播")
    events = decode(
        pb.SocialMessage(
            action=action,
            common=pb.Common(display_text=text),
            user=VIEWER,
            follow_count=5,
            share_total_count=6,
        )
    )
    assert [event.kind for event in events] == kinds
    for event in events:
        values = event.to_dict()
        assert (values["id"], values["display_type"], values["label"]) == (
            "1",
            text.key,
            text.default_pattern,
        )
        assert (values["follow_count"], values["share_count"]) == (5, 6)
        assert values["user"]["nickname"] == "老铁"


@pytest.mark.parametrize(("action", "name"), [(1, "upgrade"), (2, "join"), (9, "9")])
def test_fans_club_action_has_a_name(action: int, name: str) -> None:
    event = only(
        pb.FansclubMessage(
            action=action, user=pb.User(fans_club=pb.User.FansClub(data=pb.User.FansClubData(level=1)))
        )
    )
    assert isinstance(event, FansClub)
    assert (event.action, event.level) == (name, 1)
    assert event.user is not None
