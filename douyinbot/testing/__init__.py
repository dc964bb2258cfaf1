"""The kit for plugin authors: the real core, a room made of air, time that only moves when told to.

    async def test_dice(bot):
        await bot.load("douyinbot_dice")
        assert (await bot.chat("！dice 6"))[0].startswith("🎲")

The fixture `bot` comes with the package; nothing has to be configured. Names are imported on first use:
pytest imports this package in every run on a machine where douyinbot is installed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from douyinbot.testing.bot import BotHarness, Dropped
    from douyinbot.testing.loop import VirtualClock, VirtualLoop

__all__ = ["BotHarness", "Dropped", "VirtualClock", "VirtualLoop"]

_HOME = {"BotHarness": "bot", "Dropped": "bot", "VirtualClock": "loop", "VirtualLoop": "loop"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'douyinbot.testing' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"douyinbot.testing.{_HOME[name]}"), name)
    return value
