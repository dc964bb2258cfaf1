"""Captions, polls, goals and the shop: their numbers were read in bundles, only the shop's were recorded."""

from douyinbot.webcast.pb import tiktok_pb2 as pb
from tests.webcast.tiktok.messages import decode, only

ANN = pb.User(id=7, nickname="Ann")
OPTIONS = [
    pb.PollMessage.Option(votes=2, text="no", index=2),
    pb.PollMessage.Option(votes=5, text="yes", index=1),
]
IN_ORDER = [{"text": "yes", "votes": 5}, {"text": "no", "votes": 2}]


def test_caption_comes_in_each_of_its_languages() -> None:
    said = [
        pb.CaptionMessage.Content(language="en", text="hello"),
        pb.CaptionMessage.Content(language="de", text="hallo"),
    ]
    events = decode(pb.CaptionMessage(timestamp_ms=1_790_855_999_000, contents=said))
    shown = [(event.kind, event.to_dict()["topic"], event.to_dict()["text"]) for event in events]
    assert shown == [("room_notice", "caption", "hello"), ("room_notice", "caption", "hallo")]
    assert [event.time.second for event in events] == [59, 59]
    assert decode(pb.CaptionMessage()) == []


def test_poll_starts_gets_votes_and_ends() -> None:
    start = only(
        pb.PollMessage(poll_id=5, start=pb.PollMessage.Start(options=OPTIONS, title="?", operator=ANN))
    )
    assert start.data == {
        "what": "poll",
        "poll_id": "5",
        "title": "?",
        "status": "start",
        "options": IN_ORDER,
    }
    assert start.user.id == "7"
    update = only(
        pb.PollMessage(update=pb.PollMessage.Update(options=OPTIONS), basics=pb.PollMessage.Basics(title="?"))
    )
    assert (update.data["status"], update.data["title"], update.user) == ("update", "?", None)
    end = only(pb.PollMessage(end=pb.PollMessage.End(options=OPTIONS, operator=ANN)))
    assert (end.data["status"], end.user.id) == ("end", "7")
    assert update.data["options"] == end.data["options"] == IN_ORDER


def test_goal_has_its_steps_and_who_did_it() -> None:
    step = pb.GoalUpdateMessage.SubGoal(
        progress=44, target=45, gift=pb.GoalUpdateMessage.SubGoal.Gift(name="Rose")
    )
    event = only(
        pb.GoalUpdateMessage(
            goal=pb.GoalUpdateMessage.Goal(id=5, sub_goals=[step], description="Roses!"),
            contributor_id=7,
            contributor_display_id="ann",
        )
    )
    assert event.user.unique_id == "ann"
    assert event.data == {
        "what": "goal",
        "goal_id": "5",
        "description": "Roses!",
        "steps": [{"gift": "Rose", "progress": 44, "target": 45}],
    }
    assert only(pb.GoalUpdateMessage(contributed=step)).data["steps"] == event.data["steps"]


def test_product_is_shown() -> None:
    product = pb.OecLiveShoppingMessage.Product(
        title="Rice cooker", price="Rp164.000", image_url="u", id=1_729_383_024_570_893_808, shop="Shop"
    )
    assert only(pb.OecLiveShoppingMessage(type=1, product=product)).data == {
        "what": "shopping",
        "type": 1,
        "title": "Rice cooker",
        "price": "Rp164.000",
        "image_url": "u",
        "product_id": "1729383024570893808",
        "shop": "Shop",
    }
