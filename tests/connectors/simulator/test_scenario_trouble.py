"""What a scenario may let the server do wrong."""

import msgspec
import pytest

from douyinbot.connectors.simulator.scenario_trouble import Times, Trouble
from douyinbot.connectors.simulator.trouble import Faults


def test_nothing_goes_wrong_unless_it_is_said() -> None:
    quiet = msgspec.structs.asdict(Trouble())
    for what in (
        "page",
        "enter",
        "link",
        "reflow",
        "profile",
        "cookie",
        "fetch",
        "handshake",
        "frames",
        "chat",
    ):
        assert quiet[what] == "none"


@pytest.mark.parametrize("what", Times.__struct_fields__)
def test_whatever_can_be_counted_can_go_wrong(what: str) -> None:
    assert hasattr(Trouble(), what)
    assert getattr(Faults(Trouble()), "frame" if what == "frames" else what)() == "none"


@pytest.mark.parametrize("key", ["pages", "links"])
def test_an_unknown_key_is_an_error(key: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=key):
        msgspec.convert({key: "empty"}, Trouble)
