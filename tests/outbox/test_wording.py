import pytest

from douyinbot.outbox.wording import LONGEST, fold, tidy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("谢谢 老铁", "谢谢 老铁"),
        ("  hello\nworld ", "hello world"),
        ("a    b", "a b"),
        ("a\u200b\u202eb\x1b[31m", "ab[31m"),
        ("\u200d\ufe0f \u200b", ""),
        ("", ""),
        ("👨‍👩‍👧 好", "👨‍👩‍👧 好"),
    ],
)
def test_texts_are_made_fit_to_be_said(text, said):
    assert tidy(text) == said


def test_a_book_is_not_read_to_its_end():
    assert len(tidy("好" * 1_000_000)) == LONGEST


@pytest.mark.parametrize("other", ["你好 ok!", "你好ＯＫ！", "你 好 O K !", "你好OK!\ufe0f"])
def test_spaces_width_and_case_do_not_make_another_text(other):
    assert fold(other) == fold("你好OK!")


def test_other_words_do():
    assert fold("你好") != fold("您好")
