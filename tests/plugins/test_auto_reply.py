"""Answers to keywords, as a third party would test them."""

import pytest

from douyinbot import ConfigError, PluginError

PRICE = {"words": ["多少钱", "价格"], "say": ["$(user)，看小黄车"]}


async def test_a_line_with_a_keyword_is_answered(bot):
    await bot.load("douyinbot_auto_reply", rules=[PRICE])
    assert await bot.chat("这个多少钱啊", user="小红") == ["小红，看小黄车"]
    assert await bot.chat("你好") == []


async def test_a_rule_rests_after_an_answer(bot):
    await bot.load("douyinbot_auto_reply", rules=[PRICE | {"cooldown": "10s"}])
    assert await bot.chat("多少钱", user="小红")
    assert await bot.chat("价格", user="小明") == []
    await bot.advance("10s")
    assert await bot.chat("价格", user="小明")


@pytest.mark.parametrize(
    ("match", "answered"),
    [("exact", {"ABC"}), ("start", {"ABC", "ＡＢＣd"}), ("contains", {"ABC", "ＡＢＣd", "xabc"})],
)
async def test_how_a_word_has_to_stand(bot, match, answered):
    await bot.load(
        "douyinbot_auto_reply",
        rules=[{"words": ["abc"], "say": ["好"], "match": match, "cooldown": "0s"}],
    )
    found = set()
    for line in ("ABC", "ＡＢＣd", "xabc", "ab c"):
        await bot.advance("2m")
        if await bot.chat(line) == ["好"]:
            found.add(line)
    assert found == answered


async def test_only_from_a_role_on(bot):
    await bot.load("douyinbot_auto_reply", rules=[PRICE | {"role": "fans"}])
    assert await bot.chat("多少钱") == []
    assert await bot.chat("多少钱", role="fans")


async def test_commands_and_old_lines_are_no_questions(bot):
    await bot.load("douyinbot_dice")
    await bot.load("douyinbot_auto_reply", rules=[{"words": ["dice"], "say": ["好"]}])
    assert "好" not in await bot.chat("!dice")
    assert await bot.chat("dice", history=True) == []


@pytest.mark.parametrize(
    "rule", [{"words": [], "say": ["a"]}, {"words": [" "], "say": ["a"]}, PRICE | {"say": []}]
)
async def test_an_empty_rule_is_refused(bot, rule):
    with pytest.raises(PluginError, match="every rule needs `words` and `say`"):
        await bot.load("douyinbot_auto_reply", rules=[rule])


async def test_a_wrong_rule_is_named(bot):
    with pytest.raises(ConfigError, match=r"plugins\.auto_reply\.rules"):
        await bot.load("douyinbot_auto_reply", rules=[PRICE | {"match": "fuzzy"}])
    with pytest.raises(ConfigError, match=r"plugins\.auto_reply\.rules\[0\]\.say\[0\]: unknown variable"):
        await bot.load("douyinbot_auto_reply", rules=[PRICE | {"say": ["$(usr)"]}])


async def test_a_regular_expression_may_stand_anywhere_in_the_line(bot):
    rule = {"words": [r"(多少|几)(钱|块)"], "say": ["好"], "match": "regex", "cooldown": "0s"}
    await bot.load("douyinbot_auto_reply", rules=[rule])
    assert await bot.chat("这个几块啊") == ["好"]
    assert await bot.chat("钱多少") == []


@pytest.mark.parametrize(
    ("word", "why"), [("(a", r"is no regular expression: missing \)"), ("a" * 201, "200 characters, not 201")]
)
async def test_what_is_no_regular_expression_is_refused(bot, word, why):
    with pytest.raises(PluginError, match=why):
        await bot.load("douyinbot_auto_reply", rules=[{"words": [word], "say": ["好"], "match": "regex"}])
