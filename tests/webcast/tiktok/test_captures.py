"""The seed's flattened objects of recorded payloads, made by the seed itself, against `to_legacy()`.

0.9.21 is the contract: every value of its objects must be ours, but for the deviations listed here. Of 1.2.3
the names count that 0.9.21 does not have.
"""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from douyinbot.events import Badge, Event
from douyinbot.webcast.decoding import Arrival
from tests.webcast.tiktok.messages import decoder

AT = Arrival(room="main", received=datetime(2026, 1, 1, tzinfo=UTC), platform="tiktok")
TYPES = [
    *("WebcastChatMessage", "WebcastControlMessage", "WebcastEmoteChatMessage", "WebcastEnvelopeMessage"),
    *("WebcastGiftMessage", "WebcastLikeMessage", "WebcastLinkMicArmies", "WebcastLinkMicBattle"),
    *("WebcastLiveIntroMessage", "WebcastMemberMessage", "WebcastQuestionNewMessage"),
    *("WebcastRoomUserSeqMessage", "WebcastSocialMessage", "WebcastSubNotifyMessage"),
]

DEVIATIONS_0_9 = {
    "profilePictureUrl": "0.9.21 takes the third address, none where there are two; we choose as 1.x does",
}
NOT_OF_1_X = {
    "userBadges": "0.9.21's form counts; scenes and levels are in the event's own badges (checked below)",
    "isSubscriber": "0.9.21's rule counts; the event's own flag knows the badges of today (checked below)",
}
ADDED = {
    *("msgId", "createTime", "secUid", "gifterLevel", "teamMemberLevel", "userSceneTypes", "userDetails"),
    *("followInfo", "actionId", "displayType", "label", "emotes", "groupId", "monitorExtra", "topViewers"),
    *("subMonth", "exhibitionType", "subscribeType", "oldSubscribeStatus", "subscribingStatus"),
    "extendedGiftInfo",  # 0.9.21 has it as soon as the gift list is loaded
}
"""The names that may stand in an object of ours and not in the seed's of 0.9.21."""


class Case(NamedTuple):
    """One payload, what a release of the seed makes of it, and what we do."""

    golden: dict[str, Any]
    events: list[Event]

    @property
    def ours(self) -> dict[str, Any]:
        return self.events[0].to_legacy()


def plain(value: Any) -> Any:
    """Undo the markers of the golden files: undefined and NaN are None, 64-bit objects are text."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() & {"__undefined", "__nan"}:
        return None
    return value["__long"] if "__long" in value else {name: plain(item) for name, item in value.items()}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def cases(tiktok: Path, release: str, method: str) -> Iterator[Case]:
    """All payloads of a method that a release could decode; each through a decoder of its own."""
    payloads = {row["sha1"]: row for row in lines(tiktok / f"pseudonymised/payloads/{method}.jsonl")}
    for row in lines(tiktok / f"pseudonymised/golden/{release}/{method}.jsonl"):
        if "flat" in row:
            one = decoder()
            payload = base64.b64decode(payloads[row["sha1"]]["b64"])
            events = one.decode([(method, 0, payload)], AT)
            assert one.counts == {"messages": 1}
            assert json.loads(json.dumps(events[0].to_legacy())) == events[0].to_legacy()
            yield Case(plain(row["flat"]), events)


def differences(
    golden: Any, ours: Any, place: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield (where, golden, ours) for every value of the golden object that is not ours."""
    if isinstance(golden, dict) and isinstance(ours, dict):
        for name, value in golden.items():
            yield from differences(value, ours.get(name), (*place, name))
    elif isinstance(golden, list) and isinstance(ours, list) and len(golden) == len(ours):
        for value, item in zip(golden, ours, strict=True):
            yield from differences(value, item, place)
    elif (golden, type(golden)) != (ours, type(ours)):
        yield place, golden, ours


# ---- 0.9.21: the contract -----------------------------------------------------------------------


@pytest.mark.parametrize("method", TYPES)
def test_every_value_of_0_9_21_is_ours(tiktok: Path, method: str) -> None:
    for case in cases(tiktok, "v0921", method):
        found = [row for row in differences(case.golden, case.ours) if row[0][-1] not in DEVIATIONS_0_9]
        assert found == []
        told = {name for name, value in case.ours.items() if value is not None}
        assert told - case.golden.keys() <= ADDED


def test_all_267_payloads_of_the_seeds_types_were_compared(tiktok: Path) -> None:
    counts = Counter({method: len(list(cases(tiktok, "v0921", method))) for method in TYPES})
    refused = {"WebcastSubNotifyMessage": 0}  # 0.9.21 does not know it; 1.x does, below
    assert {method: count for method, count in counts.items() if not count} == refused
    assert (
        counts.total() + 1
        == 268
        == sum(len(lines(path)) for path in (tiktok / "pseudonymised/golden/v0921").glob("*.jsonl"))
    )


# ---- 1.0 to 1.2.3: what came on top -------------------------------------------------------------


def agrees_with_1_x(place: tuple[str, ...], golden: Any, ours: Any) -> bool:
    """The differences that have a reason."""
    if place[0] == "monitorExtra":
        return float(golden) == float(ours)  # JavaScript has no more than 53 bits for these ids
    if place[0] == "battleUsers":
        return golden is None and ours in ("", "0", [])  # undefined there, blank as in the other lists here
    # The event's time is the gift's own `timestamp`, up to a millisecond after that of the message.
    return place == ("createTime",) and int(ours) - int(golden) == 1


