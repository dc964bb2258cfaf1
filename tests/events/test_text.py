"""Viewer text made safe to show: hostile characters go, what people really write stays."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.events.text import clean, graphemes, shorten

FAMILY = "👨‍👩‍👧‍👦"
KISS = "👩🏻‍❤️‍💋‍👨🏿"
FLAG = "🇨🇳"
PRIDE = "🏳️‍🌈"
INVISIBLE = "\u202e\u2066\u200b\u200d\ufeff\u00ad\ufe0f\U000e0041\ue000\ud800"
HOSTILE = INVISIBLE + "\x00\x07\x1b\x9b\r\n\t\u2028\u2029\u0301\u20dd\u0903"
PARTS = [FAMILY, KISS, FLAG, PRIDE, "你", "\u202e", "\x1b[2J"]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from([*HOSTILE, *"a你🎲👩🏻🇨ᄀ가"]), max_size=200),
    st.lists(st.sampled_from(PARTS), max_size=40).map("".join),
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("你好", 2),
        (FAMILY, 1),
        (KISS, 1),
        (FLAG * 3, 3),
        (PRIDE, 1),
        ("e\u0301", 1),
        ("각", 1),
        ("1️⃣", 1),
    ],
)
def test_graphemes_are_what_a_reader_sees_as_single_characters(text: str, count: int) -> None:
    assert len(graphemes(text)) == count
    assert "".join(graphemes(text)) == text


# ---- clean --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "你好，主播！666",
        "Grüße, ça va? 12 ½",
        "emoji 🎲 " + FAMILY + KISS + FLAG + PRIDE,
        "1️⃣ ❤️‍🔥 👍🏽",
        "ภาษาไทย हिन्दी العربية 한국어",
        "e\u0301 o\u0302\u0301 a\u0323\u0302\u0301",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("abc\u202ecba", "abccba"),
        ("\u2066a\u2069\u200b\u200e\ufeffb\u00ad", "ab"),
        ("a\x00b\x07c\x7f", "abc"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]52;c;cm0gLXJm\x07", "]52;c;cm0gLXJm"),
        ("\x9b31mred", "31mred"),
        ("one\ntwo\rthree\tfour", "one two three four"),
        ("one\u2028two\u2029three", "one two three"),
        ("one\x0btwo\x0cthree\x85four\x1cfive", "onetwothreefourfive"),
        ("a\ud800b\udfff", "ab"),
        ("A\U000e0041\U000e0042\U000e007f", "A"),
        ("\ue000\U000f0000a", "a"),
        ("\uffffa\u0378", "a"),
        ("  a  ", "a"),
        ("\u3000你好\u3000", "你好"),
        ("\x00\u202e\n", ""),
        ("", ""),
        (
            "Z\u0300\u0301\u0302\u0303\u0304a\u0305\u0306\u0307\u0308lgo",
            "Z\u0300\u0301\u0302a\u0305\u0306\u0307lgo",
        ),
        ("\u0300" * 5 + "a", "\u0300" * 3 + "a"),
        ("a" + "\u20dd" * 50, "a" + "\u20dd" * 3),
        ("a" + "\u200d" * 50 + "b", "a" + "\u200d" * 3 + "b"),
        ("a" + "\ufe0f" * 50, "a" + "\ufe0f" * 3),
    ],
)
def test_what_hides_reorders_or_floods_goes(hostile: str, harmless: str) -> None:
    assert clean(hostile) == harmless


@pytest.mark.parametrize(
    "endless", ["👩\u200d", "ᄀ", "👍" + "🏻" * 900, "a" + "\u0903" * 900, "\U000111c2", "\u0e33" * 9 + "a"]
)
def test_a_grapheme_without_end_is_cut(endless: str) -> None:
    text = (endless * 5000)[:10_000]
    assert len(clean(text, limit=24)) <= 24 * 16
    assert len(shorten(text)) <= 8 * 16


def test_limit_counts_graphemes_and_cuts_none_of_them() -> None:
    assert clean("a" * 600) == "a" * 500
    assert clean(FAMILY * 30, limit=20) == FAMILY * 20
    assert clean("a" * 20, limit=20) == "a" * 20
    assert clean("a" * 21, limit=20) == "a" * 20
    assert clean("abc", limit=0) == ""


@settings(max_examples=500, deadline=None)
@given(TEXTS, st.integers(0, 40))
def test_cleaned_text_is_one_bounded_line_without_control_characters(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert {char for char in cleaned if unicodedata.category(char) == "Cf"} <= {"\u200d"}
    assert len(cleaned.splitlines()) <= 1
    assert cleaned == cleaned.strip()
    assert len(graphemes(cleaned)) <= limit
    assert len(cleaned) <= 16 * limit
    assert cleaned.encode().decode() == cleaned


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_cleaning_adds_nothing_but_spaces(text: str) -> None:
    kept = iter(text.translate({ord(char): " " for char in "\n\r\t\u2028\u2029"}))
    assert all(char in kept for char in clean(text))  # a subsequence


# ---- shorten ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("小明", "小明"),
        ("一二三四五六七八", "一二三四五六七八"),
        ("一二三四五六七八九", "一二三四五六七…"),
        (FAMILY * 9, FAMILY * 7 + "…"),
        ("\u202e\x1b[31m", "[31m"),
        ("", ""),
    ],
)
def test_short_name_has_eight_graphemes(name: str, short: str) -> None:
    assert shorten(name) == short


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(1, 12))
def test_short_name_is_never_wider_than_asked_for(text: str, width: int) -> None:
    short = shorten(text, width)
    assert len(graphemes(short)) <= width
    assert short.endswith("…") or clean(text) == short
