import random
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from douyinbot.core.texts.templates import VARIABLES, Template, TemplateError, Values

NOON = datetime(2026, 1, 2, 12, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
KNOWN = Values(
    user="一个非常非常长的名字",
    arguments=("稻香", "周杰伦"),
    rest="稻香 周杰伦",
    gift="玫瑰",
    count=3,
    value=27,
    viewers=1234,
    uptime=3900.0,
    now=NOON,
    counters={"deaths": 7},
)


def render(text: str, values: Values = KNOWN, *, extra=(), seed: int = 0) -> str:
    return Template(text, extra).render(values, random.Random(seed))


# ---- variables ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("谢谢 $(user)!", "谢谢 一个非常非常长的名字!"),
        ("$(user.short)", "一个非常非常长…"),
        ("$(1)/$(2)/$(3)", "稻香/周杰伦/"),
        ("$(rest)", "稻香 周杰伦"),
        ("$(gift)x$(count)", "玫瑰x3"),
        ("$(value) 钻", "27 钻"),
        ("$(viewers) 人", "1234 人"),
        ("$(uptime)", "1小时5分钟"),
        ("$(time)", "12:05"),
        ("$(time HH:mm:ss)", "12:05:09"),
        ("$(time YYYY-MM-DD)", "2026-01-02"),
        ("$(time MM月DD日 HH点mm分)", "01月02日 12点05分"),
        ("$(count deaths)", "7"),
        ("$( user )", "一个非常非常长的名字"),
        ("no variables", "no variables"),
        ("  $(1)  ", "稻香"),
        ("5 $ (six) $x {", "5 $ (six) $x {"),
    ],
)
def test_variables(text, rendered):
    assert render(text) == rendered


def test_every_variable_of_the_design_is_there():
    assert set(VARIABLES) == {
        *(
            "user",
            "user.short",
            "rest",
            "count",
            "random",
            "pick",
            "time",
            "uptime",
            "gift",
            "value",
            "viewers",
        )
    }


@pytest.mark.parametrize("name", sorted(set(VARIABLES) - {"random", "pick"}))
def test_what_is_not_known_here_becomes_nothing(name):
    assert render(f"[$({name})]", Values()) == "[]"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0分钟"), (59, "0分钟"), (61, "1分钟"), (3599, "59分钟"), (86_400, "24小时0分钟")],
)
def test_uptime_in_words(seconds, shown):
    assert render("$(uptime)", Values(uptime=float(seconds))) == shown


def test_random_reaches_both_ends_and_nothing_else():
    template, rng = Template("$(random 1 3)"), random.Random(0)
    assert {template.render(KNOWN, rng) for _ in range(100)} == {"1", "2", "3"}
    assert render("$(random -5 -5)") == "-5"


def test_pick_takes_one_of_them():
    template, rng = Template("$(pick 石头| 剪刀 |布)"), random.Random(0)
    assert {template.render(KNOWN, rng) for _ in range(100)} == {"石头", "剪刀", "布"}


def test_the_same_seed_says_the_same():
    text = "$(random 1 1000000) {a/b/c/d} $(pick x|y|z)"
    assert render(text, seed=5) == render(text, seed=5)
    assert len({render(text, seed=seed) for seed in range(20)}) == 20


def test_counters_are_known_before_rendering():
    assert Template("$(count deaths) {$(count wins)/x} $(count)").counters == {"deaths", "wins"}


# ---- spintax --------------------------------------------------------------------------------------


def test_spintax_takes_each_choice_about_equally_often():
    template, rng = Template("{老铁/宝宝/家人}们好"), random.Random(0)
    said = Counter(template.render(KNOWN, rng) for _ in range(300))
    assert set(said) == {"老铁们好", "宝宝们好", "家人们好"}
    assert min(said.values()) > 60


def test_spintax_may_hold_variables():
    template, rng = Template("{谢谢 $(user.short)/$(gift)x$(count) 收到}"), random.Random(0)
    assert {template.render(KNOWN, rng) for _ in range(50)} == {"谢谢 一个非常非常长…", "玫瑰x3 收到"}


