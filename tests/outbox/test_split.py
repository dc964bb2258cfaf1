import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from douyinbot.events.text import graphemes
from douyinbot.outbox import split
from douyinbot.outbox.split import MARK, divide, utf16_length

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇨🇳"
ACCENT = "e\u0301\u0323"
SKIN = "👍🏽"

letters = st.sampled_from(
    ["a", "好", "，", "。", " ", "…", "\u3000", FAMILY, FLAG, ACCENT, SKIN, "❤️", "𠮷", "0️⃣", "한"]
)
texts = st.one_of(st.lists(letters, max_size=120).map("".join), st.text(max_size=120))


def unmarked(parts: list[str], rest: str) -> str:
    marked = parts if rest else parts[:-1]
    assert all(part.endswith(MARK) for part in marked)
    return "".join([part.removesuffix(MARK) for part in marked] + ([] if rest else parts[-1:])) + rest


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("好", 1), ("🎲", 2), (FAMILY, 11), ("𠮷", 2)]
)
def test_the_length_is_counted_as_the_web_box_does(text, length):
    assert utf16_length(text) == length


def test_a_short_text_stays_as_it_is():
    assert split("谢谢老铁") == ["谢谢老铁"]
    assert split("x" * 50) == ["x" * 50]
    assert split("") == []


def test_a_long_text_is_cut_and_marked():
    assert split("x" * 51) == ["x" * 49 + "…", "xx"]


def test_cuts_are_made_between_words():
    text = "the quick brown fox jumps over the lazy dog and runs away"
    assert split(text, 18, 4) == ["the quick brown …", "fox jumps over …", "the lazy dog and …", "runs away"]


def test_cuts_are_made_after_chinese_punctuation():
    assert split("欢迎来到直播间，点点关注不迷路，谢谢大家", 11) == [
        "欢迎来到直播间，…",
        "点点关注不迷路，…",
        "谢谢大家",
    ]


def test_a_line_is_not_left_half_empty_for_a_nice_cut():
    assert split("你好，" + "x" * 26, 20, 3) == ["你好，" + "x" * 16 + "…", "x" * 10]


def test_words_are_cut_rather_than_left_out():
    text = "aaaaaa bbbbbbbb cccccccc dd"
    assert divide(text, 10) == (["aaaaaa bb…", "bbbbbb cc…", "cccccc dd"], "")


def test_what_is_too_much_is_left_out_and_told():
    parts, rest = divide("好" * 200, 50, 3)
    assert parts == ["好" * 49 + "…"] * 3
    assert rest == "好" * (200 - 147)


def test_one_part_only():
    assert divide("一二三四五六七八九十甲乙", 10, 1) == (["一二三四五六七八九…"], "十甲乙")


def test_a_character_longer_than_a_line_is_replaced():
    assert divide("好" + FAMILY + "好", 10) == (["好…好"], "")


def test_nonsense_limits_are_an_error():
    with pytest.raises(ValueError, match="at least"):
        split("好", 1)
    with pytest.raises(ValueError, match="at least"):
        split("好", 50, 0)


@given(texts, st.integers(13, 60), st.integers(1, 4))
@example(FAMILY * 20, 13, 3)
@example(FLAG * 40, 13, 4)
@example(ACCENT * 40, 14, 3)
def test_nothing_is_lost_nothing_is_cut_in_two_and_nothing_is_too_long(text, max_length, max_parts):
    if any(utf16_length(piece) >= max_length for piece in graphemes(text)):
        return
    parts, rest = divide(text, max_length, max_parts)
    assert len(parts) <= max_parts
    assert all(utf16_length(part) <= max_length for part in parts)
    assert unmarked(parts, rest) == text
    whole = graphemes(text)
    marked = [part.removesuffix(MARK) for part in (parts if rest else parts[:-1])]
    pieces = [graphemes(part) for part in [*marked, rest if rest else "".join(parts[-1:])]]
    assert [piece for part in pieces for piece in part] == whole


@given(texts, st.integers(2, 20), st.integers(1, 4))
def test_lines_fit_however_short_they_must_be(text, max_length, max_parts):
    parts = split(text, max_length, max_parts)
    assert len(parts) <= max_parts
    assert all(0 < utf16_length(part) <= max_length for part in parts)
