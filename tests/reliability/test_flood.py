"""Cases 11 and 31: more of everything than anybody can take."""

import asyncio
from collections import Counter

from douyinbot import command, hookimpl
from douyinbot.events import Gift, Like
from tests.reliability.stage import come_true, quiet_simulator, running


class Counting:
    """A plugin that counts the gifts it gets."""

    def __init__(self, name: str, hang: float = 0.0) -> None:
        self.name = name
        self.hang = hang
        self.gifts = 0

    @hookimpl
    async def on_event(self, ctx, event):
        if self.hang:
            await asyncio.sleep(self.hang)
        self.gifts += event.kind == "gift"


async def test_case_11_a_flood_costs_likes_and_never_a_gift(bot):
    plugins = [Counting(f"toy{number}") for number in range(9)]
    sleeper = Counting("sleeper", hang=0.02)
    for plugin in (*plugins, sleeper):
        await bot.load(plugin)
    now = bot.clock.now()
    common = {"room": "main", "time": now, "received": now}
    flood = [
        Gift(id=f"g{n}", group_id="0", **common) if n % 10 == 0 else Like(id=f"l{n}", **common)
        for n in range(10_000)
    ]
    bot.rooms["main"].put(*flood)
    await bot.settle()
    assert [plugin.gifts for plugin in plugins] == [1000] * 9
    await bot.advance("60s")
    lost = bot.engine.seats["sleeper"].lane.mailbox.dropped
    assert set(lost) == {"like"}
    assert sleeper.gifts == 1000


# ---- a thousand viewers and one command ---------------------------------------------------------------

VIEWERS = 1000


class Shop:
    """Commands that rest for each viewer, for the room, and everywhere."""

    name = "shop"

    def __init__(self) -> None:
        self.called: Counter[str] = Counter()

    @command("mine", cooldown="30s")
    def mine(self, ctx):
        self.called["mine"] += 1
        return f"{ctx.user.nickname} {self.called['mine']}"

    @command("ours", cooldown={"room": "10s"})
    def ours(self, ctx):
        self.called["ours"] += 1

    @command("all", cooldown={"global": "10s"})
    def all(self, ctx):
        self.called["all"] += 1


def test_case_31_the_same_over_a_real_socket(tmp_path):
    shop = Shop()

    async def main() -> None:
        toml = '[send]\nrate = "1/1h"\nburst = 4\nqueue = 20\ndedupe = "0s"\n'
        async with quiet_simulator() as simulator, running(simulator, tmp_path, shop, toml=toml) as bot:
            for number in range(VIEWERS):
                await simulator.say("abc", f"viewer{number}", "!mine")
            await come_true(lambda: shop.called["mine"] == VIEWERS)
            await come_true(lambda: len(simulator.report.chat_lines) == 4)
            (box,) = bot.bot._outboxes.values()
            await come_true(lambda: box.counts["dropped:full"] == VIEWERS - 4 - 20)
            assert box.pending == 20
        assert len(simulator.report.chat_lines) == 4
        assert box.counts["dropped:closed"] == 20
        assert simulator.report.unacked == 0

    asyncio.run(main())
