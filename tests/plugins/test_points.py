"""Points, as a third party would test them."""

import pytest

from douyinbot import User, hookimpl


async def balance(bot, name):
    return await bot.store("points").get(f"points:{bot.user(name).key}", 0)


async def test_lines_earn_points_once_a_minute(bot):
    await bot.load("douyinbot_points", per_chat=2, chat_rest="60s")
    for _ in range(3):
        await bot.chat("你好", user="小红")
    assert await balance(bot, "小红") == 2
    await bot.advance("61s")
    await bot.chat("你好", user="小红")
    assert await balance(bot, "小红") == 4
    await bot.chat("旧的", user="小明", history=True)
    assert await balance(bot, "小明") == 0


async def test_gifts_earn_points_once_for_each_streak(bot):
    await bot.load("douyinbot_points", per_diamond=0.5)
    await bot.gift("小红", "棒棒糖", combo=[1, 2, 4])  # 4 x 9 diamonds
    await bot.advance("10s")
    assert await balance(bot, "小红") == 18


async def test_watching_earns_points_while_one_shows_signs_of_life(bot):
    await bot.load("douyinbot_points", per_watch=5, watch_every="10m", watching="15m")
    await bot.emit("member", user="小红", action=1)
    await bot.advance("10m")
    assert await balance(bot, "小红") == 5
    await bot.advance("10m")  # 20 minutes after the last sign
    assert await balance(bot, "小红") == 5
    await bot.emit("like", user="小红", like_count=1)
    await bot.emit("stream_paused")
    await bot.advance("10m")
    assert await balance(bot, "小红") == 5


async def test_checking_in_counts_once_a_day(bot):
    await bot.load("douyinbot_points", per_chat=0, per_watch=0)
    assert await bot.chat("!签到", user="小红") == ["小红 签到 +20，共 20 积分"]
    await bot.advance("1m")
    assert await bot.chat("!签到", user="小红") == ["小红 今天签过到了"]
    await bot.advance("4h")
    assert await bot.chat("!签到", user="小红") == ["小红 签到 +20，共 40 积分"]


async def test_balance_and_the_richest(bot):
    await bot.load("douyinbot_points", per_chat=0, name="金币")
    assert await bot.chat("!top") == ["还没有人有金币"]
    admin = bot.user("房管", "admin")
    for name, points in {"小红": 30, "小明": 50}.items():
        await bot.chat("hi", user=name)
        assert await bot.chat(f"!give @{name} {points}", user=admin) == [
            f"{name} +{points}，共 {points} 金币"
        ]
    assert await bot.chat("!积分", user="小红") == ["小红 有 30 金币"]
    await bot.advance("20s")
    assert await bot.chat("!排行") == ["金币排行: 1.小明 50 2.小红 30"]


async def test_viewers_cannot_give(bot):
    await bot.load("douyinbot_points", per_chat=0)
    await bot.chat("hi", user="小红")
    assert await bot.chat("!give @小红 100", user="小红") == []


async def test_masked_viewers_have_no_account(bot):
    await bot.load("douyinbot_points")
    masked = User(id="111111", nickname="吴***", is_anonymous=True)
    await bot.chat("你好", user=masked)
    await bot.gift(masked, "跑车")
    await bot.advance("10s")
    assert await bot.store("points").keys("points:") == []
    assert await bot.chat("!积分", user=masked) == ["看不到你是谁，记不了积分"]
    assert await bot.chat("!签到", user=masked) == []


async def test_other_plugins_give_and_take(bot):
    class Shop:
        name = "shop"
        requires = ("points",)

        @hookimpl
        async def on_follow(self, ctx, event):
            points = ctx.use("points")
            await points.give(event.user, 10)
            taken = [await points.take(event.user, 6) for _ in range(2)]
            return f"{taken} {await points.of(event.user)} {await points.richest(1)}"

    await bot.load("douyinbot_points")
    await bot.load(Shop())
    assert await bot.emit("follow", user="小红") == ["[True, False] 4 [('小红', 4)]"]


@pytest.mark.parametrize("plain", [True, False])
async def test_the_account_survives_the_plugin(bot, plain):
    await bot.load("douyinbot_points", per_chat=3)
    await bot.chat("你好", user="小红")
    await bot.engine.unload("points")
    await bot.load("douyinbot_points", per_chat=0 if plain else 3)
    assert await bot.chat("!积分", user="小红") == ["小红 有 3 积分"]
