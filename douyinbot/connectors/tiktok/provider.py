"""`provider = { url = ... }`: a third party that the user names signs the way into a room, and may speak.

The exchange is in docs/protocol.md. All that goes there passes `Provider.session`: the user's login is shown
to nobody whose host the user has not written out. Redirects are not followed. Errors name host and room.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

import msgspec

from douyinbot.connectors.backoff import retry_after
from douyinbot.connectors.http import Answer, Http, cookies_in
from douyinbot.connectors.pace import ConnectPace
from douyinbot.connectors.tiktok.options import ProviderOptions
from douyinbot.errors import (
    BlockedError,
    ConnectError,
    DecodeError,
    InvalidSessionError,
    ProviderError,
    RateLimitedError,
    SendError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.events.text import clean
from douyinbot.webcast.chat_answer import Accepted, refusal_in_words
from douyinbot.webcast.pairs import Pairs, encode
from douyinbot.webcast.room_state import ENDED, LIVE, RoomState
from douyinbot.webcast.tiktok import parse_fetch_result

__all__ = ["SESSION", "SIGNING", "Provider", "Ticket"]

SESSION = ("sessionid", "tt-target-idc")
"""The cookies that are a login: providers want the second, which names the data centre, with the first."""
SIGNING = "asked for a signature,"
UNSAID = 60.0
"""Seconds without requests after a refusal that names no time: limits were seen per minute (2026)."""
LONGEST_MESSAGE = 200
_UNIX_TIME = 1e9
"""A time to wait of so many seconds is a moment: `X-RateLimit-Reset` is one, `RateLimit-Reset` is none."""
_WAITS = ("Retry-After", "X-RateLimit-Reset", "RateLimit-Reset")
_REFUSALS = {
    401: "does not accept our key. Check `key` of `provider` in bot.toml.",
    402: "wants another plan for this than that of our key. Look at your account there.",
    403: "does not allow this to our key. Look at your account there.",
    407: "cannot be reached: the proxy lets nothing through. Check `proxy`, with its user and password.",
}
_KEYLESS = "wants a key. Give it as `key` of `provider` in bot.toml."
_JSON = {"Content-Type": "application/json"}
_NOT_ALLOWED = frozenset({401, 402, 403})
_ANSWER_LOST = frozenset({500, 502, 504})


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one socket is opened with."""

    body: bytes = field(repr=False)
    """The answer of an im/fetch that the provider has signed."""
    cookies: Mapping[str, str] = field(repr=False)
    """TikTok's, for the socket."""
    has_session: bool
    """Whether it was made for the user's login; else it is a guest's."""


class _Said(msgspec.Struct):
    """The JSON of a refusal, and of a line that was taken."""

    code: int | str = 0
    message: str = ""
    limit_label: str = ""


class _Anchor(msgspec.Struct):
    is_live: bool | None = None
    room_id: str | int = ""


