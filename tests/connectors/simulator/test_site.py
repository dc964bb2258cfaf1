"""Page, enter and gift list over real HTTP: cookies, logins, and each kind of trouble."""

import json
from typing import Any

import pytest

from douyinbot.connectors.simulator import GiftSpec, Scenario, Simulator, Times, Trouble
from douyinbot.errors import (
    BlockedError,
    ConnectError,
    LoginRequiredError,
    ProtocolError,
    SignatureError,
    VerificationRequiredError,
)
from douyinbot.webcast.douyin import query
from douyinbot.webcast.douyin.page import parse_enter, parse_room_page
from douyinbot.webcast.pairs import encode

LOGIN = Simulator.LOGIN.partition("=")[2]


def test_a_new_visitor_gets_a_ttwid_and_keeps_it(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        assert (await me.get("/")).status == 200
        ttwid = me.cookies["ttwid"]
        first = await me.open("abc")
        again = await me.open("def")
        assert me.cookies["ttwid"] == ttwid
        assert first.visitor_id == again.visitor_id
        other = await guest().open("abc")
        assert other.visitor_id != first.visitor_id
        assert other.room_id == first.room_id != again.room_id
        assert first.room_id == simulator.room_id("abc")

    assert play(scene).report.pages == 3


def test_a_login_shows_on_the_page(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        mine, other = await guest(LOGIN).open(), await guest("other").open()
        assert mine.account_id
        assert other.account_id not in ("", mine.account_id)
        assert (await guest("expired").open()).account_id == ""
        assert (await guest().open()).account_id == ""

    play(scene)


def test_enter_needs_a_ttwid(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        assert (await me.enter("abc")).body == b""
        state = await me.open()
        assert parse_enter((await me.enter()).body).room_id == state.room_id

    assert play(scene).report.violations == []


def test_what_cannot_be_a_room(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.get("/")
        assert (await me.get("/a%20b")).status == 404
        assert (await me.get("/a/b")).status == 404
        with pytest.raises(BlockedError, match="4001038"):
            parse_enter((await me.enter("a b")).body)

    play(scene)


def test_page_trouble(play: Any) -> None:
    kinds = ("not_found", "verification", "offline", "throttled", "503", "empty", "blocked", "444", "old")
    rooms = {f"r{kind}": Scenario(trouble=Trouble(page=kind)) for kind in kinds}  # type: ignore[arg-type]

    async def scene(simulator: Simulator, guest: Any) -> None:
        answers = {kind: await guest().get(f"/r{kind}") for kind in kinds}
        statuses = {kind: answer.status for kind, answer in answers.items()}
        assert statuses == {
            "not_found": 404,
            "verification": 200,
            "offline": 200,
            "throttled": 429,
            "503": 503,
            "empty": 200,
            "blocked": 403,
            "444": 444,
            "old": 200,
        }
        assert b"RENDER_DATA" in answers["old"].body
        assert parse_room_page(answers["old"].body.decode()).is_live
        assert answers["throttled"].headers["Retry-After"] == answers["503"].headers["Retry-After"] == "5"
        assert answers["empty"].body == b""
        assert not parse_room_page(answers["offline"].body.decode()).is_live
        with pytest.raises(VerificationRequiredError):
            parse_room_page(answers["verification"].body.decode())

    play(scene, rooms=rooms)


def test_enter_trouble(play: Any) -> None:
    refusals: dict[str, type[ConnectError | ProtocolError]] = {
        "empty": BlockedError,
        "html": VerificationRequiredError,
        "garbage": ProtocolError,
        "error": BlockedError,
        "login": LoginRequiredError,
        "hidden": LoginRequiredError,
        "signature": SignatureError,
    }
    kinds = (*refusals, "offline", "throttled", "503", "blocked", "444")
    rooms = {f"r{kind}": Scenario(trouble=Trouble(enter=kind)) for kind in kinds}  # type: ignore[arg-type]

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.get("/")
        answers = {kind: await me.enter(f"r{kind}") for kind in kinds}
        assert (answers["throttled"].status, answers["503"].status) == (429, 503)
        assert (answers["blocked"].status, answers["444"].status) == (403, 444)
        for kind, error in refusals.items():
            with pytest.raises(error):
                parse_enter(answers[kind].body)
        assert not parse_enter(answers["offline"].body).is_live

    play(scene, rooms=rooms)


def test_pages_that_give_no_cookie(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.get("/", headers={"Referer": "https://live.douyin.com/abc"})
        await me.open()
        assert "ttwid" not in me.cookies
        await me.get("/")  # on the way to no room
        assert "ttwid" in me.cookies

    play(scene, scenario=Scenario(trouble=Trouble(cookie="missing")))


def test_trouble_that_passes(play: Any) -> None:
    scenario = Scenario(trouble=Trouble(page="throttled", times=Times(page=2)))

    async def scene(simulator: Simulator, guest: Any) -> None:
        assert [(await guest().get("/abc")).status for _ in range(4)] == [429, 429, 200, 200]

    play(scene, scenario=scenario)


def test_the_gift_list_may_be_refused(play: Any) -> None:
    kinds = ("empty", "garbage", "throttled", "503")
    rooms = {f"r{kind}": Scenario(trouble=Trouble(gift_list=kind)) for kind in kinds}  # type: ignore[arg-type]

    async def scene(simulator: Simulator, guest: Any) -> None:
        answers = {}
        for kind in kinds:
            me = guest()
            await me.open(f"r{kind}")
            answers[kind] = await me.get(query.GIFT_LIST, encode(me.visit.gift_list()))
        assert [answer.status for answer in answers.values()] == [200, 200, 429, 503]
        assert answers["empty"].body == b""
        with pytest.raises(json.JSONDecodeError):
            json.loads(answers["garbage"].body)

    play(scene, rooms=rooms)


def test_the_gift_list_knows_the_room(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        for pairs, own in ((me.visit.gift_list(), True), ([("aid", "6383")], False)):
            answer = json.loads((await me.get(query.GIFT_LIST, encode(pairs))).body)
            names = {gift["name"] for page in answer["data"]["pages"] for gift in page["gifts"]}
            assert "小心心" in names
            assert ("大蛋糕" in names) is own

    report = play(scene, scenario=Scenario(gifts=[GiftSpec(name="大蛋糕", price=88)])).report
    assert report.gift_lists == 2


def test_a_wrong_signature_on_a_request_that_needs_none_is_noted(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        raw_query = encode(me.visit.enter())
        assert (await me.get(query.ENTER, f"{raw_query}&a_bogus=nonsense")).status == 200

    assert "a_bogus: value:" in "; ".join(play(scene).report.violations)


def test_a_site_that_wants_signatures_says_nothing_to_others(play: Any) -> None:
    wanted = Trouble(enter="unsigned", fetch="unsigned", gift_list="unsigned")

    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        requests = {
            query.ENTER: me.visit.enter(),
            query.FETCH: me.visit.fetch("", ""),
            query.GIFT_LIST: me.visit.gift_list(),
        }
        for path, pairs in requests.items():
            plain = await me.get(path, encode(pairs))
            spoilt = await me.signed(path, pairs, spoil="&more=1")
            assert (plain.status, plain.body, spoilt.body) == (200, b"", b"")
            assert len((await me.signed(path, pairs)).body) > 100

    report = play(scene, scenario=Scenario(trouble=wanted)).report
    assert len(report.violations) == 3
    assert all("query: another hash" in violation for violation in report.violations)


def test_a_gift_list_that_is_empty_for_everybody(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.open()
        assert (await me.signed(query.GIFT_LIST, me.visit.gift_list())).body == b""

    play(scene, scenario=Scenario(trouble=Trouble(gift_list="empty")))
