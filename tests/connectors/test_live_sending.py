"""Saying a line: taken and seen, refused with a reason, or lost - and then never said twice."""

import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from douyinbot.connectors.live import LiveConnector
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
from douyinbot.events import Chat, Connected
from tests.connectors.chaos import ChaosProxy
from tests.connectors.rooms import Listener, connector, listening, simulator

LOGIN = Simulator.LOGIN


@asynccontextmanager
async def speaking(
    server: Simulator, cookies: str = LOGIN, **options: Any
) -> AsyncIterator[tuple[LiveConnector, Listener]]:
    to = connector(server, cookies=cookies, **options)
    async with listening(to) as room:
        await room.until(Connected)
        yield to, room


async def refusal(server: Simulator, text: str = "大家好", cookies: str = LOGIN, **options: Any) -> SendError:
    """Say a line that is not taken, and return the error."""
    async with server, speaking(server, cookies, **options) as (to, _):
        with pytest.raises(SendError) as caught:
            await to.send(text)
    return caught.value


def refusing(chat: Any, **limits: Any) -> Simulator:
    return simulator(Scenario(trouble=Trouble(chat=chat)), **limits)


async def test_a_line_that_is_taken_comes_back_in_the_rooms_own_stream() -> None:
    async with simulator() as server, speaking(server) as (to, room):
        accepted = await to.send("大家好")
        seen = await room.until(Chat)
        assert seen.comment == "大家好"
        assert seen.id == accepted.message_id
        assert seen.user is not None
        assert seen.user.id == accepted.account_id == to.account_id
        assert [line.answer for line in server.report.chat_lines] == ["ok"]
        assert server.report.violations == []


@pytest.mark.parametrize(
    "text", ["!dice 6", "a=1&b=2?c#d", "100% + 1/2", "👨‍👩‍👧‍👦🌸", '"引号"', "\\ü~*'()", "空 格", "长" * 50]
)
async def test_every_text_arrives_letter_for_letter_and_rightly_signed(text: str) -> None:
    async with simulator() as server, speaking(server) as (to, room):
        await to.send(text)
        assert (await room.until(Chat)).comment == text
        assert [line.text for line in server.report.chat_lines] == [text]
        assert server.report.violations == []


async def test_several_lines_in_a_row_are_each_signed_anew() -> None:
    async with simulator() as server, speaking(server) as (to, _):
        ids = {(await to.send(f"line {number}")).message_id for number in range(5)}
        assert len(ids) == 5
        assert server.report.violations == []


async def test_a_line_that_is_taken_but_not_shown_is_only_accepted() -> None:
    async with refusing("silent") as server, speaking(server) as (to, room):
        accepted = await to.send("大家好")
        await server.say("abc", "小明", "after")
        assert (await room.until(Chat)).comment == "after"
        assert accepted.message_id


@pytest.mark.parametrize(
    ("chat", "kind", "words"),
    [
        ("too_fast", TooFastError, "speaks too fast; sending backs off (code 4003101: 发言太快啦"),
        ("muted", MutedError, "may not speak in this room (code 4003010: 你已被禁言"),
        ("rejected", RejectedTextError, "refuses this text (code 4003020: 评论包含敏感词"),
        ("logged_out", InvalidSessionError, "not logged in, or its login has expired. Log in with"),
        ("ended", RoomEndedError, "the stream has ended (code 30003: 直播已结束)"),
        ("empty", SendError, "answered with nothing: risk control does not trust this account now"),
        ("forbidden", InvalidSessionError, "refused the account (HTTP 403); sending stops until you resume"),
        ("throttled", TooFastError, "speaks too fast; sending backs off (HTTP 429)"),
        ("bad_parameters", SendError, "the platform refused the line (code 10011: 参数不合法)"),
        ("html", SendError, "probably wants a verification. Open the room in your browser"),
    ],
)
async def test_each_refusal_is_an_error_of_its_own_in_plain_words(
    chat: Any, kind: type[SendError], words: str
) -> None:
    error = await refusal(refusing(chat))
    assert type(error) is kind
    assert words in str(error)
    assert not isinstance(error, UnconfirmedError)


async def test_a_throttled_account_learns_when_to_come_again() -> None:
    error = await refusal(refusing("throttled"))
    assert isinstance(error, TooFastError)
    assert error.retry_after == 5.0


async def test_an_account_that_hurries_is_slowed_down_by_the_room_itself() -> None:
    limits = Limits(chat_gap=60.0, poll_gap=0.0)
    async with simulator(limits=limits) as server, speaking(server) as (to, _):
        await to.send("one")
        with pytest.raises(TooFastError):
            await to.send("two")


async def test_a_text_that_is_too_long_is_refused_with_the_platforms_words() -> None:
    assert "评论不能超过50个字" in str(await refusal(simulator(), "长" * 51))


