"""Visitors and accounts."""

import random
import re

from douyinbot.connectors.simulator import Simulator
from douyinbot.connectors.simulator.visitors import REMEMBERED, Visitors


def visitors() -> Visitors:
    return Visitors(random.Random(1))


def test_a_ttwid_looks_like_one_and_none_is_like_another() -> None:
    known = visitors()
    cookies = {known.new_ttwid(1_795_000_000_123) for _ in range(20)}
    assert len(cookies) == 20
    assert all(re.fullmatch(r"1%7C[0-9a-f]{40}%7C1795000000%7C[0-9a-f]{64}", cookie) for cookie in cookies)


def test_a_visitor_id_belongs_to_a_ttwid() -> None:
    first, second = visitors(), visitors()
    assert first.visitor_id("a") == second.visitor_id("a") != first.visitor_id("b")
    assert re.fullmatch(r"7\d{18}", first.visitor_id("a"))


def test_whoever_saw_a_page_must_use_its_id() -> None:
    known = visitors()
    assert known.wrong_id("a", "7300000000000000001") == ""  # four clients invent one
    assert "is not the one" in known.wrong_id("a", "")
    assert "is not the one" in known.wrong_id("a", "abc")
    known.shown("a")
    assert "is not the one" in known.wrong_id("a", "7300000000000000001")
    assert known.wrong_id("a", known.visitor_id("a")) == ""


def test_login_cookies_are_accounts() -> None:
    known = visitors()
    name, _, session_id = Simulator.LOGIN.partition("=")
    me, other = known.account(session_id), known.account("other")
    assert name == "sessionid"
    assert me is not None
    assert other is not None
    assert me is known.account(session_id)
    assert me.person.id != other.person.id
    assert me.person.id == visitors().account(session_id).person.id  # type: ignore[union-attr]
    assert known.account("expired") is None
    assert known.account("") is None


def test_an_account_may_not_speak_too_fast() -> None:
    account = visitors().account("a")
    assert account is not None
    assert [account.may_speak(now, 1.0) for now in (0, 0.9, 1.0, 1.5, 2.1)] == [
        True,
        False,
        True,
        False,
        True,
    ]


def test_three_hasty_polls_are_too_fast() -> None:
    known = visitors()
    assert [known.polls_too_fast("a", now / 2, 1.0) for now in range(6)] == [False] * 3 + [True] + [False] * 2
    assert not any(known.polls_too_fast("b", float(now), 1.0) for now in range(9))


def test_memory_is_bounded() -> None:
    known = visitors()
    known.shown("first")
    for number in range(REMEMBERED):
        known.shown(str(number))
    assert known.wrong_id("first", "7300000000000000001") == ""
    assert known.comes_again("0", "abc") is False
    assert known.comes_again("0", "abc") is True
