"""What the platform answers to a chat line that we sent."""

from dataclasses import dataclass

import msgspec

from douyinbot.errors import (
    InvalidSessionError,
    MutedError,
    RejectedTextError,
    RoomEndedError,
    SendError,
    TooFastError,
    UnconfirmedError,
)

__all__ = ["Accepted", "parse_chat_answer", "refusal_in_words"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform took the line. That does not mean that anybody sees it."""

    message_id: str = ""
    account_id: str = ""
    """The speaking account's user id, as far as the answer tells it."""


class _Account(msgspec.Struct):
    id_str: str = ""
    id: int = 0


class _Data(msgspec.Struct):
    msg_id: int | str = 0
    msg_id_str: str = ""
    prompts: str = ""
    message: str = ""
    user: _Account = msgspec.field(default_factory=_Account)


class _Answer(msgspec.Struct):
    status_code: int = 0
    data: _Data | None = None


# Codes other than 20003 (four sources) rest on one client's source and are unverified; 10011 is also the code
# of bad parameters elsewhere on the site. So the platform's own words decide first, and are shown.
_LOGGED_OUT = {20003, 20004, 8, 10002}
_TOO_FAST = {10011, 10012, 4003101, 4003105}
_ENDED = {30003}
_WORDS: tuple[tuple[tuple[str, ...], type[SendError]], ...] = (
    (("登录", "login", "log in"), InvalidSessionError),
    (("太快", "频繁", "稍后再试", "too fast", "too frequent", "try again later"), TooFastError),
    (
        (
            *("禁言", "无法发言", "不能发言", "不允许评论", "关闭评论", "关闭了评论", "无法评论", "可评论"),
            *("muted", "can't comment", "turned off comments"),
        ),
        MutedError,
    ),
    (("敏感", "违规", "不当", "审核", "guidelines", "sensitive"), RejectedTextError),
    (("已结束", "未开播", "has ended"), RoomEndedError),
    (("参数", "params"), SendError),
)
_ADVICE: dict[type[SendError], str] = {
    InvalidSessionError: "the account is not logged in, or its login has expired. Log in with your browser "
    "and give douyinbot the new cookies (`cookies` in bot.toml)",
    TooFastError: "the platform says that the account speaks too fast; sending backs off",
    MutedError: "the account may not speak in this room",
    RejectedTextError: "the platform refuses this text",
    RoomEndedError: "the stream has ended",
    SendError: "the platform refused the line",
}
# A gateway that gave up on its server does not know whether that had taken the line.
_ANSWER_LOST = {500, 502, 504}


def parse_chat_answer(status: int, body: bytes, retry_after: float | None = None) -> Accepted:
    """Read the answer of `webcast/room/chat/`.

    Raises:
        InvalidSessionError: logged out, or refused with HTTP 403.
        TooFastError, MutedError, RejectedTextError, RoomEndedError: as they say.
        UnconfirmedError: the server failed, perhaps only after it had taken the line.
        SendError: any other refusal, an empty answer (risk control) included.
    """
    if status == 403:
        raise InvalidSessionError(
            "the platform refused the account (HTTP 403); sending stops until you resume it. Check in your "
            "browser that the account may still chat, then give douyinbot fresh cookies"
        )
    if status == 429:
        raise TooFastError(f"{_ADVICE[TooFastError]} (HTTP 429)", retry_after)
    if status in _ANSWER_LOST:
        raise UnconfirmedError(f"the platform's server failed (HTTP {status})")
    if status != 200:
        raise SendError(f"the platform answered with HTTP {status}; try again later")
    if not body.strip():
        raise SendError("the platform answered with nothing: risk control does not trust this account now")
    if body.lstrip().startswith(b"<"):
        raise SendError(
            "the platform answered with a page instead: it probably wants a verification. Open the room in "
            "your browser and pass it there"
        )
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SendError("the platform answered with something that is not a chat answer") from error
    data = answer.data or _Data()
    if answer.status_code == 0:
        return Accepted(
            message_id=data.msg_id_str or str(data.msg_id or ""),
            account_id=data.user.id_str or str(data.user.id or ""),
        )
    raise _refusal(answer.status_code, data.prompts or data.message, retry_after)


def refusal_in_words(words: str) -> SendError | None:
    """Return the error that the platform's own words mean; None where they say nothing that we know."""
    kind = _kind_of(words)
    return None if kind is None else kind(f"{_ADVICE[kind]} ({words})")


def _refusal(code: int, prompts: str, retry_after: float | None) -> SendError:
    kind = _kind(code, prompts)
    text = f"{_ADVICE[kind]} (code {code}{': ' + prompts if prompts else ''})"
    return TooFastError(text, retry_after) if kind is TooFastError else kind(text)


def _kind(code: int, prompts: str) -> type[SendError]:
    if code in _LOGGED_OUT:
        return InvalidSessionError
    if code in _ENDED:
        return RoomEndedError
    return _kind_of(prompts) or (TooFastError if code in _TOO_FAST else SendError)


def _kind_of(words: str) -> type[SendError] | None:
    return next((kind for known, kind in _WORDS if any(word in words.lower() for word in known)), None)
