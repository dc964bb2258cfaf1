"""Song requests, as a third party would test them."""

import pytest

from douyinbot import PluginError


@pytest.fixture
def admin(bot):
    return bot.user("房管", "admin")


async def test_songs_are_asked_for_sung_and_dropped(bot, admin):
    await bot.load("douyinbot_song_request")
    assert await bot.chat("!歌单") == ["歌单是空的，发 !点歌 歌名"]
    assert await bot.chat("!点歌 晴天", user="小红") == ["小红 点了《晴天》，排第 1"]
    assert await bot.chat("！点歌 Hey Jude", user="小明") == ["小明 点了《Hey Jude》，排第 2"]
    await bot.chat("!点歌 稻香", user="小刚")
    await bot.advance("10s")
    assert await bot.chat("!歌单") == ["歌单: 1.晴天 2.Hey Jude 3.稻香"]
    assert await bot.chat("!删歌 2", user=admin) == ["删掉了《Hey Jude》"]
    assert await bot.chat("!删歌 3", user=admin) == ["歌单里没有第 3 首"]
    assert await bot.chat("!下一首", user=admin) == ["下一首《晴天》，小红 点的"]
    assert await bot.chat("!下一首", user=admin) == ["下一首《稻香》，小刚 点的"]
    assert await bot.chat("!下一首", user=admin) == ["歌单是空的"]


async def test_there_are_limits(bot):
    await bot.load("douyinbot_song_request", most=3, per_viewer=1, longest=4)
    assert await bot.chat("!点歌 一二三四五六", user="小红") == ["小红 点了《一二三四》，排第 1"]
    await bot.advance("5s")
    assert await bot.chat("!点歌 七", user="小红") == ["小红 已经点了 1 首，先听完"]
    assert await bot.chat("!点歌 一二三四", user="小明") == ["《一二三四》已经在歌单里了"]
    await bot.advance("5s")
    await bot.chat("!点歌 七", user="小明")
    await bot.chat("!点歌 八", user="小刚")
    assert await bot.chat("!点歌 九", user="阿花") == ["歌单满了，等一会儿再点"]


async def test_the_list_outlives_a_restart(bot, admin):
    await bot.load("douyinbot_song_request")
    await bot.chat("!点歌 晴天", user="小红")
    await bot.engine.unload("song_request")
    await bot.load("douyinbot_song_request")
    assert await bot.chat("!下一首", user=admin) == ["下一首《晴天》，小红 点的"]


async def test_songs_may_cost_points(bot):
    await bot.load("douyinbot_points", per_chat=0, per_check_in=20)
    await bot.load("douyinbot_song_request", price=15)
    await bot.chat("!签到", user="小红")
    assert await bot.chat("!点歌 晴天", user="小红") == ["小红 点了《晴天》，排第 1"]
    await bot.advance("5s")
    assert await bot.chat("!点歌 稻香", user="小红") == ["小红 的积分不够，点歌要 15"]


async def test_long_lists_are_cut_short(bot):
    await bot.load("douyinbot_song_request", shown=2)
    for name in ("甲", "乙", "丙"):
        await bot.chat(f"!点歌 {name}歌", user=name)
    assert await bot.chat("!歌单") == ["歌单: 1.甲歌 2.乙歌 等3首"]


async def test_viewers_do_not_choose_what_comes_next(bot):
    await bot.load("douyinbot_song_request")
    await bot.chat("!点歌 晴天", user="小红")
    assert await bot.chat("!下一首", user="小红") == []
    assert await bot.chat("!删歌 1", user="小红") == []


async def test_a_price_needs_points(bot):
    with pytest.raises(PluginError, match="put it before song_request in `enable`"):
        await bot.load("douyinbot_song_request", price=5)