def test_spintax_may_hold_nothing():
    template, rng = Template("好{啊/}"), random.Random(0)
    assert {template.render(KNOWN, rng) for _ in range(50)} == {"好啊", "好"}


@pytest.mark.parametrize(
    "text", ["{}", "{one}", "a } b { c", "{a", "b}", "{{{", "}}", "{{7*7}}", "1/2", "a/b } {"]
)
def test_braces_without_a_choice_are_just_braces(text):
    assert render(text) == text


def sayings(text: str, tries: int = 200) -> set[str]:
    """Return all that a text can say."""
    template, rng = Template(text), random.Random(0)
    return {template.render(KNOWN, rng) for _ in range(tries)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{a/{b/c}}", {"a", "b", "c"}),
        ("{早/{a/b}好/晚}!", {"早!", "a好!", "b好!", "晚!"}),
        ("{{a/b}/{c/{d/e}}}", set("abcde")),
        ("{早上好/$(pick a|b)/x $(time HH:mm)}", {"早上好", "a", "b", "x 12:05"}),
        ("{$(time HH/mm)/b}", {"12/05", "b"}),
        ("{{a}/b}", {"{a}", "b"}),
        ("{ {a/b }", {"{ a", "{ b"}),
        ("{a/b}}", {"a}", "b}"}),
        ("$(pick (笑)|哈(哈(哈)))", {"(笑)", "哈(哈(哈))"}),
    ],
)
def test_choices_in_choices_and_slashes_in_variables(text, said):
    assert sayings(text) == said


def test_very_many_braces_are_read_quickly():
    assert render("{" * 50_000) == "{" * 50_000
    assert render("{a/b}" * 1000).count("a") > 400
    with pytest.raises(TemplateError, match="more than 20 levels"):
        Template("{a/" * 30 + "b" + "}" * 30)


def choices(inner: st.SearchStrategy) -> st.SearchStrategy:
    """Choices between what `inner` makes: their text, and everything that they can say."""
    return st.lists(inner, min_size=2, max_size=3).map(
        lambda parts: (
            "{" + "/".join(text for text, _ in parts) + "}",
            {one for _, sayable in parts for one in sayable},
        )
    )


@given(
    st.recursive(
        st.tuples(st.sampled_from(["a", "b", "老铁", "$(gift)", "$(time HH/mm)", "(", "$"]), st.none()).map(
            lambda pair: (pair[0], {{"$(gift)": "玫瑰", "$(time HH/mm)": "12/05"}.get(pair[0], pair[0])})
        ),
        choices,
        max_leaves=12,
    ),
    st.integers(0, 99),
)
def test_any_nest_of_choices_says_one_of_its_leaves(nest, seed):
    text, leaves = nest
    assert render(text, seed=seed) in leaves


