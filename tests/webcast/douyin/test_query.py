"""The queries: names in the browser's order, values that agree with each other, encoding to the byte."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from douyinbot.webcast.douyin.query import CHAT, ENTER, FETCH, GIFT_LIST, PUSH, PUSH_HOSTS, USER_AGENT, Visit
from douyinbot.webcast.douyin.signature import STUB_FIELDS
from douyinbot.webcast.pairs import encode

VISIT = Visit(web_rid="288209555841", room_id="7281510189419793208", visitor_id="7886553626477597919")
BROWSER = ("cookie_enabled screen_width screen_height browser_language browser_platform browser_name "
           "browser_version")  # fmt: skip
PAGE = f"aid app_name live_id device_platform language enter_from {BROWSER}"
FETCH_NAMES = (
    "resp_content_type did_rule device_id app_name endpoint support_wrds user_unique_id identity "
    "need_persist_msg_count insert_task_id live_reason room_id version_code last_rtt live_id aid fetch_rule "
    f"cursor internal_ext device_platform {BROWSER} browser_online tz_name"
)
PUSH_NAMES = (
    "app_name version_code webcast_sdk_version update_version_code compress device_platform "
    f"{BROWSER} browser_online tz_name cursor internal_ext host aid live_id did_rule endpoint support_wrds "
    "user_unique_id im_path identity need_persist_msg_count insert_task_id live_reason room_id "
    "heartbeatDuration signature"
)
QUERIES = {
    "enter": (
        VISIT.enter(),
        f"{PAGE} web_rid room_id_str enter_source is_need_double_stream insert_task_id live_reason",
    ),
    "fetch": (VISIT.fetch("c", "e"), FETCH_NAMES),
    "push": (VISIT.push("c", "e", "s"), PUSH_NAMES),
    "chat": (VISIT.chat("你好"), f"{PAGE} room_id content type rtf_content paste_edit_method"),
    "gift_list": (VISIT.gift_list(), "device_platform aid room_id"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_names_stand_in_the_browsers_order(name: str) -> None:
    pairs, names = QUERIES[name]
    assert [key for key, _ in pairs] == names.split()


def test_endpoints_are_those_of_the_live_site() -> None:
    assert (ENTER, FETCH, PUSH, CHAT, GIFT_LIST) == (
        "/webcast/room/web/enter/",
        "/webcast/im/fetch/",
        "/webcast/im/push/v2/",
        "/webcast/room/chat/",
        "/webcast/gift/list/",
    )
    assert PUSH_HOSTS == (
        "wss://webcast100-ws-web-lq.douyin.com",
        "wss://webcast100-ws-web-hl.douyin.com",
        "wss://webcast100-ws-web-lf.douyin.com",
    )


@pytest.mark.parametrize("name", ["fetch", "push"])
def test_values_that_never_change_are_the_browsers(name: str) -> None:
    values = dict(QUERIES[name][0])
    assert (
        values.items()
        >= {
            "aid": "6383",
            "app_name": "douyin_web",
            "browser_language": "zh-CN",
            "browser_online": "true",
            "browser_platform": "Win32",
            "cookie_enabled": "true",
            "device_platform": "web",
            "did_rule": "3",
            "endpoint": "live_pc",
            "identity": "audience",
            "insert_task_id": "",
            "live_id": "1",
            "live_reason": "",
            "need_persist_msg_count": "15",
            "support_wrds": "1",
            "tz_name": "Asia/Shanghai",
            "version_code": "180800",
        }.items()
    )
    own = {
        "fetch": {"fetch_rule": "1", "last_rtt": "0", "device_id": "", "resp_content_type": "protobuf"},
        "push": {
            "compress": "gzip",
            "host": "https://live.douyin.com",
            "im_path": "/webcast/im/fetch/",
            "heartbeatDuration": "0",
            "webcast_sdk_version": "1.0.15",
        },
    }
    assert values.items() >= own[name].items()


@pytest.mark.parametrize("name", ["fetch", "push"])
def test_place_in_the_stream_is_passed_on(name: str) -> None:
    values = dict(QUERIES[name][0])
    assert (values["cursor"], values["internal_ext"]) == ("c", "e")
    assert (values["room_id"], values["user_unique_id"]) == (VISIT.room_id, VISIT.visitor_id)


def test_socket_query_says_what_the_signature_covers() -> None:
    visit = Visit(room_id="7", visitor_id="8", sdk_version="1.3.0", version_code="99", aid="1")
    query, stub = dict(visit.push("c", "e", "s")), visit.stub_values()
    assert set(stub) <= set(STUB_FIELDS)
    assert {name: query[name] for name in stub} == stub
    assert query["update_version_code"] == query["webcast_sdk_version"] == "1.3.0"


@pytest.mark.parametrize("name", ["fetch", "push"])
def test_stream_names_the_whole_user_agent_after_mozilla(name: str) -> None:
    values = dict(QUERIES[name][0])
    assert values["browser_name"] + "/" + values["browser_version"] == USER_AGENT


@pytest.mark.parametrize("name", ["enter", "chat"])
def test_page_requests_name_chrome_and_its_version(name: str) -> None:
    values = dict(QUERIES[name][0])
    assert (values["browser_name"], values["browser_version"]) == ("Chrome", "143.0.0.0")
    assert f"Chrome/{values['browser_version']} " in USER_AGENT


@pytest.mark.parametrize(
    ("agent", "chrome", "browser"),
    [
        ("Mozilla/5.0 (X11) Chrome/138.0.0.0 Safari/5", "138.0.0.0", "5.0 (X11) Chrome/138.0.0.0 Safari/5"),
        ("Mozilla/5.0 (X11) Chrome/138.0.0.0", "138.0.0.0", "5.0 (X11) Chrome/138.0.0.0"),
        ("Mozilla/5.0 (X11) Firefox/130.0", "143.0.0.0", "5.0 (X11) Firefox/130.0"),
    ],
)
def test_versions_follow_the_user_agent(agent: str, chrome: str, browser: str) -> None:
    visit = Visit(user_agent=agent)
    assert (visit.chrome_version, visit.browser_version) == (chrome, browser)


def test_screen_is_named_in_every_browser_query() -> None:
    visit = Visit(screen=(2560, 1600))
    for pairs in (visit.enter(), visit.fetch("", ""), visit.push("", "", ""), visit.chat("x")):
        assert dict(pairs)["screen_width"] == "2560"
        assert dict(pairs)["screen_height"] == "1600"


def test_chat_query_is_the_one_that_a_real_browser_signed(captures: Path) -> None:
    vectors = json.loads(
        (captures / "signatures/a_bogus_real_browser_vectors.json").read_text(encoding="utf-8")
    )
    signed: str = vectors[0]["signed_query"]
    room_id = dict(parse_qsl(signed))["room_id"]
    assert signed.startswith(encode(Visit(room_id=room_id).chat("6")) + "&msToken=")
