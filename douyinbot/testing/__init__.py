"""The kit for plugin authors: the real core, a room made of air, time that only moves when told to.

    async def test_dice(bot):
        await bot.load("douyinbot_dice")
        assert (await bot.chat("！dice 6"))[0].startswith("🎲")

The fixture `bot` comes with the package; nothing has to be configured.
"""

from douyinbot.testing.bot import BotHarness, Dropped
from douyinbot.testing.loop import VirtualClock, VirtualLoop

__all__ = ["BotHarness", "Dropped", "VirtualClock", "VirtualLoop"]
