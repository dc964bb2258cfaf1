import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from douyinbot.config import load_config
from douyinbot.config.fullwidth import find_slip
from douyinbot.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[bot]\nname = “我的小助手”\n", '2:8: “ is a full-width quote; use "'),
        ('[plugins]\nenable = ["dice"，"help"]\n', "2:17: ， is a full-width comma; use ,"),
        ('enable = ["dice"、"help"]\n', "1:17: 、 is a full-width comma; use ,"),
        ('[bot]\n\nname ＝ "x"\n', "3:6: ＝ is a full-width equals sign; use ="),
        ("［bot］\n", "1:1: ［ is a full-width bracket; use ["),
        ("【bot】\n", "1:1: 【 is a full-width bracket; use ["),
        ("name = ‘x’\n", "1:8: ‘ is a full-width quote; use '"),
        ('say = {text = "，"｝\n', "1:18: ｝ is a full-width brace; use }"),
        ('a = """多行“引号”\n"""\nb = “x”\n', '3:5: “ is a full-width quote; use "'),
        ('name = "x" ＃ 注释\n', "1:12: ＃ is a full-width hash sign; use #"),
    ],
)
def test_a_slip_of_a_chinese_keyboard_is_named_with_its_place(tmp_path, text, place):
    path = tmp_path / "bot.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert str(error.value) == f"{path}:{place}."


def test_in_texts_and_comments_they_are_welcome():
    assert (
        find_slip("# “注释”，\nname = \"“好”，【】＝\"\nother = '，'\nlong = '''，'''\nx = \"\\\"，\"\n")
        is None
    )


def test_other_mistakes_are_told_as_ever(tmp_path):
    path = tmp_path / "bot.toml"
    path.write_text("[bot]\nname = \n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"bot.toml:2: this is not valid TOML: Invalid value"):
        load_config(path)


@given(st.text(alphabet="“”，＝\"'#[]\\\n a="))
def test_any_text_can_be_looked_through(text):
    slip = find_slip(text)
    assert slip is None or text.split("\n")[slip.line - 1][slip.column - 1] == slip.told[0]


@given(st.text(alphabet="“”，、＝【】好 "))
def test_nothing_is_found_in_a_string_of_a_right_file(text):
    whole = f"# {text}\nname = \"{text}\"\nother = '{text}'\n"
    tomli.loads(whole)
    assert find_slip(whole) is None
