"""Rankings and scores, as the wire gives them."""

from typing import Any

import pytest
from google.protobuf.message import Message

from douyinbot.events import RankUpdate
from douyinbot.webcast.douyin.ranks import shown_score
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import only

LAOTIE, MASKED = pb.User(id=5, nickname="老铁"), pb.User(id=111111, nickname="小***")
ROOM_RANK = pb.RoomRankMessage(
    ranks=[
        pb.RoomRankMessage.RoomRank(user=LAOTIE, score_str="1.2万"),
        pb.RoomRankMessage.RoomRank(user=MASKED, score_str="300"),
        pb.RoomRankMessage.RoomRank(),
    ],
    audience_ranks=[pb.Rank(user=LAOTIE, rank=1, exactly_score="12345"), pb.Rank(score=7, rank=2)],
)


@pytest.mark.parametrize(
    ("message", "data"),
    [
        (
            ROOM_RANK,
            {
                "what": "audience",
                "ranks": [
                    {"nickname": "老铁", "score": "1.2万"},
                    {"nickname": "小***", "score": "300"},
                    {"nickname": "", "score": ""},
                ],
                "exact": [
                    {"nickname": "老铁", "score": 12345, "rank": 1},
                    {"nickname": "", "score": 7, "rank": 2},
                ],
            },
        ),
        (pb.RoomRankMessage(), {"what": "audience", "ranks": [], "exact": []}),
        (
            pb.RankListAwardMessage(rank_type=2, rank=1, text=pb.Text(default_pattern="小时榜第一")),
            {"what": "award", "type": 2, "rank": 1, "text": "小时榜第一"},
        ),
        (
            pb.UpdateFanTicketMessage(room_fan_ticket_count=12_000, room_fan_ticket_count_text="1.2万"),
            {"what": "gift score", "score": 12_000, "text": "1.2万"},
        ),
        (
            pb.LinkerContributeMessage(user_id=2**60, total_score=520, total_score_str="520"),
            {"what": "guest", "user_id": "1152921504606846976", "score": 520, "text": "520"},
        ),
        (pb.LinkerContributeMessage(), {"what": "guest", "user_id": "", "score": 0, "text": ""}),
        (
            pb.QuizBetMessage(quiz_id=2**60, option_money={2: 30, 1: 500}),
            {"what": "quiz", "quiz_id": "1152921504606846976", "stakes": {"1": 500, "2": 30}},
        ),
    ],
)
def test_ranking_is_as_the_wire_gives_it(message: Message, data: dict[str, Any]) -> None:
    event = only(message)
    assert isinstance(event, RankUpdate)
    assert (event.data, event.user) == (data, None)
    assert event.to_dict()["data"] == data


@pytest.mark.parametrize(
    ("row", "score"),
    [
        ({"score": 7, "exactly_score": "201"}, 7),
        ({"exactly_score": "201"}, 201),
        ({"exactly_score": "1.2万"}, 0),
        ({"exactly_score": "²"}, 0),
        ({}, 0),
    ],
)
def test_scores_come_as_number_or_text(row: dict[str, Any], score: int) -> None:
    assert shown_score(pb.Rank(**row)) == score