@given(st.text(st.sampled_from("$(){}/|ab user pick"), max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        template = Template(text)
    except TemplateError:
        return
    assert template.render(KNOWN, random.Random(0)) == template.render(KNOWN, random.Random(0))


@given(st.text(max_size=40))
def test_any_text_of_viewers_comes_out_as_it_went_in(text):
    assert render("<$(user){$(user)/$(user)}>", Values(user=text)) == f"<{text}{text}>"


def test_a_text_tells_which_further_variables_it_uses():
    assert Template("$(song) {$(mood)/x}", ["song", "mood", "weather"]).extra == {"song", "mood"}


def test_variables_in_plain_braces_are_filled_in():
    assert render("{$(gift)}") == "{玫瑰}"


# ---- mistakes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("$(usr)", r'unknown variable \$\(usr\) - did you mean "user"\?'),
        ("$(Gift)", r'did you mean "gift"\?'),
        ("{a/$(veiwers)}", r'did you mean "viewers"\?'),
        ("$(user.name)", r"unknown variable \$\(user.name\)"),
        ("$()", r"unknown variable \$\(\)"),
        ("$(0)", r"unknown variable \$\(0\)"),
        ("$(100)", r"unknown variable \$\(100\)"),
        ("$(1 2)", r"unknown variable \$\(1 2\)"),
        ("$(user.__class__)", r"unknown variable"),
        ("$(user x)", r"\$\(user x\): takes no arguments"),
        ("$(random)", r"\$\(random LOW HIGH\) takes two whole numbers"),
        ("$(random 1)", r"takes two whole numbers"),
        ("$(random 1 x)", r"takes two whole numbers"),
        ("$(random 5 1)", r"LOW must not be larger than HIGH"),
        ("$(pick)", r"needs something to pick from"),
        ("$(pick | )", r"needs something to pick from"),
        ("$(count a b)", r"\$\(count NAME\) takes one name"),
        ("$(user", r"is not closed"),
        ("$( {", r"is not closed"),
        ("$(pick :(|a)", r"is not closed"),
        ("$(pick $(user)|b)", r"no variable and no choice can stand inside a variable"),
        ("$(pick {a/b}|c)", r"no variable and no choice can stand inside a variable"),
        ("$(pick a(b)|c", r"is not closed"),
        ("{老铁/宝宝", r'a choice "\{…/…" is not closed'),
        ("{a/{b/c}", r'a choice "\{…/…" is not closed'),
    ],
)
def test_mistakes_are_found_when_the_text_is_read(text, problem):
    with pytest.raises(TemplateError, match=problem):
        Template(text)


# ---- further variables ----------------------------------------------------------------------------


def test_extra_variables():
    assert (
        render("$(song) $(plays)", Values(extra={"song": "稻香", "plays": 3}), extra=["song", "plays"])
        == "稻香 3"
    )


def test_an_extra_variable_that_is_not_there_becomes_nothing():
    assert render("[$(song)]", Values(), extra=["song"]) == "[]"
    assert render("[$(song)]", Values(extra={"song": None}), extra=["song"]) == "[]"


def test_a_misspelt_extra_variable_is_told_the_nearest():
    with pytest.raises(TemplateError, match=r'did you mean "song"\?'):
        Template("$(sonq)", ["song"])


def test_extra_variables_stand_before_built_in_ones_without_arguments():
    values = Values(user="A", count=1, counters={"x": 9}, extra={"user": "B", "count": 2})
    assert render("$(user) $(count) $(count x)", values, extra=["user", "count"]) == "B 2 9"


def test_what_a_plugin_puts_in_is_cleaned():
    assert render("$(song)", Values(extra={"song": "a\x1b[2J\u202eb\nc"}), extra=["song"]) == "a[2Jb c"


# ---- viewers' text --------------------------------------------------------------------------------

HOSTILE = [
    "$(user)",
    "$(random 1 100)",
    "$(count deaths)",
    "{a/b}",
    "{$(user)/x}",
    "%(x)s",
    "%s%n",
    "{0.__class__}",
    "{user.__init__.__globals__}",
    "{{7*7}}",
    "${7*7}",
    "$(pick a|b)",
    "$(1)",
    r"\1\g<0>",
]
TEMPLATES = [
    "$(user)",
    "$(1)",
    "$(rest)",
    "$(extra)",
    "你好 $(user) 说 $(rest)",
    "{$(user)/$(user)}",
    "{$(rest)}",
    "[$(user)$(1)$(extra)]",
    "$(user)$(user)",
    "$(pick x|x) $(user)",
]


class Spy(str):
    """A text that notices when anybody looks at its attributes by name, as str.format does."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        raise AssertionError("formatted")

    def __mod__(self, other: object) -> str:
        raise AssertionError("interpolated")


@pytest.mark.parametrize("text", TEMPLATES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_viewers_wrote_is_put_in_as_it_is(text, hostile):
    spy = Spy(hostile)
    values = Values(user=spy, arguments=(spy,), rest=spy, counters={"deaths": 7}, extra={"extra": spy})
    plain = Values(user="X", arguments=("X",), rest="X", counters={"deaths": 7}, extra={"extra": "X"})
    expected = render(text, plain, extra=["extra"]).replace("X", hostile)
    assert render(text, values, extra=["extra"]) == expected
