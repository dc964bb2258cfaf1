"""Durations, rates and secrets: how they are written, refused and shown."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from douyinbot.config import Duration, Rate, Secret, is_loopback
from douyinbot.errors import ConfigError
from tests import canaries

CANARY = canaries.SESSION_ID

# ---- durations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("3s", 3),
        ("10m", 600),
        ("1h", 3600),
        ("1d", 86400),
        ("1h30m", 5400),
        ("1h 30m 5s", 5405),
        ("1.5h", 5400),
        ("0s", 0),
        (" 90 S ", 90),
        ("1M", 60),
        ("1m1ms", 60.001),
    ],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert Duration.parse(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "5",
        "s",
        "-5s",
        "5 sec",
        "5min",
        "1h,30m",
        "1e3s",
        ".5s",
        "5.s",
        "3秒",
        "1h-30m",
        "inf",
        "nans",
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write for instance") as caught:
        Duration.parse(text)
    assert f'"{text}"' in str(caught.value)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0ms"),
        (0.25, "250ms"),
        (1, "1s"),
        (1.5, "1.5s"),
        (60, "1m"),
        (90, "90s"),
        (5400, "90m"),
        (172800, "2d"),
    ],
)
def test_durations_are_shown_in_their_largest_whole_unit(seconds: float, text: str) -> None:
    assert str(Duration(seconds)) == text


@settings(deadline=None)
@given(st.one_of(st.integers(0, 10**9), st.integers(0, 999).map(lambda ms: ms / 1000)))
def test_a_shown_duration_can_be_read_again(seconds: float) -> None:
    assert Duration.parse(str(Duration(seconds))) == pytest.approx(seconds)


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789.smhd -٣９"), max_size=12))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert Duration.parse(text) >= 0


# ---- rates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count", "period"),
    [
        ("1/4s", 1, 4),
        ("10/1m", 10, 60),
        ("5/m", 5, 60),
        ("2 / 500ms", 2, 0.5),
        (" 3/S ", 3, 1),
        ("1/1h30m", 1, 5400),
    ],
)
def test_rates_are_read(text: str, count: int, period: float) -> None:
    rate = Rate.parse(text)
    assert (rate.count, rate.period) == (count, period)
    assert isinstance(rate.period, Duration)


@pytest.mark.parametrize(
    "text", ["", "1", "4s", "1/", "/4s", "0/4s", "-1/4s", "1.5/4s", "1/0s", "1/-4s", "1/x", "1/4s/2"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (rate|duration)"):
        Rate.parse(text)


def test_refusal_shows_what_was_written() -> None:
    with pytest.raises(ValueError, match='"1/-4s" is not a rate; write COUNT/PERIOD'):
        Rate.parse("1/-4s")


def test_rates_are_values() -> None:
    assert Rate.parse("1/60s") == Rate(1, Duration(60)) == Rate.parse("1/1m")
    assert len({Rate.parse("1/60s"), Rate.parse("1/1m"), Rate.parse("2/1m")}) == 2
    assert (str(Rate.parse("1/60s")), repr(Rate.parse("10/4s"))) == ("1/1m", "Rate(10/4s)")
    assert Rate.parse("1/60s") != "1/1m"


# ---- secrets ------------------------------------------------------------------------------------


def test_secret_is_read_from_the_environment_when_it_is_used() -> None:
    assert Secret.parse("env:DOUYIN_COOKIE").reveal({"DOUYIN_COOKIE": f" {CANARY}\n"}) == CANARY


def test_secret_is_read_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "cookie.txt").write_text(f"{CANARY}=值\n", encoding="utf-8")
    assert Secret.parse("file:cookie.txt").at(tmp_path).reveal() == f"{CANARY}=值"
    assert Secret.parse(f"file:{tmp_path / 'cookie.txt'}").at(Path("/elsewhere")).reveal() == f"{CANARY}=值"


@pytest.mark.parametrize(
    "text",
    [
        CANARY,
        f"sessionid={CANARY}; ttwid=1",
        f"env:sessionid={CANARY}",
        f"env:{CANARY}; x",
        "env:",
        "file:",
        "",
        "ENV:X",
    ],
)
def test_a_literal_secret_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="does not belong into this file") as caught:
        Secret.parse(text)
    assert CANARY not in str(caught.value)
    assert '"env:NAME" or "file:PATH"' in str(caught.value)


def test_secret_never_shows_in_str_or_repr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUYIN_COOKIE", CANARY)
    (tmp_path / "cookie.txt").write_text(CANARY)
    for secret in (Secret.parse("env:DOUYIN_COOKIE"), Secret.parse("file:cookie.txt").at(tmp_path)):
        assert secret.reveal() == CANARY
        for shown in (str(secret), repr(secret), f"{secret}", repr({"cookies": secret}), f"{secret!a}"):
            assert CANARY not in shown
        assert secret.reference in repr(secret)


@pytest.mark.parametrize("environment", [{}, {"DOUYIN_COOKIE": ""}, {"DOUYIN_COOKIE": "  "}])
def test_a_variable_that_is_not_set_is_named_with_what_to_do(environment: dict[str, str]) -> None:
    with pytest.raises(
        ConfigError, match=r"DOUYIN_COOKIE is not set\. Set it \(export DOUYIN_COOKIE=\.\.\.\)"
    ):
        Secret.parse("env:DOUYIN_COOKIE").reveal(environment)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file"), (b"", "is empty"), (b" \n", "is empty"), (b"\xff\xfe", "not text")],
)
def test_a_secret_file_that_cannot_be_used_is_named(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / "cookie.txt").write_bytes(content)
    with pytest.raises(ConfigError, match=reason) as caught:
        Secret.parse("file:cookie.txt").at(tmp_path).reveal()
    assert str(tmp_path / "cookie.txt") in str(caught.value)


def test_secrets_are_equal_by_their_reference() -> None:
    assert Secret.parse("env:A") == Secret.parse(" env:A ")
    assert len({Secret.parse("env:A"), Secret.parse("env:A"), Secret.parse("env:B")}) == 2
    assert Secret.parse("env:A") != "env:A"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_only_this_computer_itself_is_loopback(host: str, here: bool) -> None:
    assert is_loopback(host) == here