async def test_a_guest_is_told_how_to_log_in_before_anything_is_asked() -> None:
    server = simulator()
    error = await refusal(server, cookies="")
    assert isinstance(error, InvalidSessionError)
    assert 'cookies = "env:DOUYIN_COOKIE"' in str(error)
    assert server.report.chat_lines == []


async def test_a_guest_has_no_account() -> None:
    async with simulator() as server, speaking(server, cookies="") as (to, _):
        assert to.account_id == ""


async def test_an_expired_login_is_a_lost_login() -> None:
    assert isinstance(await refusal(simulator(), cookies="sessionid=expired"), InvalidSessionError)


async def test_in_a_room_that_has_ended_nothing_can_be_said() -> None:
    async with simulator() as server, speaking(server) as (to, room):
        await server.do("abc", Step(do="end"))
        await room.rest()
        with pytest.raises(RoomEndedError):
            await to.send("too late")


@pytest.mark.parametrize(("speech", "words"), [("closed", "主播已关闭评论"), ("muted", "你已被禁言")])
async def test_what_the_room_says_beforehand_is_the_reason_and_nothing_is_tried(
    speech: Any, words: str
) -> None:
    async with simulator(Scenario(trouble=Trouble(speech=speech))) as server, speaking(server) as (to, _):
        with pytest.raises(MutedError, match=words):
            await to.send("大家好")
        assert server.report.chat_lines == []


async def test_a_room_that_is_opened_for_chat_again_is_spoken_in_again() -> None:
    async with (
        simulator(Scenario(trouble=Trouble(speech="closed"))) as server,
        speaking(server) as (to, room),
    ):
        with pytest.raises(MutedError):
            await to.send("too early")
        await server.do("abc", Step(do="trouble", trouble=Trouble()))
        await to.send("大家好")
        assert (await room.until(Chat)).comment == "大家好"


async def test_a_closed_room_that_cannot_be_looked_up_stays_closed() -> None:
    async with simulator(Scenario(trouble=Trouble(speech="muted"))) as server, speaking(server) as (to, _):
        await server.do("abc", Step(do="trouble", trouble=Trouble(page="503", enter="503")))
        with pytest.raises(MutedError, match="not tried"):
            await to.send("大家好")
        assert server.report.chat_lines == []


async def test_a_server_that_fails_leaves_a_line_unconfirmed() -> None:
    error = await refusal(refusing("http_502"))
    assert isinstance(error, UnconfirmedError)
    assert "HTTP 502" in str(error)


# ---- lost answers -------------------------------------------------------------------------------------


async def test_an_answer_that_never_comes_is_unconfirmed_and_asked_for_once() -> None:
    async with refusing("timeout") as server:
        async with speaking(server, request_options={"timeout": "250ms"}) as (to, _):
            with pytest.raises(UnconfirmedError, match="may or may not have been said; it is not repeated"):
                await to.send("once")
        assert [line.text for line in server.report.chat_lines] == ["once"]


@pytest.mark.parametrize("fault", ["reset_in", "cut_in"])
@pytest.mark.parametrize("after", [1, 30])
async def test_a_line_whose_answer_is_lost_on_the_way_is_said_once(fault: str, after: int) -> None:
    """The client library would repeat it by itself: a GET counts as harmless there."""
    async with simulator() as server, ChaosProxy(server.address) as network:
        async with speaking(server, endpoint=network.address) as (to, room):
            for number in range(3):
                setattr(network, fault, after)
                with pytest.raises(UnconfirmedError):
                    await to.send(f"line {number}")
                assert (await room.until(Chat)).comment == f"line {number}"  # it was said all the same
            await to.send("at last")
        assert [line.text for line in server.report.chat_lines] == ["line 0", "line 1", "line 2", "at last"]


async def test_a_site_that_cannot_be_reached_leaves_a_line_unconfirmed() -> None:
    async with simulator() as server:
        async with (
            ChaosProxy(server.address) as network,
            speaking(server, endpoint=network.address) as (to, _),
        ):
            await network.stop()
            with pytest.raises(UnconfirmedError):
                await to.send("into the void")
        assert server.report.chat_lines == []


async def test_no_secret_and_no_text_is_in_an_error() -> None:
    canary = "-".join(("can", "ary"))
    cookies = f"sessionid={canary}; passport={canary}"
    for chat in ("timeout", "forbidden", "muted", "empty"):
        options = {"request_options": {"timeout": "250ms"}} if chat == "timeout" else {}
        error = await refusal(refusing(chat), canary, cookies, **options)
        whole = "".join(traceback.format_exception(error))
        assert canary not in whole
        assert "a_bogus=" not in whole
        assert "msToken=" not in whole
