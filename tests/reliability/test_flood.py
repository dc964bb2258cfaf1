"""Cases 11 and 31: more of everything than anybody can take."""

import asyncio
from collections import Counter

import pytest

from douyinbot import command, hookimpl
from douyinbot.config import Duration, Rate, Send
from douyinbot.events import Gift, Like
from douyinbot.outbox import Outbox
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

VIEWERS, ROUNDS = 1000, 3
USUAL = Send(
    rate=Rate(1, Duration(4)), burst=2, per_minute=10, dedupe=Duration(0), ttl=Duration(10), queue=20
)


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


@pytest.fixture
def usual(make_bot, monkeypatch):
    """A bot whose account speaks at the usual pace, not as fast as the kit's."""
    monkeypatch.setattr("douyinbot.core.rooms.Outbox", lambda _, **given: Outbox(USUAL, **given))
    return make_bot()


async def test_case_31_a_thousand_viewers_get_no_more_answers_than_the_room_may_hear(usual):
    bot, shop = usual, Shop()
    await bot.load(shop)
    longest, said = 0, []
    for _ in range(ROUNDS):
        for number in range(VIEWERS):
            said += await bot.chat("!mine", user=bot.user(f"viewer{number}", id=str(number)))
            longest = max(longest, bot.engine.outboxes["main"].pending)
    assert shop.called["mine"] == VIEWERS  # for each viewer it rests
    assert bot.engine.counts["command on cooldown"] == VIEWERS * (ROUNDS - 1)
    assert longest == 20
    said += await bot.advance("60s")
    assert 2 <= len(said) <= 10
    counts = outbox(bot).counts
    assert counts["dropped:full"] + counts["dropped:expired"] + counts["seen"] == VIEWERS
    assert counts["dropped:expired"] > 0
    assert counts["seen"] == len(said)
    assert {receipt.done for receipt in bot.receipts} == {True}
    late = [receipt for receipt in bot.receipts if receipt.cause == "expired"]
    assert all(waited(receipt) == pytest.approx(10.0, abs=0.1) for receipt in late)
    assert max(bot.receipts.index(receipt) for receipt in late) > VIEWERS - 21  # the oldest made room before


async def test_case_31_however_long_it_lasts_no_minute_has_more_lines_than_ten(usual):
    bot = usual
    await bot.load(Shop())
    for second in range(240):
        for number in range(5):
            name = f"{second} {number}"
            await bot.chat("!mine", user=bot.user(name, id=name))
        await bot.advance(1)
    times = [time for receipt in bot.receipts for state, time, _ in receipt.history if state == "sent"]
    assert len(times) >= 40  # and none of the room's time is wasted
    assert all(
        (later - earlier).total_seconds() >= 60 for earlier, later in zip(times, times[10:], strict=False)
    )


@pytest.mark.parametrize(("line", "name"), [("!ours", "ours"), ("!all", "all")])
async def test_case_31_a_command_may_rest_for_the_whole_room_and_everywhere(usual, line, name):
    bot, shop = usual, Shop()
    await bot.load(shop)
    for _ in range(3):
        for number in range(VIEWERS):
            await bot.chat(line, user=bot.user(f"viewer{number}", id=str(number)))
        await bot.advance("10s")
    assert shop.called[name] == 3


def test_case_31_the_same_over_a_real_socket(tmp_path):
    shop = Shop()

    async def main() -> None:
        toml = '[send]\nrate = "1/1h"\nburst = 4\nqueue = 20\ndedupe = "0s"\nttl = "1h"\n'
        async with quiet_simulator() as simulator, running(simulator, tmp_path, shop, toml=toml) as bot:
            for number in range(VIEWERS):
                await simulator.say("abc", f"viewer{number}", "!mine")
            await come_true(lambda: shop.called["mine"] == VIEWERS)
            await come_true(lambda: len(simulator.report.chat_lines) == 4)
            (box,) = bot.bot.engine.outboxes.values()
            await come_true(lambda: box.counts["dropped:full"] + box.pending == VIEWERS - 4)
            waiting = box.pending
            assert 0 < waiting <= 20  # fewer, where the first lines went out after the last had come
        assert len(simulator.report.chat_lines) == 4
        assert box.counts["dropped:closed"] == waiting
        assert simulator.report.unacked == 0

    asyncio.run(main())


def outbox(bot) -> Outbox:
    return bot.engine.outboxes["main"]


def waited(receipt) -> float:
    """Return the seconds between a line's first state and its last."""
    return (receipt.history[-1][1] - receipt.history[0][1]).total_seconds()
