"""The kit's bot, with a configuration of its own where a case needs one."""

from collections.abc import Callable

import pytest

from douyinbot.testing import BotHarness


@pytest.fixture
def bot(request: pytest.FixtureRequest, make_bot: Callable[..., BotHarness]) -> BotHarness:
    return make_bot(getattr(request, "param", ""))
