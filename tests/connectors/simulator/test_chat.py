"""Saying a line: who may, what is answered, and that everybody hears it."""

import asyncio
import json
import re
import time
from typing import Any

import pytest

from douyinbot.connectors.simulator import Limits, Scenario, Simulator, Step, Trouble
from douyinbot.errors import (
    InvalidSessionError,
    MutedError,
    RejectedTextError,
    RoomEndedError,
    SendError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.webcast.chat_answer import parse_chat_answer
from douyinbot.webcast.douyin import query
from douyinbot.webcast.douyin.page import parse_enter

LOGIN = Simulator.LOGIN.partition("=")[2]


def troubled(kind: str) -> Scenario:
    return Scenario(trouble=Trouble(chat=kind))  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_line_is_shown_to_everybody_with_the_id_of_the_answer(play: Any, events: Any, method: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me, other, poller = guest(LOGIN), guest(), guest()
        state = await me.open()
        await other.open()
        await poller.open()
        cursor = (await poller.batch()).cursor
        async with me.socket() as mine, other.socket() as others:
            answer = await me.chat("大家好 🎲", method=method)
            accepted = parse_chat_answer(answer.status, answer.body)
            assert accepted.account_id == state.account_id
            assert json.loads(answer.body)["data"]["content"] == "大家好 🎲"
            for event in (
                *await mine.events(1),
                *await others.events(1),
                *events((await poller.batch(cursor)).messages),
            ):
                assert (event.id, event.comment) == (accepted.message_id, "大家好 🎲")
                assert (event.user.id, event.user.nickname) == (state.account_id, "小助手")

    report = play(scene).report
    assert [(line.room, line.text, line.answer) for line in report.chat_lines] == [("abc", "大家好 🎲", "ok")]
    assert report.violations == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("too_fast", TooFastError),
        ("muted", MutedError),
        ("rejected", RejectedTextError),
        ("logged_out", InvalidSessionError),
        ("ended", RoomEndedError),
        ("empty", SendError),
        ("forbidden", InvalidSessionError),
        ("throttled", TooFastError),
        ("bad_parameters", SendError),
        ("html", SendError),
        ("http_502", UnconfirmedError),
    ],
)
def test_refusals_are_understood(play: Any, kind: str, error: type[SendError]) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        answer = await me.chat("hi")
        with pytest.raises(error):
            parse_chat_answer(answer.status, answer.body)
        assert ("Retry-After" in answer.headers) is (kind == "throttled")

    report = play(scene, scenario=troubled(kind)).report
    assert [line.answer for line in report.chat_lines] == [kind]


@pytest.mark.parametrize(("speech", "words"), [("closed", "主播已关闭评论"), ("muted", "禁言")])
def test_who_may_not_chat_is_told_so_by_the_page_and_by_the_answer(
    play: Any, speech: Any, words: str
) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        assert words in (await me.open()).chat_closed
        assert words in parse_enter((await me.enter()).body).chat_closed
        answer = await me.chat("hi")
        with pytest.raises(MutedError, match=words):
            parse_chat_answer(answer.status, answer.body)

    report = play(scene, scenario=Scenario(trouble=Trouble(speech=speech))).report
    assert [line.answer for line in report.chat_lines] == [speech]


async def _token(guest: Any) -> str:
    page = (await guest.get("/abc")).body.decode()
    match = re.search(r"token&quot;: &quot;([0-9a-f]{64})", page)
    assert match is not None
    return match[1]


