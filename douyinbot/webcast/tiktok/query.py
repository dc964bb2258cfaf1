"""The addresses and query strings of TikTok's web-live endpoints.

Values are those of a desktop Chrome, as web clients of 2025 and 2026 send them.
"""

import random
from dataclasses import dataclass

from douyinbot.webcast.pairs import Pairs

__all__ = [
    "ALIVE",
    "API_LIVE",
    "CHAT",
    "FETCH",
    "GIFT_LIST",
    "PUSH",
    "PUSH_HOSTS",
    "ROOM_INFO",
    "USER_AGENT",
    "Visit",
]

USER_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36"
)
API_LIVE = "/api-live/user/room/"
ALIVE = "/webcast/room/check_alive/"
ROOM_INFO = "/webcast/room/info/"
GIFT_LIST = "/webcast/gift/list/"
FETCH = "/webcast/im/fetch/"
CHAT = "/webcast/room/chat/"
PUSH = "/webcast/im/ws_proxy/ws_reuse_supplement/"
PUSH_HOSTS = tuple(f"wss://webcast-ws{place}.tiktok.com" for place in ("", ".eu", ".us"))
"""Where a socket is taken without any signature, as two clients report (2026)."""

_AID = "1988"
_VERSION = "180800"
_SIGNED_VERSION = "270000"
_PLATFORMS = {"Windows": "Win32", "Macintosh": "MacIntel", "X11": "Linux x86_64"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit to a room: what stays the same in all its requests."""

    unique_id: str
    room_id: str = ""
    user_agent: str = USER_AGENT
    screen: tuple[int, int] = (1920, 1080)

    def api_live(self) -> Pairs:
        """`api-live/user/room`: the room of a user. It needs no cookie and no signature."""
        return [
            ("aid", _AID),
            ("app_name", "tiktok_web"),
            ("device_platform", "web_pc"),
            ("sourceType", "54"),
            ("staleTime", "600000"),
            ("uniqueId", self.unique_id),
        ]

    def alive(self) -> Pairs:
        """`room/check_alive`: whether a stream goes on."""
        return [("aid", _AID), ("room_ids", self.room_id)]

    def room_info(self) -> Pairs:
        """`room/info`. It answers nothing to whoever adds a `version_code`."""
        return [*self._page(), ("room_id", self.room_id)]

    def gift_list(self) -> Pairs:
        return [*self._page(), ("room_id", self.room_id)]

    def fetch(self, cursor: str, internal_ext: str) -> Pairs:
        """`im/fetch`: one round of messages. Without a signature it is mostly refused since 2022."""
        return [
            *self._page(),
            ("version_code", _VERSION),
            ("cursor", cursor),
            ("internal_ext", internal_ext),
            ("did_rule", "3"),
            ("fetch_rule", "1"),
            ("identity", "audience"),
            ("last_rtt", "0"),
            ("resp_content_type", "protobuf"),
            ("room_id", self.room_id),
        ]

    def push(self, cursor: str, internal_ext: str, rng: random.Random, *, signed: bool = False) -> Pairs:
        """The socket. Who knows where it goes on (a cursor) wants no old lines.

        Args:
            signed: a provider has signed the way there; two clients of providers then send the version of a
                newer page behind ours, and leave the heartbeat to the server (2026).
        """
        where = [("cursor", cursor), ("internal_ext", internal_ext)] if cursor else []
        return [
            ("version_code", _VERSION),
            ("device_platform", "web"),
            *self._browser(),
            ("app_name", "tiktok_web"),
            ("sup_ws_ds_opt", "1"),
            ("update_version_code", "2.0.0"),
            ("compress", "gzip"),
            ("webcast_language", "en"),
            ("ws_direct", "1"),
            ("aid", _AID),
            ("live_id", "12"),
            ("app_language", "en"),
            ("client_enter", "1"),
            ("room_id", self.room_id),
            ("identity", "audience"),
            ("history_comment_count", "0" if cursor else "6"),
            ("last_rtt", str(rng.randint(100, 200))),
            ("heartbeat_duration", "0" if signed else "10000"),
            ("resp_content_type", "protobuf"),
            ("did_rule", "3"),
            *where,
            *([("version_code", _SIGNED_VERSION)] if signed else []),
        ]

    def chat(self, text: str) -> Pairs:
        """`room/chat`: say one line; the body of the POST stays empty."""
        return [*self._page(), ("version_code", _VERSION), ("room_id", self.room_id), ("content", text)]

    def _page(self) -> Pairs:
        return [
            ("aid", _AID),
            ("app_name", "tiktok_web"),
            ("app_language", "en"),
            ("live_id", "12"),
            ("device_platform", "web"),
            *self._browser(),
        ]

    def _browser(self) -> Pairs:
        system = self.user_agent.partition("(")[2].partition(";")[0].partition(" ")[0]
        return [
            ("cookie_enabled", "true"),
            ("screen_width", str(self.screen[0])),
            ("screen_height", str(self.screen[1])),
            ("browser_language", "en-US"),
            ("browser_platform", _PLATFORMS.get(system, "Win32")),
            ("browser_name", "Mozilla"),
            ("browser_version", self.user_agent.removeprefix("Mozilla/")),
            ("browser_online", "true"),
            ("tz_name", "Europe/Berlin"),
        ]
