"""`[trouble]` of a scenario: what the server does wrong, for each thing that a client asks for."""

from typing import Literal

import msgspec

from douyinbot.config import Duration

__all__ = ["BadFrame", "Section", "Times", "Trouble"]

BadFrame = Literal["none", "truncated", "corrupt_gzip", "bomb", "garbage", "wrong_type", "unknown_type"]


class Section(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A table of a scenario: a key that is not declared is an error."""


class Times(Section, kw_only=True, frozen=True):
    """`times` of `[trouble]`: only the first so many go wrong. What is not named goes wrong every time."""

    page: int | None = None
    enter: int | None = None
    link: int | None = None
    reflow: int | None = None
    profile: int | None = None
    fetch: int | None = None
    gift_list: int | None = None
    handshake: int | None = None
    frames: int | None = None
    chat: int | None = None


class Trouble(Section, kw_only=True, frozen=True):
    """`[trouble]`: what the server does wrong, for each thing that a client asks for."""

    page: Literal[
        "none", "not_found", "verification", "offline", "throttled", "503", "empty", "blocked", "444", "old"
    ] = "none"
    """throttled is HTTP 429; it and 503 carry Retry-After. offline: the page of a room that is not on air.
    blocked is HTTP 403. old: the form of before autumn 2023."""
    enter: Literal[
        "none",
        "unsigned",
        "empty",
        "html",
        "garbage",
        "error",
        "offline",
        "throttled",
        "503",
        "blocked",
        "444",
        "login",
        "hidden",
        "signature",
    ] = "none"
    """unsigned, here and below: empty without a right a_bogus, as it was seen now and then since 2025-07.
    login: for logged-in users only. hidden: for some viewers only. signature: it does not like ours."""
    link: Literal[
        "none", "not_found", "throttled", "503", "stranger", "insecure", "loop", "no_room", "huge"
    ] = "none"
    """Short links: stranger leads to another host, insecure to http, no_room to a video, huge is too long."""
    reflow: Literal[
        "none", "empty", "html", "error", "offline", "throttled", "503", "blocked", "444", "login"
    ] = "none"
    profile: Literal[
        "none", "not_found", "verification", "offline", "throttled", "503", "empty", "blocked", "444"
    ] = "none"
    cookie: Literal["none", "missing"] = "none"
    """missing: neither the front page nor the room's page gives a ttwid."""
    fetch: Literal[
        "none",
        "unsigned",
        "empty",
        "json",
        "html",
        "garbage",
        "throttled",
        "503",
        "slow",
        "timeout",
        "no_cursor",
    ] = "none"
    """slow: a fifth of a second late. no_cursor: it does not say where to go on."""
    gift_list: Literal["none", "unsigned", "empty", "garbage", "throttled", "503"] = "none"
    handshake: Literal[
        "none",
        "refuse",
        "refuse_first_n",
        "http_200",
        "http_401",
        "http_403",
        "http_404",
        "http_415",
        "http_429",
        "http_502",
        "http_503",
        "silent",
        "dropped",
    ] = "none"
    """refuse_first_n refuses `times.handshake` (2) sockets. silent: opened, but nothing ever comes. dropped:
    opened, and cut at once."""
    signature_fields: list[str] | None = None
    """What the socket's signature must cover; [] is what the page itself was seen to sign on 2026-09-30."""
    frames: BadFrame = "none"
    """One bad frame on each socket, after two good ones."""
    chat: Literal[
        "none",
        "too_fast",
        "muted",
        "rejected",
        "logged_out",
        "ended",
        "empty",
        "forbidden",
        "throttled",
        "bad_parameters",
        "html",
        "http_502",
        "silent",
        "timeout",
    ] = "none"
    """silent: accepted, but never shown to anybody. timeout: no answer ever comes."""
    speech: Literal["none", "closed", "muted"] = "none"
    """Who may not chat, as the page tells before anybody tries: closed is nobody, muted is the visitor."""
    times: Times = Times()
    retry_after: Duration = Duration(5)
    retry_header: str = ""
    """Retry-After, letter for letter, in place of `retry_after`."""
