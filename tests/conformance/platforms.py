"""What differs from platform to platform: how a room is opened, what is said in it, what goes wrong there."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from douyinbot.config import Duration
from douyinbot.connectors.simulator import Limits, RoomSpec, Scenario, Simulator, Step, Times, Trouble
from douyinbot.connectors.simulator.report import Asked
from douyinbot.webcast import composing
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.tiktok import compose as tiktok

__all__ = ["PLATFORMS", "Platform", "Room"]


@dataclass(frozen=True)
class Room:
    """A room of a simulator that runs."""

    unique_id: str
    options: Mapping[str, Any]
    """What a client needs to find the simulator."""
    do: Callable[[Step], Any]
    """Lets one thing happen now. What is done without a pause between travels together."""
    requests: Callable[[], list[Asked]]
    heartbeats: Callable[[], int]
    messages: Mapping[str, Step]
    troubles: Mapping[str, Trouble]

    async def say(self, *names: str) -> None:
        """Let messages go out together."""
        for name in names:
            await self.do(self.messages[name])

    async def trouble(self, name: str = "none") -> None:
        """From now on the server does this wrong."""
        await self.do(Step(do="trouble", trouble=self.troubles[name]))

    def asked(self, path: str) -> list[Asked]:
        """Return the requests of a kind so far."""
        return [request for request in self.requests() if request.path.endswith(path)]


@dataclass(frozen=True)
class Platform:
    """One platform."""

    name: str
    open: Callable[..., AbstractAsyncContextManager[Room]]
    unique_ids: Mapping[str, str]
    """For each way in which the trace names its room, how this platform's users would."""
    payloads: Mapping[str, tuple[str, bytes]]
    """Method and payload of a message, without any room."""
    session_id: str
    """A login that the simulator takes."""
    fetch: str = "/webcast/im/fetch/"
    push: str = "/webcast/im/push/v2/"


DOUYIN_ROOM = "516466932480"
DOUYIN_MESSAGES = {
    "chat": Step(do="chat", who="小明", text="你好"),
    "member": Step(do="member", who="小红"),
    "like": Step(do="like", who="小明", count=3),
    "gift": Step(do="gift", who="小红", gift="小心心", counts=[4], end=False),
    "follow": Step(do="follow", who="小明"),
    "share": Step(do="share", who="小红"),
    "unknown": Step(do="unknown", method="WebcastUnknownMessage"),
    "broken": Step(do="broken"),
    "damaged frame": Step(do="bad_frame", frame="garbage"),
    "damaged batch": Step(do="bad_frame", frame="corrupt_gzip"),
    "goodbye": Step(do="hangup", code=1000),
    "loss": Step(do="drop"),
    **{f"control {action}": Step(do="control", code=action) for action in range(7)},
}
DOUYIN_TROUBLES = {
    "none": Trouble(),
    "offline page": Trouble(page="offline"),
    "foreign page": Trouble(page="verification", enter="html", reflow="html"),
    "refused page": Trouble(page="throttled"),
    "no socket": Trouble(handshake="http_403"),
    "one bad poll": Trouble(fetch="garbage", times=Times(fetch=1)),
    "slow polls": Trouble(fetch="slow"),
    "no cursor": Trouble(fetch="no_cursor"),
    "no gifts": Trouble(gift_list="garbage"),
    "expired login": Trouble(chat="logged_out"),
    "refused line": Trouble(chat="rejected"),
    "forbidden line": Trouble(chat="forbidden"),
}


@asynccontextmanager
async def open_douyin(**spec: Any) -> AsyncIterator[Room]:
    scenario = Scenario(room=RoomSpec(history=0, fetch_interval=Duration(0), **spec))
    limits = Limits(chat_gap=0.0, poll_gap=0.0)
    async with Simulator(rooms={DOUYIN_ROOM: scenario}, limits=limits) as simulator:
        yield Room(
            unique_id=DOUYIN_ROOM,
            options={"endpoint": simulator.address, "push_hosts": [simulator.push_address]},
            do=lambda step: simulator.do(DOUYIN_ROOM, step),
            requests=lambda: simulator.report.requests,
            heartbeats=lambda: simulator.report.heartbeats,
            messages=DOUYIN_MESSAGES,
            troubles=DOUYIN_TROUBLES,
        )
        assert simulator.report.violations == []


DOUYIN = Platform(
    name="douyin",
    open=open_douyin,
    unique_ids={
        "user": DOUYIN_ROOM,
        "@user": f"live.douyin.com/{DOUYIN_ROOM}",
        "https://www.tiktok.com/@user/live": f"https://live.douyin.com/{DOUYIN_ROOM}",
        " @user ": f" {DOUYIN_ROOM} ",
        "https://www.tiktok.com/@user/live?lang=en": f"https://live.douyin.com/{DOUYIN_ROOM}?enter_from=web",
        "https://m.tiktok.com/@user": f"http://live.douyin.com/{DOUYIN_ROOM}",
        "user/live": f"https://live.douyin.com/{DOUYIN_ROOM}/",
        "us@er": "us@er",
        "": "",
    },
    payloads={
        "chat": compose.chat(1, 2, 1_790_000_000_000, composing.Person(5, "小明"), "你好"),
        "control 3": compose.control(1, 2, 1_790_000_000_000, 3),
    },
    session_id=Simulator.LOGIN.partition("=")[2],
)
TIKTOK_ROOM = "user"
TIKTOK_TROUBLES = {
    **DOUYIN_TROUBLES,
    "offline page": Trouble(page="offline", enter="offline"),
    "foreign page": Trouble(page="empty", enter="empty"),
    "refused page": Trouble(page="throttled", enter="throttled"),
}


@asynccontextmanager
async def open_tiktok(**spec: Any) -> AsyncIterator[Room]:
    name = f"@{TIKTOK_ROOM}"
    scenario = Scenario(room=RoomSpec(history=0, fetch_interval=Duration(0), **spec))
    limits = Limits(chat_gap=0.0, poll_gap=0.0)
    async with Simulator(rooms={name: scenario}, limits=limits) as simulator:
        yield Room(
            unique_id=TIKTOK_ROOM,
            options={"endpoint": simulator.address, "push_hosts": [simulator.push_address]},
            do=lambda step: simulator.do(name, step),
            requests=lambda: simulator.report.requests,
            heartbeats=lambda: simulator.report.heartbeats,
            messages=DOUYIN_MESSAGES,
            troubles=TIKTOK_TROUBLES,
        )
        assert simulator.report.violations == []


TIKTOK = Platform(
    name="tiktok",
    open=open_tiktok,
    unique_ids={
        form: form
        for form in (
            *("user", "@user", " @user ", "user/live", "us@er", ""),
            *("https://www.tiktok.com/@user/live", "https://www.tiktok.com/@user/live?lang=en"),
            "https://m.tiktok.com/@user",
        )
    },
    payloads={
        "chat": tiktok.chat(1, 2, 1_790_000_000_000, composing.Person(5, "小明"), "你好"),
        "control 3": tiktok.control(1, 2, 1_790_000_000_000, 3),
    },
    session_id=Simulator.LOGIN.partition("=")[2],
    push="/webcast/im/ws_proxy/ws_reuse_supplement/",
)
PLATFORMS = {platform.name: platform for platform in (DOUYIN, TIKTOK)}
"""The platforms that are held to the seed's behaviour."""
