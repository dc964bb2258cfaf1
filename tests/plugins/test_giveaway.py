"""Giveaways, as a third party would test them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot import PluginError
from douyinbot_giveaway import draw, promise


@pytest.fixture
def admin(bot):
    return bot.user("房管", "admin")


async def test_from_the_promise_to_the_proof(bot, admin):
    await bot.load("douyinbot_giveaway", duration="60s")
    (opening,) = await bot.chat("!抽奖 666 2", user=admin)
    published = re.fullmatch(r"抽奖: 发 666 参加，抽 2 人。承诺 ([0-9a-f]{16})", opening)[1]
    people = {bot.user(name).key: name for name in ("小红", "小明", "小刚", "阿花")}
    for name in people.values():
        await bot.chat("６６６", user=name)
        await bot.chat("666", user=name)  # once is enough
    await bot.chat("667", user="路人")
    result, proof = await bot.advance("60s")
    secret = proof.removeprefix("验证: 种子 ")
    assert promise(secret) == published
    assert result == f"恭喜 {'、'.join(people[key] for key in draw(secret, people, 2))}！4 人参加"
    assert await bot.advance("5m") == []
    assert await bot.store("giveaway").keys() == []


async def test_it_can_be_drawn_early_and_then_only_once(bot, admin):
    await bot.load("douyinbot_giveaway", duration="60s")
    await bot.chat("!抽奖 666", user=admin)
    await bot.chat("666", user="小红")
    assert (await bot.chat("!开奖", user=admin))[0] == "恭喜 小红！1 人参加"
    assert await bot.chat("!开奖", user=admin) == ["现在没有抽奖"]
    assert await bot.advance("2m") == []


async def test_nobody_came(bot, admin):
    await bot.load("douyinbot_giveaway", duration="60s")
    await bot.chat("!抽奖 666", user=admin)
    assert await bot.advance("61s") == ["抽奖结束，没有人参加"]


async def test_one_at_a_time_and_not_for_too_many(bot, admin):
    await bot.load("douyinbot_giveaway")
    assert await bot.chat("!抽奖 666 21", user=admin) == ["一次抽 1 到 20 人"]
    assert await bot.chat("!抽奖 666") == []  # a viewer
    await bot.chat("!抽奖 666", user=admin)
    assert await bot.chat("!抽奖 777", user=admin) == ["上一个抽奖还没开奖，先 !开奖"]


async def test_entering_may_cost_points(bot, admin):
    await bot.load("douyinbot_points", per_chat=0, per_check_in=20)
    await bot.load("douyinbot_giveaway", price=15)
    await bot.chat("!抽奖 666", user=admin)
    await bot.chat("!签到", user="小红")
    await bot.chat("666", user="小红")
    assert await bot.chat("666", user="小明") == ["小明 的积分不够，参加要 15"]
    assert await bot.store("points").get(f"points:{bot.user('小红').key}") == 5
    assert (await bot.chat("!开奖", user=admin))[0] == "恭喜 小红！1 人参加"


async def test_a_restart_loses_neither_entrants_nor_the_draw(bot, admin):
    await bot.load("douyinbot_giveaway", duration="60s")
    (opening,) = await bot.chat("!抽奖 666", user=admin)
    await bot.chat("666", user="小红")
    await bot.advance("20s")
    await bot.engine.unload("giveaway")
    await bot.advance("20s")
    await bot.load("douyinbot_giveaway", duration="60s")
    await bot.chat("666", user="小红")
    assert await bot.advance("19s") == []
    result, proof = await bot.advance("2s")
    assert result == "恭喜 小红！1 人参加"
    assert promise(proof.removeprefix("验证: 种子 ")) in opening


@given(st.sets(st.text(), min_size=1, max_size=30), st.integers(1, 40), st.text())
def test_the_draw_depends_on_secret_and_entrants_alone(entrants, winners, secret):
    drawn = draw(secret, entrants, winners)
    assert drawn == draw(secret, sorted(entrants, reverse=True), winners)
    assert len(drawn) == min(winners, len(entrants)) == len(set(drawn))
    assert set(drawn) <= entrants


async def test_a_price_needs_points(bot):
    with pytest.raises(PluginError, match="put it before giveaway in `enable`"):
        await bot.load("douyinbot_giveaway", price=5)