@pytest.mark.parametrize("method", TYPES)
def test_every_value_that_1_x_added_is_ours(tiktok: Path, method: str) -> None:
    compared = 0
    for case in cases(tiktok, "v123", method):
        compared += 1
        for place, golden, ours in differences(case.golden, case.ours):
            assert place[-1] in NOT_OF_1_X or agrees_with_1_x(place, golden, ours), (place, golden, ours)
    assert compared


def badge_of_1_x(badge: Badge) -> dict[str, Any]:
    own = {
        "privilege": {"privilegeId": badge.privilege_id, "level": badge.level},
        "image": {"displayType": badge.display_type, "url": badge.url},
    }.get(badge.type, {"name": badge.name})
    return {"type": badge.type, "badgeSceneType": badge.scene, **own}


@pytest.mark.parametrize("method", TYPES)
def test_badges_of_the_event_hold_all_that_1_x_tells(tiktok: Path, method: str) -> None:
    for case in cases(tiktok, "v123", method):
        user = case.events[0].user
        if user is not None:
            assert [badge_of_1_x(badge) for badge in user.badges] == case.golden["userBadges"]
            assert user.is_subscriber or not case.golden["isSubscriber"]
            assert (user.level, user.fan_level) == (
                case.golden["gifterLevel"],
                case.golden["teamMemberLevel"],
            )


def test_subscribers_of_today_are_known_although_0_9_21_does_not_know_them(tiktok: Path) -> None:
    emotes = [case.events[0] for case in cases(tiktok, "v123", "WebcastEmoteChatMessage")]
    users = [event.user for event in emotes if event.user is not None]
    assert len(users) == 10 == sum(user.is_subscriber for user in users)
    assert sum(event.to_legacy()["isSubscriber"] for event in emotes) == 1


# ---- payloads that the seed does not know -------------------------------------------------------


def recorded(tiktok: Path, method: str) -> list[Event]:
    payloads = [
        base64.b64decode(row["b64"]) for row in lines(tiktok / f"pseudonymised/payloads/{method}.jsonl")
    ]
    one = decoder()
    events = one.decode([(method, n, payload) for n, payload in enumerate(payloads, 1)], AT)
    assert not [name for name in one.counts if name.startswith("bad:")]
    assert payloads
    return events


def test_viewers_of_a_high_level_come_in_by_barrage(tiktok: Path) -> None:
    events: list[Any] = recorded(tiktok, "WebcastBarrageMessage")
    assert [(event.kind, event.action, event.via) for event in events] == [("member", 1, "barrage")] * 5
    assert {event.display_type for event in events} == {"pm_mt_fan_live_join", "pm_mt_alp_join_animation"}
    assert all(event.user.nickname and event.user.level >= 20 for event in events)


def test_members_of_the_team_are_announced_in_words(tiktok: Path) -> None:
    events: list[Any] = recorded(tiktok, "WebcastRoomMessage")
    notices = [event for event in events if event.kind == "room_notice"]
    joined = [event for event in events if event.kind == "fans_club"]
    assert len(notices) == 5
    assert {event.action for event in joined} == {"join"}
    for event in joined:
        (words,) = (notice.text for notice in notices if notice.id == event.id)
        assert words.startswith(f"{event.user.nickname} became the No. ")
        assert "{" not in words
    assert not any(notice.user for notice in notices if notice.text.startswith("Some comments in this LIVE"))


def test_pinned_lines_and_gifts(tiktok: Path) -> None:
    events: list[Any] = recorded(tiktok, "WebcastRoomPinMessage")
    shown = [(event.kind, event.topic, event.user is not None) for event in events]
    assert Counter(shown) == {
        ("room_notice", "pinned", True): 3,  # gifts, with their text
        ("room_notice", "unpinned", False): 2,  # chat lines: only their number is told
    }
    texts = [event.text for event in events if event.user]
    assert [text for text in texts if " sent " not in text] == []


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("WebcastImDeleteMessage", "deleted"),
        ("WebcastHourlyRankMessage", "rank"),
        ("WebcastInRoomBannerMessage", "room_notice"),
        ("WebcastLinkMicFanTicketMethod", "rank"),
        ("WebcastLinkMicMethod", "rank"),
    ],
)
def test_kinds_of_the_other_recorded_payloads(tiktok: Path, method: str, kind: str) -> None:
    events = recorded(tiktok, method)
    assert [event.kind for event in events] == [kind] * 5


def test_deletions_name_users_and_rankings_their_name(tiktok: Path) -> None:
    deletions: list[Any] = recorded(tiktok, "WebcastImDeleteMessage")
    assert all(event.user_ids and not event.message_ids for event in deletions)
    assert all(id.isdecimal() and len(id) > 15 for event in deletions for id in event.user_ids)
    ranks: list[Any] = recorded(tiktok, "WebcastHourlyRankMessage")
    assert {event.data["text"] for event in ranks} == {"Weekly Ranking"}
    for method in ("WebcastLinkMicFanTicketMethod", "WebcastLinkMicMethod"):
        scores: list[Any] = recorded(tiktok, method)
        assert all(event.data["user_id"] and event.data["score"] > 0 for event in scores)


def test_products_of_2022(tiktok: Path) -> None:
    payloads = [path.read_bytes() for path in sorted((tiktok / "f2").glob("*Shopping*.bin"))]
    events: list[Any] = decoder().decode(
        [("WebcastOecLiveShoppingMessage", n, payload) for n, payload in enumerate(payloads, 1)], AT
    )
    shown = [(event.data["type"], event.data["price"], event.data["shop"]) for event in events]
    assert shown == [(1, "Rp164.000", "TikTok Shop"), (1, "Rp171.000", "TikTok Shop"), (4, "", "")]
    assert events[0].data["product_id"] == "1729383024570893808"
