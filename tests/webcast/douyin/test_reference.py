"""Our .proto and our list of methods against the reference, where that is at hand."""

import pytest
from google.protobuf.descriptor import Descriptor

from douyinbot.webcast.douyin.room import STATES
from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin import reference
from tests.webcast.douyin.methods import METHODS, SYNC_KEYS
from tests.webcast.douyin.test_fields import DECLARED, snake_case, type_name


def test_list_of_methods_is_the_references() -> None:
    assert reference.methods() == METHODS


def test_list_of_keys_is_the_references() -> None:
    assert reference.sync_keys() == SYNC_KEYS
    assert set(STATES) <= SYNC_KEYS


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_declared_field_is_in_the_reference(name: str) -> None:
    rows = reference.tables()[name]
    for field in DECLARED[name].fields:
        type, label = rows[field.number]
        assert snake_case(label) == field.name
        inner = type.removesuffix("*").removeprefix("map<").removesuffix(">").rpartition(",")[2]
        if field.message_type is None:
            assert type_name(field) == type
        elif not type.startswith("map<"):
            ours = reference.OURS.get(inner, inner)
            assert (
                type_name(field).removesuffix("*").endswith(ours.rpartition(".")[2].removeprefix("TextPiece"))
            )
        assert type.endswith("*") == type_name(field).endswith("*")


def test_a_field_that_comes_with_another_wire_type_is_noticed() -> None:
    assert reference.clashes(pb.ChatMessage(content="x", user=b"\x08\x05")) == []
    text_as_number = bytes([3 << 3, 7])
    assert reference.clashes(pb.ChatMessage.FromString(text_as_number)) == [("ChatMessage", 3)]
    inside = pb.ChatMessage.FromString(bytes([2 << 3 | 2, len(text_as_number), *text_as_number]))
    assert reference.clashes(inside) == [("User", 3)]
    undeclared = bytes([1 << 3 | 5, 0, 0, 0, 0])
    assert reference.clashes(pb.ImDeleteMessage.FromString(undeclared)) == [("ImDeleteMessage", 1)]


def test_a_field_that_we_do_not_read_is_no_clash_but_told() -> None:
    message = pb.ChatMessage.FromString(bytes([4 << 3, 1]))  # visible_to_sender
    assert reference.clashes(message) == []
    kinds: list[tuple[Descriptor, int, int]] = list(reference.unread(message))
    assert [(kind.name, number, wire) for kind, number, wire in kinds] == [("ChatMessage", 4, 0)]
