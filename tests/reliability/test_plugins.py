"""Case 45: plugins that are broken, badly written, or not what they seem."""

import pytest

from douyinbot import hookimpl
from tests.reliability.test_flood import Counting


@pytest.mark.parametrize("error", [SystemExit(3), RuntimeError("x"), RecursionError(), MemoryError()])
async def test_case_45_a_broken_plugin_rests_and_the_others_go_on(bot, error):
    class Broken:
        name = "broken"

        @hookimpl
        def on_event(self, ctx, event):
            raise error

    other = Counting("other")
    await bot.load(Broken())
    await bot.load(other)
    for _ in range(8):
        await bot.gift(combo=[1], end=False)
    assert other.gifts == 8
    assert bot.engine.seats["broken"].lane.resting
    assert bot.problems
