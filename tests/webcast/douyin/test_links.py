"""Guests on the line: who sits there, comes, goes, and is muted."""

import pytest

from douyinbot.events import LinkMicGuests, Unknown, User
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.messages import only

MING, HUA = pb.User(id=5, nickname="小明"), pb.User(id=2**60, nickname="阿花")
MING_USER, HUA_USER = User(id="5", nickname="小明"), User(id="1152921504606846976", nickname="阿花")
SEATS = [pb.ListUser(user=MING), pb.ListUser(), pb.ListUser(user=HUA)]  # the second seat is empty


def test_guest_who_comes_is_found_in_the_list() -> None:
    content = pb.LinkerEnterContent(linked_users=SEATS, user_id=HUA.id)
    event = only(pb.LinkMessage(enter_content=content))
    assert isinstance(event, LinkMicGuests)
    assert (event.action, event.user, event.guests) == ("enter", HUA_USER, (MING_USER, HUA_USER))


def test_guest_who_comes_unlisted_is_known_by_the_id_alone() -> None:
    event = only(pb.LinkMessage(enter_content=pb.LinkerEnterContent(user_id=7)))
    assert (event.user, event.guests) == (User(id="7"), ())
    assert only(pb.LinkMessage(enter_content=pb.LinkerEnterContent(linked_users=SEATS))).user is None


@pytest.mark.parametrize(
    ("content", "who"),
    [
        (pb.LinkerLeaveContent(user_id=HUA.id, user=pb.ListUser(user=HUA), linked_users=SEATS[:1]), HUA_USER),
        (pb.LinkerLeaveContent(user_id=HUA.id, linked_users=SEATS[:1]), User(id=HUA_USER.id)),
        (pb.LinkerLeaveContent(linked_users=SEATS[:1]), None),
    ],
)
def test_guest_who_goes(content: pb.LinkerLeaveContent, who: User | None) -> None:
    event = only(pb.LinkMessage(leave_content=content))
    assert (event.action, event.user, event.guests) == ("leave", who, (MING_USER,))


def test_list_of_guests_comes_by_message_or_as_state() -> None:
    state = pb.RoomLinkMicSyncData(linked_users=SEATS).SerializeToString()
    for message in (
        pb.LinkMessage(linked_list_change_content=pb.LinkerLinkedListChangeContent(linked_users=SEATS)),
        pb.RoomDataSyncMessage(sync_key="RoomLinkMicSyncData", payload=state),
    ):
        event = only(message)
        assert isinstance(event, LinkMicGuests)
        assert (event.action, event.user, event.guests) == ("seats", None, (MING_USER, HUA_USER))


def test_rest_of_a_links_life_is_unknown_under_its_number() -> None:
    event = only(pb.LinkMessage(message_type=14))
    assert isinstance(event, Unknown)
    assert event.method == "LinkMessage/14"


@pytest.mark.parametrize(("number", "action"), [(1, "mute"), (2, "unmute"), (5, "5")])
def test_side_is_muted_and_unmuted(number: int, action: str) -> None:
    event = only(pb.AnchorLinkmicSilenceMessage(silence_action=number, to_user_id="77"))
    assert isinstance(event, LinkMicGuests)
    assert (event.action, event.user, event.guests) == (action, User(id="77"), ())


def test_group_streams_together() -> None:
    members = [pb.GroupLiveMemberInfo(user=MING), pb.GroupLiveMemberInfo(user=HUA)]
    event = only(pb.GroupLiveMemberChangeMessage(members=members))
    assert isinstance(event, LinkMicGuests)
    assert (event.action, event.guests) == ("group", (MING_USER, HUA_USER))