class Provider:
    """A client of one provider, for one room.

    Args:
        options: where it is, and what it may see.
        proxy: the room's, "" for none.
        clock: for a time to wait that names a moment.
        pace: of this process; all rooms at one provider and key share their part of it.

    Raises:
        ConfigError: key or token cannot be read.
    """

    def __init__(
        self, options: ProviderOptions, *, proxy: str, clock: Callable[[], datetime], pace: ConnectPace
    ) -> None:
        self.options = options
        self.name = f"the sign provider {options.host}"
        self._clock = clock
        key, token = options.key, options.oauth_token
        self._headers = {"x-api-key": key.reveal()} if key is not None else {}
        self._token = token.reveal() if token is not None else ""
        self._secrets = {*self._headers.values(), self._token} - {""}
        """What a text of the provider's may have in it, but nobody may read."""
        self._pace = pace.at_provider(f"{options.url} {key}", options.rate, options.host)
        self._http = Http(
            user_agent="douyinbot", headers={}, proxy=proxy, timeout=options.timeout, keeps_cookies=False
        )

    async def close(self) -> None:
        """Close the connections. It can be used again."""
        await self._http.close()

    def session(self, cookies: Mapping[str, str]) -> dict[str, str]:
        """Return those of the user's cookies that the provider may see: none, unless its host is allowed."""
        found = {name: value for name in SESSION if (value := cookies.get(name, ""))}
        if not self.options.session_host or len(found) < len(SESSION):
            return {}
        self._secrets.update(found.values())
        return found

    def identity(self, cookies: Mapping[str, str]) -> dict[str, str]:
        """Return the headers that tell who speaks, the session rather than the token; {} for nobody."""
        if session := self.session(cookies):
            return {"x-cookie-header": "; ".join(f"{name}={value}" for name, value in session.items())}
        return {"x-oauth-token": self._token} if self._token else {}

    # ---- the way in ---------------------------------------------------------------------------------

    async def ticket(self, room_id: str, cursor: str, user_agent: str, cookies: Mapping[str, str]) -> Ticket:
        """Ask for a signed im/fetch of a room; what it tells is good for one socket within half a minute.

        Args:
            cookies: the visit's; what of them the provider sees is up to `session`.

        Raises:
            ProviderError: it refuses, cannot be reached, or answers with something else.
            RateLimitedError: it asks to wait, or did so a moment ago.
            BlockedError: TikTok gave the provider nothing.
        """
        session = self.session(cookies)
        pairs: Pairs = [
            ("client", "douyinbot"),
            ("room_id", room_id),
            ("cursor", cursor),
            ("user_agent", user_agent),
            ("client_enter", "true"),
            ("platform", "web"),
        ]
        if session:
            pairs += zip(("session_id", "tt_target_idc"), session.values(), strict=True)
        about = f"asked for the socket of room {room_id},"
        answer = await self._ask(f"/webcast/fetch?{encode(pairs)}", about)
        if not answer.body:
            raise BlockedError(
                f"{self.name}, {about} has nothing: TikTok has detected its request. Try again in some "
                "minutes, or without `provider`; if it stays so, tell the provider."
            )
        self._check(answer, room_id, about)
        given = cookies_in(answer.headers, "X-Set-TT-Cookie")
        return Ticket(answer.body, given, has_session=bool(session))

    def _check(self, answer: Answer, room_id: str, about: str) -> None:
        """Refuse what is no answer of the push service, or that for another room."""
        try:
            parse_fetch_result(answer.body)
        except DecodeError as error:
            raise ProviderError(
                f"{self.name}, {about} answered with what is none of TikTok's answers. Check `url` of "
                "`provider`; docs/protocol.md says what is expected.",
                answer.status,
            ) from error
        if answer.headers.get("X-Room-Id", room_id) != room_id:
            raise ProviderError(f"{self.name}, {about} answered for another room.", answer.status)

    async def find_room(self, unique_id: str) -> RoomState:
        """Ask for the room of a user.

        Raises:
            ProviderError, RateLimitedError: it does not tell.
        """
        about = f"asked for the room of @{unique_id},"
        answer = await self._ask(f"/webcast/anchors/{quote(unique_id, safe='')}/room_id", about)
        try:
            anchor = msgspec.json.decode(answer.body, type=_Anchor)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise ProviderError(f"{self.name}, {about} answered with what is none.", 200) from error
        status = None if anchor.is_live is None else LIVE if anchor.is_live else ENDED
        room_id = str(anchor.room_id or "")
        return RoomState(room_id=room_id if room_id.isdecimal() else "", web_rid=unique_id, status=status)

    async def ask_to_sign(self, question: dict[str, str]) -> Answer:
        """Ask for a signature; `question` has nothing in it that the provider may not see.

        Raises:
            ProviderError, RateLimitedError: it refuses, or cannot be reached.
        """
        return await self._ask("/tiktok/sign_url", SIGNING, msgspec.json.encode(question).decode())

    async def _ask(self, path: str, about: str, body: str | None = None) -> Answer:
        """GET, or POST a body, once, when it is our turn."""
        await self._pace.turn()
        url = self._url(path)
        try:
            if body is None:
                answer = await self._http.get(url, self._headers, once=True)
            else:
                answer = await self._http.post(url, body, {**self._headers, **_JSON})
        except ConnectError as error:
            raise ProviderError(f"{self.name}, {about} gave no answer. {error}") from error
        if answer.status != 200:
            raise self._refusal(answer, about)
        return answer

    # ---- speaking -----------------------------------------------------------------------------------

    async def say(self, room_id: str, text: str, cookies: Mapping[str, str]) -> Accepted:
        """Hand a line to the provider, once.

        Raises:
            InvalidSessionError: nobody is there to speak as, or the provider refuses key, plan or login.
            TooFastError: it asks to wait, or did so a moment ago.
            UnconfirmedError: its answer was lost, or does not tell.
            SendError: any other refusal.
        """
        if not (identity := self.identity(cookies)):
            raise InvalidSessionError(f"there is no login that {self.name} may see: nothing was sent")
        if not room_id:
            raise SendError("the stream's number is not known yet: nothing was sent")
        body = msgspec.json.encode({"content": text}).decode()
        headers = {**self._headers, **identity, **_JSON}
        try:
            self._pace.check()
            answer = await self._http.post(self._url(f"/webcast/rooms/{room_id}/chat"), body, headers)
        except RateLimitedError as error:
            raise TooFastError(f"The line was not sent: {error}", error.retry_after) from error
        except ConnectError as error:
            raise UnconfirmedError(
                f"no answer came back ({error}). The line may or may not have been said; it is not repeated"
            ) from error
        return self._accepted(answer, f"asked to say a line in room {room_id},")

    def _accepted(self, answer: Answer, about: str) -> Accepted:
        if answer.status in _ANSWER_LOST:
            raise UnconfirmedError(f"{self.name}, {about} failed (HTTP {answer.status})")
        if answer.status != 200:
            refusal = self._refusal(answer, about)
            if isinstance(refusal, RateLimitedError):
                raise TooFastError(str(refusal), refusal.retry_after) from refusal
            raise (InvalidSessionError if answer.status in _NOT_ALLOWED else SendError)(str(refusal))
        try:
            said = msgspec.json.decode(answer.body, type=_Said)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise UnconfirmedError(f"{self.name}, {about} answered with what tells nothing") from None
        if said.code in (0, 200):
            return Accepted()
        words = self._shown(said.message)
        known = refusal_in_words(words)
        raise known or SendError(f"{self.name}, {about} refused it (code {said.code}){words}")

    # ---- refusals -----------------------------------------------------------------------------------

    def _refusal(self, answer: Answer, about: str) -> ProviderError | RateLimitedError:
        """Return the error that an answer other than a 200 means; a wish to wait goes for all rooms."""
        try:
            said = msgspec.json.decode(answer.body, type=_Said)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            said = _Said()
        words = self._shown(said.message)
        start = f"{self.name}, {about}"
        if answer.status in (429, 503):
            wait = self._wait(answer)
            self._pace.rest(UNSAID if wait is None else wait)
            limit = f", limit {label}" if (label := clean(said.limit_label, 40)) else ""
            asks = "" if wait is None else f" It asks to wait {wait:.0f}s."
            text = f"{start} says that we ask too often (HTTP {answer.status}{limit}).{asks}{words}"
            return RateLimitedError(text, wait)
        reason = _REFUSALS.get(answer.status, f"answered with HTTP {answer.status}.")
        if answer.status == 401 and not self._headers:
            reason = _KEYLESS
        if 300 <= answer.status < 400:
            reason = "redirects, which is not followed. Check `url` of `provider` in bot.toml."
        return ProviderError(f"{start} {reason}{words}", answer.status)

    def _wait(self, answer: Answer) -> float | None:
        now = self._clock()
        for name in _WAITS:
            told = answer.headers.get(name, "").strip()
            if told.isdecimal() and float(told) >= _UNIX_TIME:
                told = str(max(0, round(float(told) - now.timestamp())))
            if (wait := retry_after(told, now)) is not None:
                return wait
        return None

    def _shown(self, message: str) -> str:
        """Return the provider's own words as they can be shown: it may have repeated what it was given."""
        for secret in self._secrets:
            message = message.replace(secret, "***")
        text = clean(message, LONGEST_MESSAGE)
        return f' It says: "{text}"' if text else ""

    def _url(self, path: str) -> str:
        return self.options.url.rstrip("/") + path
