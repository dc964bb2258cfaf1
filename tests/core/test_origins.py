"""Where a line comes from."""

import dataclasses

import pytest

from douyinbot.core.origins import NOWHERE, Origin


def test_nowhere_is_no_call_about_nothing():
    assert Origin() == NOWHERE
    assert (NOWHERE.handler, NOWHERE.event) == ("", None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        NOWHERE.handler = "on_chat"
