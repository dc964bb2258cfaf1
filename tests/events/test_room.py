"""What viewers cause: the fields that plugins are written against."""

from datetime import UTC, datetime

import pytest

from douyinbot.events import EVENTS, Event, Gift, Shopping

TIME = datetime(2026, 10, 1, tzinfo=UTC)
SOCIAL = "display_type label follow_count share_count"
FIELDS = {
    "chat": "comment emotes",
    "gift": "gift_id gift_name diamond_count repeat_count repeat_end gift_type combo describe "
    "gift_picture_url group_id receiver_user_id extended_gift_info delta total value streak_id "
    "display_type label monitor_extra",
    "member": "action member_count display_type label via",
    "like": "like_count total_like_count display_type label",
    "social": SOCIAL,
    "follow": SOCIAL,
    "share": SOCIAL,
    "room_user": "viewer_count total_viewers top_viewers",
    "emote": "emote_id emote_image_url",
    "envelope": "coins can_open status envelope_id title opens_at",
    "question": "question_text",
    "fans_club": "action level",
    "subscribe": "sub_month exhibition_type subscribe_type old_subscribe_status subscribing_status "
    "display_type label",
    "link_mic_battle": "battle_users status battle_id",
    "link_mic_armies": "battle_status battle_armies battle_id",
    "live_intro": "description room_id",
    "link_mic_guests": "action guests",
    "room_notice": "text topic",
    "shopping": "data",
    "rank": "data",
    "deleted": "message_ids user_ids",
    "unknown": "method",
}


@pytest.mark.parametrize("kind", FIELDS)
def test_own_fields_are_those_of_the_contract(kind: str) -> None:
    own = [name for name in EVENTS[kind].__struct_fields__ if name not in Event.__struct_fields__]
    assert own == FIELDS[kind].split()


def test_every_kind_that_a_room_has_is_in_the_list() -> None:
    assert {kind for kind, cls in EVENTS.items() if cls.__module__ == "douyinbot.events.room"} == set(FIELDS)


def test_a_gift_is_one_unit_and_no_end_until_told_otherwise() -> None:
    gift = Gift(time=TIME, received=TIME)
    assert (gift.repeat_count, gift.repeat_end, gift.delta, gift.total, gift.streak_id) == (
        1,
        False,
        0,
        0,
        "",
    )


def test_two_events_never_share_their_data() -> None:
    first, second = Shopping(time=TIME, received=TIME), Shopping(time=TIME, received=TIME)
    first.data["x"] = 1
    assert second.data == {}
