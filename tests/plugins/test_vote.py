"""Votes, as a third party would test them."""

import pytest


@pytest.fixture
def admin(bot):
    return bot.user("房管", "admin")


async def test_a_vote_from_beginning_to_end(bot, admin):
    await bot.load("douyinbot_vote", duration="60s")
    assert await bot.chat("!vote 今晚唱什么 晴天 稻香", user=admin) == [
        "今晚唱什么？发数字投票: 1.晴天 2.稻香"
    ]
    for name, line in {"甲": "1", "乙": "２", "丙": " 2 ", "丁": "3", "戊": "22", "己": "晴天"}.items():
        assert await bot.chat(line, user=name) == []
    assert await bot.chat("!票数") == ["晴天 1 稻香 2"]
    assert await bot.advance("60s") == ["投票结束: 今晚唱什么，稻香 得 2 票，共 3 人"]
    await bot.chat("1", user="庚")
    await bot.advance("20s")
    assert await bot.chat("!票数") == ["现在没有投票"]


async def test_the_last_vote_of_a_viewer_counts(bot, admin):
    await bot.load("douyinbot_vote")
    await bot.chat("!vote 选 甲 乙", user=admin)
    await bot.chat("1", user="小红")
    await bot.chat("2", user="小红")
    assert await bot.chat("!投票结束", user=admin) == ["投票结束: 选，乙 得 1 票，共 1 人"]
    assert await bot.advance("10m") == []


async def test_a_draw_names_all_winners_and_no_vote_none(bot, admin):
    await bot.load("douyinbot_vote")
    await bot.chat("!vote 选 甲 乙 丙", user=admin)
    await bot.chat("1", user="小红")
    await bot.chat("2", user="小明")
    assert await bot.chat("!投票结束", user=admin) == ["投票结束: 选，甲、乙 得 1 票，共 2 人"]
    await bot.chat("!vote 又选 甲 乙", user=admin)
    assert await bot.chat("!投票结束", user=admin) == ["投票结束: 又选，没有人投票"]
    assert await bot.chat("!投票结束", user=admin) == ["现在没有投票"]


async def test_the_timer_of_an_ended_vote_does_not_end_the_next(bot, admin):
    await bot.load("douyinbot_vote", duration="60s")
    await bot.chat("!vote 一 甲 乙", user=admin)
    await bot.advance("30s")
    await bot.chat("!投票结束", user=admin)
    await bot.chat("!vote 二 甲 乙", user=admin)
    assert await bot.advance("45s") == []
    assert await bot.advance("30s") == ["投票结束: 二，没有人投票"]


async def test_options_must_be_some_and_one_vote_runs_at_a_time(bot, admin):
    await bot.load("douyinbot_vote")
    assert await bot.chat("!vote 选 甲", user=admin) == ["要有 2 到 9 个选项"]
    assert await bot.chat("!vote 选 甲 乙") == []  # a viewer
    await bot.chat("!vote 选 甲 乙", user=admin)
    assert await bot.chat("!vote 选 丙 丁", user=admin) == ["投票还没结束，先 !投票结束"]