def test_the_rooms_own_page_may_speak_with_its_token(play: Any, events: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        fields = f"room_id={me.visit.room_id}&content=hi&page_token={await _token(me)}"
        async with me.socket() as socket:
            answer = await me.get(query.CHAT, fields, headers={"Sec-Fetch-Site": "same-origin"})
            assert parse_chat_answer(answer.status, answer.body).message_id
            assert [event.comment for event in await socket.events(1)] == ["hi"]

    assert play(scene).report.violations == []


@pytest.mark.parametrize("wrong", ["elsewhere", "no browser", "another visitor", "invented", "signed, too"])
def test_a_page_token_is_no_way_around_the_signature(play: Any, wrong: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me, other = guest(LOGIN), guest()
        await me.open()
        await other.open()
        token = "0" * 64 if wrong == "invented" else await _token(other if wrong == "another visitor" else me)
        fields = f"room_id={me.visit.room_id}&content=hi&page_token={token}"
        if wrong == "signed, too":
            fields += "&a_bogus=x"
        site = {"elsewhere": "cross-site"}.get(wrong, "same-origin")
        headers = {} if wrong == "no browser" else {"Sec-Fetch-Site": site}
        assert (await me.get(query.CHAT, fields, headers=headers)).status == 403

    report = play(scene).report
    assert [line.answer for line in report.chat_lines] == ["forbidden"]
    assert len(report.violations) == 1


def test_a_refusal_shows_its_reason_in_chinese(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        answer = json.loads((await me.chat("hi")).body)
        assert answer["data"]["prompts"] == "你已被禁言，暂时无法发言"
        assert answer["status_code"] not in (0, 20003)

    play(scene, scenario=troubled("muted"))


def test_a_silent_room_accepts_and_shows_nothing(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        async with me.socket() as socket:
            answer = await me.chat("unheard")
            assert parse_chat_answer(answer.status, answer.body).message_id
            await simulator.say("abc", "小明", "heard")
            assert [event.comment for event in await socket.events(1)] == ["heard"]

    play(scene, scenario=troubled("silent"))


def test_a_request_without_an_answer_does_not_hold_up_the_end(play: Any) -> None:
    began = time.monotonic()

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        with pytest.raises(TimeoutError):
            await me.chat("hi", timeout=0.2)

    report = play(scene, scenario=troubled("timeout")).report
    assert [line.answer for line in report.chat_lines] == ["timeout"]
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("session_id", ["", "expired"])
def test_who_is_not_logged_in_may_not_speak(play: Any, session_id: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(session_id)
        await me.open()
        answer = json.loads((await me.chat("hi")).body)
        assert (answer["status_code"], answer["data"]["prompts"]) == (20003, "请先登录")

    assert play(scene).report.chat_lines[0].answer == "logged_out"


def test_a_wrong_signature_is_forbidden(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        assert (await me.chat("hi", spoil="&more=1")).status == 403

    report = play(scene).report
    assert report.chat_lines[0].answer == "forbidden"
    assert "query: another hash" in report.violations[0]


def test_length_is_counted_in_utf_16_units(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        codes = [json.loads((await me.chat(text)).body)["status_code"] for text in ("字" * 50, "😀" * 25)]
        assert codes == [0, 0]
        for text in ("字" * 51, "😀" * 26, " "):
            assert json.loads((await me.chat(text)).body)["status_code"] != 0

    report = play(scene).report
    assert [line.answer for line in report.chat_lines] == ["ok", "ok", "too_long", "too_long", "no_text"]
    assert len(report.violations) == 3


def test_one_line_a_second_for_each_account(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me, other = guest(LOGIN), guest("other")
        await me.open()
        await other.open("def")
        for who in (me, me, other):
            await who.chat("hi")
        await asyncio.sleep(0.3)
        await me.chat("again")

    report = play(scene, limits=Limits(chat_gap=0.3)).report
    assert [line.answer for line in report.chat_lines] == ["ok", "too_fast", "ok", "ok"]
    assert report.violations == []  # too fast is for the outbox to handle, not against the protocol


def test_an_ended_room_takes_no_line(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        await simulator.do("abc", Step(do="end"))
        answer = await me.chat("hi")
        with pytest.raises(RoomEndedError, match="直播已结束"):
            parse_chat_answer(answer.status, answer.body)

    play(scene)


def test_trouble_may_begin_in_mid_stream(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        await me.chat("one")
        await simulator.do("abc", Step(do="trouble", trouble=Trouble(chat="logged_out")))
        await me.chat("two")
        await simulator.do("abc", Step(do="trouble", trouble=Trouble()))
        await me.chat("three")

    report = play(scene).report
    assert [line.answer for line in report.chat_lines] == ["ok", "logged_out", "ok"]
