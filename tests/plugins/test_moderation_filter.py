"""Words that the bot never says, as a third party would test them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from douyinbot import PluginError, command
from douyinbot_moderation_filter import read_words


class Parrot:
    name = "parrot"

    @command("say")
    def say(self, ctx, *, text: str):
        return text


async def said(bot, text, **settings):
    await bot.load(Parrot())
    await bot.load("douyinbot_moderation_filter", **settings)
    return await bot.chat(f"!say {text}")


@pytest.mark.parametrize(
    "text",
    ["傻瓜", "你是傻瓜吗", "傻 瓜", "傻*瓜", "傻\u200b瓜", "傻.-.瓜", "ＢＡＤ", "b a d", "bаd", "B·A·D"],
    ids=ascii,
)
async def test_words_are_found_however_they_are_written(bot, text):
    assert await said(bot, text, words=["傻瓜", "bad"]) == []
    assert bot.dropped[0].reason == "敏感词"


@pytest.mark.parametrize("text", ["傻刮", "沙瓜", "煞挂"])
async def test_the_same_sound_is_the_same_word(bot, text):
    pytest.importorskip("pypinyin")
    assert await said(bot, f"你是{text}", words=["傻瓜"], pinyin=True) == []


async def test_sounds_can_be_left_alone(bot):
    assert await said(bot, "沙瓜", words=["傻瓜"], pinyin=False) == ["沙瓜"]


async def test_harmless_lines_pass(bot):
    assert await said(bot, "今天唱 Hey Jude，群 123456", words=["傻瓜", "bad"]) == [
        "今天唱 Hey Jude，群 123456"
    ]


async def test_found_words_can_be_masked(bot):
    assert await said(bot, "你是傻-瓜吗", words=["傻瓜"], action="mask") == ["你是***吗"]


@pytest.mark.parametrize(
    "text", ["看 https://evil.test/x", "加 www.evil.test", "evil.com 便宜", "ｅｖｉｌ．ｃｏｍ"]
)
async def test_links_are_no_business_of_a_bot(bot, text):
    assert await said(bot, text) == []


async def test_numbers_count_when_asked_for(bot):
    assert await said(bot, "加我 138-0013-8000", numbers=True) == []


async def test_viewers_names_are_looked_at_too(bot):
    await bot.load("douyinbot_moderation_filter", words=["傻瓜"])
    await bot.load("douyinbot_gift_thanks")
    await bot.gift("傻瓜", "玫瑰")
    assert await bot.advance("10s") == []


async def test_words_may_come_from_a_file(bot, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("傻瓜\n\nbad\n", encoding="utf-8")
    assert await said(bot, "你是傻瓜", file=str(words)) == []


async def test_a_file_that_is_missing_is_named(bot, tmp_path):
    with pytest.raises(PluginError, match=r"^plugin moderation_filter: the words of .*gone.txt cannot be"):
        await bot.load("douyinbot_moderation_filter", file=str(tmp_path / "gone.txt"))


@given(st.text(min_size=1, max_size=6), st.text(max_size=20), st.text(max_size=20))
def test_a_word_is_found_where_it_stands(word, before, after):
    words = read_words([word], None)
    for start, end in words.find(before + word + after):
        assert 0 <= start < end <= len(before + word + after)
    if words.folded:
        assert words.find(before + word + after)


async def test_a_long_line_takes_no_time(bot):
    words = read_words([f"词{number}" for number in range(500)], None)
    assert words.find("词" * 500) == []
