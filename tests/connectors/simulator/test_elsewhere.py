"""The simulator's other hosts: what they answer, and that they mind what comes along."""

import json
from typing import Any

import pytest

from douyinbot.connectors.simulator import RoomSpec, Scenario, Simulator, Trouble, pages
from douyinbot.webcast.douyin import query
from douyinbot.webcast.douyin.page import parse_profile, parse_reflow
from douyinbot.webcast.pairs import encode

PHONE = {"User-Agent": query.MOBILE_USER_AGENT}
SEC_UID = pages.sec_uid_of("abc")


def reflow(room_id: str = "", sec_uid: str = "") -> tuple[str, str]:
    return f"/{query.AMEMV}{query.REFLOW}", encode(query.reflow(room_id, sec_uid))


@pytest.mark.parametrize("name", ["abc", "516466932480", "A.b-c_d", "x" * 64])
def test_a_streamers_sec_uid_has_the_rooms_name_in_it(name: str) -> None:
    assert pages.room_of(pages.sec_uid_of(name)) == name
    assert pages.sec_uid_of(name).startswith("MS4wLjABAAAA")


@pytest.mark.parametrize("sec_uid", ["", "MS4wLjABAAAAabc", "MS4wLjABAAAAsim-\xff", "MS4wLjABAAAAsim-_w"])
def test_any_other_sec_uid_has_none(sec_uid: str) -> None:
    assert pages.room_of(sec_uid) == ""


@pytest.mark.parametrize("slash", ["", "/"])
def test_links(play: Any, slash: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        live = await me.get(f"/v.douyin.com/abc{slash}", headers=PHONE, allow_redirects=False)
        room_id = simulator.room_id("abc")
        assert live.status == 302
        assert live.headers["Location"].startswith(
            f"https://webcast.amemv.com/douyin/webcast/reflow/{room_id}?"
        )
        profile = await me.get(f"/v.douyin.com/profile-abc{slash}", headers=PHONE, allow_redirects=False)
        assert f"?sec_uid={SEC_UID}&" in profile.headers["Location"]

    report = play(scene).report
    assert (report.links, report.violations) == (2, [])


def test_reflow_by_id_and_by_streamer(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me, room_id = guest(), simulator.room_id("abc")
        for path, asked in (
            reflow(room_id),
            reflow(sec_uid=SEC_UID),
            reflow(sec_uid=pages.sec_uid_of("new")),
        ):
            state = parse_reflow((await me.get(path, asked, headers=PHONE)).body)
            assert state.is_live
            assert state.web_rid == ("new" if "new" in pages.room_of(state.owner_sec_uid) else "abc")
        path, asked = reflow("7000000000000000001")
        assert json.loads((await me.get(path, asked, headers=PHONE)).body)["status_code"] == 4001038

    report = play(scene).report
    assert (report.reflows, report.violations) == (4, [])


@pytest.mark.parametrize(("status", "number"), [("live", "5164"), ("paused", "5164"), ("ended", "")])
def test_a_profile_names_the_room_while_it_is_on_air(play: Any, status: Any, number: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        sec_uid = pages.sec_uid_of("5164")
        answer = await guest().get(f"/www.douyin.com/user/{sec_uid}")
        assert parse_profile(answer.body.decode(), sec_uid).web_rid == number

    report = play(scene, scenario=Scenario(room=RoomSpec(status=status))).report
    assert (report.profiles, report.violations) == (1, [])


def test_a_profile_of_nobody(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        assert (await guest().get("/www.douyin.com/user/MS4wLjABAAAAnobody")).status == 404

    play(scene)


def test_trouble_of_the_other_hosts(play: Any) -> None:
    statuses = {"throttled": 429, "503": 503, "blocked": 403, "444": 444, "empty": 200, "verification": 200}
    rooms = {
        f"r{kind}": Scenario(
            trouble=Trouble(
                profile=kind,  # type: ignore[arg-type]
                reflow="html" if kind == "verification" else kind,  # type: ignore[arg-type]
            )
        )
        for kind in statuses
    }

    async def scene(simulator: Simulator, guest: Any) -> None:
        for kind, status in statuses.items():
            sec_uid = pages.sec_uid_of(f"r{kind}")
            profile = await guest().get(f"/www.douyin.com/user/{sec_uid}")
            path, asked = reflow(sec_uid=sec_uid)
            told = await guest().get(path, asked, headers=PHONE)
            assert (profile.status, told.status) == (status, status)
            assert profile.body == told.body

    play(scene, rooms=rooms)


def test_cookies_and_desktops_are_noted(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest("simulated")
        await me.get("/v.douyin.com/abc/", allow_redirects=False)
        assert (await me.get(f"/{query.TTWID}{query.REGISTER}", method="POST", data="{}")).status == 200

    assert play(scene).report.violations == [
        "/v.douyin.com/abc/: cookies of live.douyin.com came along",
        "/v.douyin.com/abc/: not the User-Agent of a phone",
        "/ttwid.bytedance.com/ttwid/union/register/: cookies of live.douyin.com came along",
        "register: not the body that asks for a ttwid",
    ]


def test_a_ttwid_is_given_to_whoever_asks_properly(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest()
        await me.get(f"/{query.TTWID}{query.REGISTER}", method="POST", data=query.REGISTRATION)
        assert me.cookies["ttwid"].startswith("1%7C")

    report = play(scene).report
    assert (report.registrations, report.violations) == (1, [])
