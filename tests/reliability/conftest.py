"""The kit's bot, with a configuration of its own where a case needs one; and the program as users run it."""

from collections.abc import Callable

import pytest

from douyinbot.testing import BotHarness
from tests.cli.conftest import program, simulator
from tests.web.conftest import chromium, house

__all__ = ["bot", "chromium", "house", "program", "simulator"]


@pytest.fixture
def bot(request: pytest.FixtureRequest, make_bot: Callable[..., BotHarness]) -> BotHarness:
    return make_bot(getattr(request, "param", ""))
