"""The people of a made-up room."""

import pytest

from douyinbot.connectors.simulator.cast import (
    AUDIENCE,
    COMMANDS,
    EMOJI,
    LINES,
    gift_kind,
    masked,
    number_from,
    person,
)
from douyinbot.connectors.simulator.scenario import GiftSpec, Viewer

MASKED_ID = 111111


def test_the_same_name_is_always_the_same_person() -> None:
    assert person(Viewer(name="小明")) == person(Viewer(name="小明"))
    assert person(Viewer(name="小明")).id != person(Viewer(name="小红")).id


def test_a_given_id_is_kept() -> None:
    assert person(Viewer(name="小明", id=42)).id == 42


@pytest.mark.parametrize("name", ["吴***", "李***"])
def test_masked_names_have_the_one_id_that_guests_see(name: str) -> None:
    assert person(Viewer(name=name)).id == MASKED_ID


def test_masking_keeps_the_first_character_and_nothing_else() -> None:
    someone = masked(person(Viewer(name="小明", level=12, fan_level=3)))
    assert (someone.id, someone.nickname) == (MASKED_ID, "小***")


@pytest.mark.parametrize("digits", [6, 12, 18])
def test_numbers_made_from_texts_have_the_wanted_length(digits: int) -> None:
    assert all(len(str(number_from(text, digits))) == digits for text in ("a", "b", "小明"))


def test_the_audience_is_varied() -> None:
    names = [viewer.name for viewer in AUDIENCE]
    assert len(set(names)) == len(names) > 20
    assert any(viewer.moderator for viewer in AUDIENCE)
    assert any(name.endswith("***") for name in names)
    assert max(map(len, names)) > 15
    assert all([*LINES, *EMOJI, *COMMANDS])


def test_a_gift_of_a_scenario_becomes_one_of_the_wire() -> None:
    kind = gift_kind(GiftSpec(name="大蛋糕", price=88))
    assert (kind.name, kind.price) == ("大蛋糕", 88)
    assert kind.id > 0
