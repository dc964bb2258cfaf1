"""The page that a person sees: what stands on it, and what it is told when it asks for news."""

import html
import json
import re
from typing import Any

import pytest

from douyinbot.connectors.simulator import Scenario, Simulator, Step, Trouble, roompage
from douyinbot.connectors.simulator.scenario import RoomSpec

LOGIN = Simulator.LOGIN.partition("=")[2]
HOSTILE = '</script><img src=x onerror="alert(1)">'


async def news(guest: Any, after: str = "") -> dict[str, Any]:
    answer = await guest.get(f"/abc{roompage.LINES}", f"after={after}")
    return dict(json.loads(answer.body))


def test_who_is_logged_in_finds_a_box_to_write_in(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        mine, others = (
            (await guest(LOGIN).get("/abc")).body.decode(),
            (await guest().get("/abc")).body.decode(),
        )
        box, _, rest = mine.partition("<footer")[2].partition("</footer>")
        assert 'contenteditable="true"' in box
        assert "已登录：小助手" in rest
        box, _, rest = others.partition("<footer")[2].partition("</footer>")
        assert "需先登录，才能开始聊天" in box
        assert "contenteditable" not in box
        assert 'id="login"' in rest

    play(scene)


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (Scenario(trouble=Trouble(speech="muted")), "你已被禁言，暂时无法发言"),
        (Scenario(trouble=Trouble(speech="closed")), "主播已关闭评论"),
        (Scenario(trouble=Trouble(page="offline")), "暂未开播"),
        (Scenario(room=RoomSpec(status="ended")), "直播已结束"),
        (Scenario(room=RoomSpec(status="preparing")), "暂未开播"),
    ],
)
def test_a_notice_stands_in_place_of_a_closed_box(play: Any, scenario: Scenario, words: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        page = (await guest(LOGIN).get("/abc")).body.decode()
        assert f'<p class="closed">{words}</p></footer>' in page

    play(scene, scenario=scenario)


def test_a_page_asks_for_nothing_from_elsewhere(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        page = (await guest().get("/abc")).body.decode()
        seen = page.partition("<script>self.__pace_f")[
            0
        ]  # behind it is the state, with addresses of pictures
        assert re.findall(r"(?:src|href|url\(|@import|https?:)[^\n]*", seen) == []

    play(scene)


def test_names_and_titles_cannot_break_out_of_the_page(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        page = (await guest(LOGIN).get("/abc")).body.decode()
        assert HOSTILE not in page
        assert html.escape(HOSTILE) in page

    play(scene, scenario=Scenario(room=RoomSpec(title=HOSTILE, owner=HOSTILE)))


def test_the_page_learns_what_is_said_and_done_once(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        cursor = (await news(me))["cursor"]
        await simulator.say("abc", "小明", "大家好 🎲")
        await simulator.gift("abc", "阿花", "小心心", [2], end=False)
        for step in ("member", "follow", "share", "emoji", "like", "stats"):
            await simulator.do("abc", Step(do=step, who="小张" if step not in ("stats",) else ""))  # type: ignore[arg-type]
        told = await news(me, cursor)
        assert [(line["kind"], line["who"], line["text"]) for line in told["lines"]] == [
            ("chat", "小明", "大家好 🎲"),
            ("gift", "阿花", "送出 小心心 ×2"),
            ("member", "小张", "来了"),
            ("follow", "小张", "关注了主播"),
            ("share", "小张", "分享了直播间"),
            ("emote", "小张", "发了一个表情"),
        ]
        assert (await news(me, told["cursor"]))["lines"] == []

    play(scene, scenario=Scenario(room=RoomSpec(history=0)))


def test_the_box_closes_and_opens_while_the_page_is_open(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me = guest(LOGIN)
        await me.open()
        closed = [(await news(me))["closed"]]
        for step in (
            Step(do="trouble", trouble=Trouble(speech="muted")),
            Step(do="trouble", trouble=Trouble()),
            Step(do="end"),
        ):
            await simulator.do("abc", step)
            closed.append((await news(me))["closed"])
        assert closed == ["", "你已被禁言，暂时无法发言", "", "直播已结束"]

    play(scene)


def test_a_guest_sees_masked_names_where_the_room_masks_them(play: Any) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        me, other = guest(LOGIN), guest()
        await me.open()
        await other.open()
        await simulator.say("abc", "小明", "hi")
        assert [(await news(who))["lines"][-1]["who"] for who in (me, other)] == ["小明", "小***"]

    play(scene, scenario=Scenario(room=RoomSpec(masked=True)))


@pytest.mark.parametrize("path", [f"/a%20b{roompage.LINES}", f"/abc{roompage.LINES}"])
def test_news_are_for_visitors_of_rooms(play: Any, path: str) -> None:
    async def scene(simulator: Simulator, guest: Any) -> None:
        stranger = guest(LOGIN)  # has no ttwid: it never opened a page
        assert (await stranger.get(path)).status == 404

    play(scene)
