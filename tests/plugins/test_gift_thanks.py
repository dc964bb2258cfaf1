"""Thanks for gifts, as a third party would test it."""

import pytest

from douyinbot import ConfigError, User, hookimpl


async def test_a_streak_is_thanked_once_with_its_total(bot):
    await bot.load("gift_thanks")
    await bot.gift("小红", "玫瑰", combo=[1, 2, 5, 5])
    assert await bot.advance("10s") == ["谢谢 小红 的 玫瑰x5"]
    assert await bot.advance("60s") == []


async def test_a_lost_end_mark_changes_nothing(bot):
    await bot.load("gift_thanks")
    await bot.gift("小红", "玫瑰", combo=[1, 2, 3], end=False)
    assert await bot.advance("10s") == ["谢谢 小红 的 玫瑰x3"]


async def test_the_thanks_wait_for_more_gifts_but_not_for_ever(bot):
    await bot.load("gift_thanks", window="3s", longest="7s")
    said = []
    for _ in range(4):
        await bot.gift("小红", "玫瑰")
        said.append(await bot.advance("2s"))
    assert said == [[], [], [], ["谢谢 小红 的 玫瑰x4"]]


async def test_several_givers_are_thanked_in_one_line_the_most_generous_first(bot):
    await bot.load("gift_thanks", max_names=2)
    await bot.gift("小红", "玫瑰")
    await bot.gift("小刚", "跑车")
    await bot.gift("小明", "棒棒糖")
    assert await bot.advance("10s") == ["谢谢 小刚、小明 等3位 的礼物"]


async def test_small_gifts_can_be_left_out(bot):
    await bot.load("gift_thanks", min_value=10)
    await bot.gift("小红", "玫瑰", combo=[9])
    await bot.gift("小明", "玫瑰", combo=[10])
    assert await bot.advance("10s") == ["谢谢 小明 的 玫瑰x10"]


async def test_masked_viewers_are_not_one_person(bot):
    await bot.load("gift_thanks")
    for name in ("吴***", "李***"):
        await bot.gift(User(id="111111", nickname=name, is_anonymous=True), "玫瑰")
    assert await bot.advance("10s") == ["谢谢 吴***、李*** 的礼物"]


async def test_a_name_cannot_smuggle_in_a_variable(bot):
    await bot.load("gift_thanks")
    await bot.gift("$(value){a/b}", "玫瑰")
    assert await bot.advance("10s") == ["谢谢 $(value… 的 玫瑰x1"]


@pytest.mark.parametrize(("gift", "priority"), [("跑车", "high"), ("爱的纸鹤", "normal")])
async def test_dear_gifts_go_first(bot, gift, priority):
    priorities = []

    class Watch:
        @hookimpl
        def filter_message(self, message):
            priorities.append(message.priority)

    await bot.load(Watch())
    await bot.load("gift_thanks", high_value=1000)
    await bot.gift("小刚", gift)
    assert await bot.advance("10s") == [f"谢谢 小刚 的 {gift}x1"]
    assert priorities == [priority]


async def test_history_is_not_thanked(bot):
    await bot.load("gift_thanks")
    await bot.gift("小红", history=True)
    assert await bot.advance("10s") == []


@pytest.mark.parametrize(
    "giver", [None, User(id="7", nickname="\u202e\u200b")], ids=["nobody", "an invisible name"]
)
async def test_whoever_has_no_name_is_a_mysterious_person(bot, giver):
    await bot.load("gift_thanks")
    await bot.emit("gift", user=giver, gift_name="玫瑰", total=2, diamond_count=1)
    assert await bot.advance("10s") == ["谢谢 神秘人 的 玫瑰x2"]


async def test_several_kinds_of_one_giver_are_thanked_together(bot):
    await bot.load("gift_thanks")
    await bot.gift("小红", "玫瑰")
    await bot.gift("小红", "棒棒糖")
    assert await bot.advance("10s") == ["谢谢 小红 的礼物"]


async def test_one_giver_with_two_streaks_of_a_kind_gets_the_sum(bot):
    await bot.load("gift_thanks", text="$(user) $(gift)x$(count)=$(value)")
    await bot.gift("小红", "棒棒糖", combo=[2])
    await bot.gift("小红", "棒棒糖", combo=[3])
    assert await bot.advance("10s") == ["小红 棒棒糖x5=45"]


async def test_after_the_thanks_the_next_gift_begins_anew(bot):
    await bot.load("gift_thanks")
    for _ in range(2):
        await bot.gift("小红", "玫瑰")
        assert await bot.advance("10s") == ["谢谢 小红 的 玫瑰x1"]


@pytest.fixture
def strict(make_bot):
    """A bot that does not say the same twice within a minute, as in a real room."""
    return make_bot('[send]\ndedupe = "60s"')


async def test_what_was_said_a_moment_ago_is_said_with_the_givers_total(strict):
    await strict.load("gift_thanks")
    said = []
    for giver in ("小红", "小明", "小红", "小红"):
        await strict.gift(giver, "玫瑰")
        said += await strict.advance("10s")
    assert said == [
        "谢谢 小红 的 玫瑰x1",
        "谢谢 小明 的 玫瑰x1",
        "谢谢 小红 的 玫瑰x1，一共 2 个",
        "谢谢 小红 的 玫瑰x1，一共 3 个",
    ]
    await strict.advance("60s")
    await strict.gift("小红", "玫瑰")
    assert await strict.advance("10s") == ["谢谢 小红 的 玫瑰x1"]


async def test_the_total_knows_what_was_thanked_in_company_and_ends_with_the_stream(strict):
    await strict.load("gift_thanks", again="$(user) $(gift) $(count) $(value) $(total)")
    await strict.gift("小红", "棒棒糖", combo=[4])
    await strict.gift("小明", "棒棒糖")
    assert await strict.advance("10s") == ["谢谢 小红、小明 的礼物"]
    for said in (["谢谢 小红 的 棒棒糖x2"], ["小红 棒棒糖 2 18 8"]):
        await strict.gift("小红", "棒棒糖", combo=[2])
        assert await strict.advance("10s") == said
    await strict.emit("stream_end")
    await strict.gift("小红", "棒棒糖", combo=[2])
    assert await strict.advance("10s") == ["小红 棒棒糖 2 18 2"]


async def test_only_so_many_totals_are_kept(strict):
    plugin = await strict.load("gift_thanks")
    for number in range(plugin.MOST_TOTALS + 1):
        await strict.emit(
            "gift",
            user=User(id=str(number + 7), nickname=f"{number}"),
            gift_name="玫瑰",
            total=1,
            diamond_count=1,
        )
    await strict.advance("15s")
    assert len(strict.engine.seats["gift_thanks"].state_of("main")["totals"]) == plugin.MOST_TOTALS


async def test_wrong_settings_are_named(bot):
    with pytest.raises(ConfigError, match=r"plugins\.gift_thanks\.windw: unknown key"):
        await bot.load("gift_thanks", windw="3s")
    with pytest.raises(ConfigError, match=r"plugins\.gift_thanks\.text: unknown variable \$\(usr\)"):
        await bot.load("gift_thanks", text="谢谢 $(usr)")
