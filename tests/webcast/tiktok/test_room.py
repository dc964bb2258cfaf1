"""What the room says: viewers, pauses and the end, notices, boxes, introductions, rankings."""

from datetime import UTC, datetime

import pytest

from douyinbot.webcast.pb import tiktok_pb2 as pb
from tests.webcast.tiktok.messages import decode, only, text

ANN = pb.User(id=7, nickname="Ann")


def test_viewers_with_the_top_of_them() -> None:
    row = pb.RoomUserSeqMessage.Contributor(coin_count=390, user=ANN, rank=1)
    event = only(
        pb.RoomUserSeqMessage(
            ranks=[row, pb.RoomUserSeqMessage.Contributor()], total=1622, total_user=246_399
        )
    )
    assert (event.viewer_count, event.total_viewers) == (1622, 246_399)
    first, second = event.top_viewers
    assert (first.user.id, first.coin_count, first.rank, second.user) == ("7", 390, 1, None)
    assert only(pb.RoomUserSeqMessage(total_user=-1)).total_viewers is None


@pytest.mark.parametrize(
    ("action", "kinds"),
    [
        (1, ["stream_paused"]),
        (2, ["stream_resumed"]),
        (3, ["stream_end"]),
        (4, ["stream_end"]),
        (0, []),
        (5, []),
    ],
)
def test_control_pauses_resumes_and_ends(action: int, kinds: list[str]) -> None:
    events = decode(pb.ControlMessage(action=action, tips="bye"))
    assert [event.kind for event in events] == kinds
    assert [event.to_legacy()["action"] for event in events] == [action] * len(kinds)


def test_notice_is_its_content_or_the_text_with_names() -> None:
    assert only(pb.RoomMessage(content="Welcome to LIVE")).text == "Welcome to LIVE"
    event = only(
        pb.RoomMessage(content=" ", common=pb.Common(display_text=text("k", "{0:user} did it", ANN)))
    )
    assert (event.text, event.topic, event.user.id) == ("Ann did it", "room", "7")


def test_who_joins_the_team_is_told_twice() -> None:
    words = text("pm_mt_fan_live_joined_comment", "{0:user} became the No. {1:string} member", ANN, "5")
    notice, joined = decode(pb.RoomMessage(common=pb.Common(display_text=words)))
    assert notice.to_dict()["text"] == "Ann became the No. 5 member"
    assert (joined.kind, joined.to_dict()["action"], joined.user) == ("fans_club", "join", notice.user)


def test_banner_is_its_json() -> None:
    event = only(pb.InRoomBannerMessage(json='{"a": 1}'))
    assert (event.topic, event.text) == ("banner", '{"a": 1}')


def test_introduction_has_the_streamer_and_the_stream() -> None:
    event = only(pb.LiveIntroMessage(room_id=2**53 + 1, description="hi", user=pb.User(id=900)))
    assert (event.description, event.room_id, event.user.role) == ("hi", "9007199254740993", "owner")
    assert event.to_legacy()["id"] == "9007199254740993"


def test_box_has_its_giver_coins_and_time() -> None:
    event = only(
        pb.EnvelopeMessage(
            common=pb.Common(display_text=text("k", "{0:user}", ANN)),
            info=pb.EnvelopeMessage.Info(
                id="72", business_type=1, diamond_count=20, people_count=16, unpack_at=1_790_856_060
            ),
            display=1,
        )
    )
    assert (event.coins, event.can_open, event.status, event.user.id) == (20, 16, "packet", "7")
    assert event.envelope_id == "72"
    assert event.opens_at == datetime(2026, 10, 1, 12, 1, tzinfo=UTC)
    flat = event.to_legacy()
    assert (flat["coins"], flat["canOpen"], flat["timestamp"]) == (20, 16, 1_790_856_060)


def test_box_that_is_taken_away_names_nothing() -> None:
    event = only(pb.EnvelopeMessage(info=pb.EnvelopeMessage.Info(business_type=4), display=2))
    assert (event.coins, event.status, event.user, event.opens_at) == (0, "packet over", None, None)
    flat = event.to_legacy()
    assert (flat["coins"], flat["timestamp"], flat["userId"], flat["userBadges"]) == (None, None, None, [])


@pytest.mark.parametrize(
    "message",
    [
        pb.EnvelopeMessage(info=pb.EnvelopeMessage.Info(business_type=19), display=1),
        pb.EnvelopeMessage(common=pb.Common(display_text=text("ttlive_superFanBox_x", "")), display=1),
    ],
)
def test_box_of_a_super_fan_is_told_by_type_or_text(message: pb.EnvelopeMessage) -> None:
    assert only(message).status == "super fan box"


def test_unknown_display_of_a_box_keeps_its_number() -> None:
    assert only(pb.EnvelopeMessage(display=3)).status == "3"


def test_rankings_are_given_as_the_wire_has_them() -> None:
    name = text("pm_mt_Live_WR", "Weekly Ranking")
    hourly = only(
        pb.HourlyRankMessage(ranking=pb.HourlyRankMessage.Ranking(type=1, text=name)),
    )
    assert (hourly.kind, hourly.data) == ("rank", {"what": "hourly", "type": 1, "text": "Weekly Ranking"})
    update = pb.RankUpdateMessage.Update(type=8, owner_rank=3, text=name)
    assert only(pb.RankUpdateMessage(updates=[update])).data == {
        "what": "rankings",
        "updates": [{"type": 8, "owner_rank": 3, "text": "Weekly Ranking"}],
    }
    words = text("k", "{0:user} is No. 1", ANN)
    assert only(pb.RankTextMessage(owner_rank_before=5, owner_rank_after=3, text=words)).data == {
        "what": "place",
        "before": 5,
        "after": 3,
        "text": "Ann is No. 1",
    }
