"""The query strings of Douyin's web-live endpoints, in the order that the browser uses.

Values are those of a desktop Chrome; what the reports of September and October 2026 found necessary.
"""

from dataclasses import dataclass

from douyinbot.webcast.pairs import Pairs

__all__ = [
    "AMEMV",
    "CHAT",
    "ENTER",
    "FETCH",
    "GIFT_LIST",
    "IESDOUYIN",
    "LIVE",
    "MOBILE_USER_AGENT",
    "PUSH",
    "PUSH_HOSTS",
    "REFLOW",
    "REGISTER",
    "REGISTRATION",
    "SHORT",
    "TTWID",
    "USER_AGENT",
    "WWW",
    "Visit",
    "reflow",
]

LIVE = "live.douyin.com"
WWW = "www.douyin.com"
SHORT = "v.douyin.com"
IESDOUYIN = "www.iesdouyin.com"
AMEMV = "webcast.amemv.com"
TTWID = "ttwid.bytedance.com"

USER_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36"
)
MOBILE_USER_AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
"""For what is shared from phones: to a desktop browser v.douyin.com shows other pages."""
ENTER = "/webcast/room/web/enter/"
FETCH = "/webcast/im/fetch/"
PUSH = "/webcast/im/push/v2/"
CHAT = "/webcast/room/chat/"
GIFT_LIST = "/webcast/gift/list/"

REFLOW = "/webcast/room/reflow/info/"
REGISTER = "/ttwid/union/register/"
REGISTRATION = (
    '{"region":"cn","aid":1768,"needFid":false,"service":"www.ixigua.com",'
    '"migrate_info":{"ticket":"","source":"node"},"cbUrlProtocol":"https","union":true}'
)
"""The body that asks for a ttwid (three implementations)."""

PUSH_HOSTS = tuple(f"wss://webcast100-ws-web-{place}.douyin.com" for place in ("lq", "hl", "lf"))
"""First seen 2025-06. Their forerunners webcast5 died between 2025-12 and 2026-04, webcast3 before."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a room: what stays the same in all its requests."""

    web_rid: str = ""
    room_id: str = ""
    visitor_id: str = ""
    """The page's user_unique_id, which belongs to this visit's ttwid cookie."""
    user_agent: str = USER_AGENT
    sdk_version: str = "1.0.15"
    version_code: str = "180800"
    aid: str = "6383"
    origin: str = "https://live.douyin.com"
    screen: tuple[int, int] = (1920, 1080)

    @property
    def browser_version(self) -> str:
        """The User-Agent after `Mozilla/`: a shorter value was one cause of refusals in 2026-04."""
        return self.user_agent.removeprefix("Mozilla/")

    @property
    def chrome_version(self) -> str:
        return self.user_agent.partition("Chrome/")[2].partition(" ")[0] or "143.0.0.0"

    def stub_values(self) -> dict[str, str]:
        """The values under the socket signature."""
        return {
            "live_id": "1",
            "aid": self.aid,
            "version_code": self.version_code,
            "webcast_sdk_version": self.sdk_version,
            "room_id": self.room_id,
            "did_rule": "3",
            "user_unique_id": self.visitor_id,
            "device_platform": "web",
            "identity": "audience",
        }

    def enter(self) -> Pairs:
        """`room/web/enter`: the room's state by its address."""
        return [
            *self._page(),
            ("web_rid", self.web_rid),
            ("room_id_str", self.room_id),
            ("enter_source", ""),
            ("is_need_double_stream", "false"),
            ("insert_task_id", ""),
            ("live_reason", ""),
        ]

    def fetch(self, cursor: str, internal_ext: str) -> Pairs:
        """`im/fetch`: one round of messages."""
        return [
            ("resp_content_type", "protobuf"),  # as JSON only room-level messages come, no chat (2026-10)
            ("did_rule", "3"),
            ("device_id", ""),
            ("app_name", "douyin_web"),
            ("endpoint", "live_pc"),
            ("support_wrds", "1"),
            ("user_unique_id", self.visitor_id),
            ("identity", "audience"),
            ("need_persist_msg_count", "15"),
            ("insert_task_id", ""),
            ("live_reason", ""),
            ("room_id", self.room_id),
            ("version_code", self.version_code),
            ("last_rtt", "0"),
            ("live_id", "1"),
            ("aid", self.aid),
            ("fetch_rule", "1"),
            ("cursor", cursor),
            ("internal_ext", internal_ext),
            ("device_platform", "web"),
            *self._browser(),
            ("browser_online", "true"),
            ("tz_name", "Asia/Shanghai"),
        ]

    def push(self, cursor: str, internal_ext: str, signature: str = "") -> Pairs:
        """`im/push/v2`: the socket."""
        return [
            ("app_name", "douyin_web"),
            ("version_code", self.version_code),
            ("webcast_sdk_version", self.sdk_version),
            ("update_version_code", self.sdk_version),
            ("compress", "gzip"),
            ("device_platform", "web"),
            *self._browser(),
            ("browser_online", "true"),
            ("tz_name", "Asia/Shanghai"),
            ("cursor", cursor),
            ("internal_ext", internal_ext),
            ("host", self.origin),
            ("aid", self.aid),
            ("live_id", "1"),
            ("did_rule", "3"),
            ("endpoint", "live_pc"),
            ("support_wrds", "1"),
            ("user_unique_id", self.visitor_id),
            ("im_path", FETCH),
            ("identity", "audience"),
            ("need_persist_msg_count", "15"),
            ("insert_task_id", ""),
            ("live_reason", ""),
            ("room_id", self.room_id),
            ("heartbeatDuration", "0"),
            ("signature", signature),
        ]

    def chat(self, text: str) -> Pairs:
        """`room/chat`: say one line (the browser's list of 2026-01-06)."""
        return [
            *self._page(),
            ("room_id", self.room_id),
            ("content", text),
            ("type", "0"),
            ("rtf_content", ""),
            ("paste_edit_method", "non_paste"),
        ]

    def gift_list(self) -> Pairs:
        """`gift/list`: all gifts, or the room's own panel."""
        return [("device_platform", "webapp"), ("aid", self.aid), ("room_id", self.room_id)]

    def _page(self) -> Pairs:
        return [
            ("aid", self.aid),
            ("app_name", "douyin_web"),
            ("live_id", "1"),
            ("device_platform", "web"),
            ("language", "zh-CN"),
            ("enter_from", "web_live"),
            *self._browser(name="Chrome", version=self.chrome_version),
        ]

    def _browser(self, name: str = "Mozilla", version: str = "") -> Pairs:
        return [
            ("cookie_enabled", "true"),
            ("screen_width", str(self.screen[0])),
            ("screen_height", str(self.screen[1])),
            ("browser_language", "zh-CN"),
            ("browser_platform", "Win32"),
            ("browser_name", name),
            ("browser_version", version or self.browser_version),
        ]


def reflow(room_id: str, sec_uid: str) -> Pairs:
    """`reflow/info`: a stream's state by its id, or by its streamer (then any id will do)."""
    return [
        ("type_id", "0"),
        ("live_id", "1"),
        ("room_id", room_id or "2"),
        ("sec_user_id", sec_uid),
        ("version_code", "99.99.99"),
        ("app_id", "1128"),
    ]
