"""The kit's bot, with a configuration of its own where a case needs one; and the program as users run it."""

from collections.abc import Callable

import pytest

from douyinbot.testing import BotHarness
from tests.cli.conftest import program, simulator

__all__ = ["bot", "program", "simulator"]


@pytest.fixture
def bot(request: pytest.FixtureRequest, make_bot: Callable[..., BotHarness]) -> BotHarness:
    return make_bot(getattr(request, "param", ""))
