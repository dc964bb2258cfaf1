"""Where we do something else than the seed library, and why: nothing else may differ from its traces."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["DEVIATIONS", "Deviation", "apply"]

CHAT, LIKE, CONTROL = (f"event raw_data Webcast{name}Message" for name in ("Chat", "Like", "Control"))
CONNECTED, POLLING = "event connected by socket", "event connected by polling"
SOCKET, GONE, END = "event websocket_connected", "event disconnected", "event stream_end"
UNDECODED = "event failure Websocket message decoding failed"
NOT_CONNECTED = "event failure Error while connecting"
UPGRADE = "event failure Upgrade to websocket failed. Using request polling..."
BOOM = "event failure Error in the handler _with_a_handler_that_raises.<locals>.boom of chat"
INFO = 'getRoomInfo "'

A11 = "seed-contract A.11"
A12 = "seed-contract A.12"
SETTLED = "design 8 and 11"
PROTOCOL = "the platform's protocol"


@dataclass(frozen=True)
class Deviation:
    """In a scenario these lines of the trace, which follow each other, are other lines with us."""

    scenario: str
    trace: tuple[str, ...]
    ours: tuple[str, ...]
    rule: str
    reason: str
    platform: str = ""
    """Where it is so; "" for everywhere."""


def apply(trace: Sequence[str], deviations: Sequence[Deviation]) -> list[str]:
    """Return what is expected of us. Deviations are looked for in order, each behind the one before it.

    Raises:
        ValueError: the trace does not have the lines of a deviation.
    """
    expected, rest = [], list(trace)
    for deviation in deviations:
        width = len(deviation.trace)
        places = (at for at in range(len(rest)) if tuple(rest[at : at + width]) == deviation.trace)
        if (at := next(places, None)) is None:
            raise ValueError(f"{deviation.scenario}: the trace has no {deviation.trace} here")
        expected += [*rest[:at], *deviation.ours]
        rest = rest[at + width :]
    return [*expected, *rest]


DEVIATIONS = (
    Deviation(
        "ws_happy",
        ("event social", "event social"),
        ("event social", "event share", "event social", "event follow"),
        A12,
        "follow and share are events of their own, as since 1.0",
    ),
    Deviation(
        "ws_happy",
        ("event raw_data WebcastUnknownMessage",),
        ("event raw_data WebcastUnknownMessage", "event unknown"),
        SETTLED,
        "what has no decoder is an event, too",
    ),
    Deviation("ws_happy", (END, GONE, "event chat"), (END, GONE), A11, "nothing comes after the end"),
    Deviation("ws_gzip", (UNDECODED,), (CHAT, "event chat"), A12, "gzip is understood, as since 0.9.24"),
    Deviation(
        "polling_inflight_after_disconnect",
        (GONE, LIKE, "event like"),
        (GONE,),
        A11,
        "a poll that is under way at the disconnect brings nothing any more",
    ),
    Deviation(
        "polling_inflight_after_disconnect",
        (GONE, LIKE, "event like"),
        (GONE,),
        A11,
        "a poll that is under way at the disconnect brings nothing any more",
    ),
    Deviation(
        "ws_reject",
        (UPGRADE, UPGRADE, UPGRADE, GONE),
        (GONE,),
        A11,
        "the refused socket is reported once, not at every poll",
    ),
    Deviation(
        "offline_html",
        (NOT_CONNECTED, "rejected connect: BlockedError"),
        (NOT_CONNECTED, "rejected connect: VerificationRequiredError"),
        PROTOCOL,
        "a page without a room is Douyin's verification, which says nothing about the country",
        "douyin",
    ),
    Deviation(
        "offline_html",
        ("rejected connect: HttpError",),
        ("rejected connect: RateLimitedError",),
        PROTOCOL,
        "statuses with a meaning of their own have their own error, with what to do next",
        "douyin",
    ),
    Deviation(
        "offline_html",
        ("rejected connect: HttpError",),
        ("rejected connect: RateLimitedError",),
        PROTOCOL,
        "statuses with a meaning of their own have their own error, with what to do next",
        "tiktok",
    ),
    Deviation(
        "disconnect_while_connecting",
        (
            SOCKET,
            CONNECTED,
            "resolved connect",
            "state +is_connected +upgraded_to_websocket +room_id +room_info -available_gifts",
            GONE,
        ),
        (
            "rejected connect: ConnectAborted",
            "state -is_connected -upgraded_to_websocket -room_id -room_info -available_gifts",
        ),
        A11,
        "disconnect() while connecting cancels the attempt",
    ),
    Deviation(
        "stream_end_in_initial",
        (
            *(SOCKET, CHAT, CONTROL, "event chat", END, CONNECTED, "resolved connect"),
            "state +is_connected +upgraded_to_websocket +room_id +room_info -available_gifts",
            GONE,
        ),
        (
            NOT_CONNECTED,
            "rejected connect: UserOfflineError",
            "state -is_connected -upgraded_to_websocket -room_id -room_info -available_gifts",
        ),
        A11,
        "a stream that has just ended is not connected to",
    ),
    Deviation(
        "control_actions",
        (
            *(CONTROL,) * 6,
            "state +is_connected +upgraded_to_websocket +room_id +room_info -available_gifts",
            GONE,
        ),
        (
            *(CONTROL, "event stream_paused", CONTROL, "event stream_resumed", CONTROL, CONTROL, END, GONE),
            "state -is_connected -upgraded_to_websocket +room_id -room_info -available_gifts",
        ),
        A12,
        "1 and 2 are events, and 4 is an end as since 0.9.27 (seed-contract A.5)",
    ),
    Deviation(
        "handler_throws_live",
        ("event chat", UNDECODED, GONE),
        ("event chat", BOOM, "event like", GONE),
        A11,
        "a handler that raises is named, and harms nothing else",
    ),
    Deviation(
        "handler_throws_initial",
        (
            *("event chat", NOT_CONNECTED, "rejected connect: handler boom"),
            "state -is_connected +upgraded_to_websocket +room_id +room_info -available_gifts",
        ),
        ("event chat", BOOM, "event member", CONNECTED, "resolved connect", GONE),
        A11,
        "a handler that raises is named, and the connection comes up all the same",
    ),
    Deviation(
        "bad_message_in_initial",
        (NOT_CONNECTED, "rejected connect: index out of range: 3 + 10 > 3"),
        (SOCKET, CHAT, CONNECTED, "resolved connect", GONE),
        A11,
        "a message that cannot be decoded loses only itself",
    ),
    Deviation(
        "send_message",
        ("rejected send-403: HttpError",),
        ("rejected send-403: InvalidSessionError",),
        SETTLED,
        "403 to a line stops the account's sending until there is a new login",
    ),
    Deviation(
        "send_message",
        ("resolved send-connected",),
        (CHAT, "event chat", "resolved send-connected"),
        SETTLED,
        "a line is waited for until it comes back in the room's own stream",
    ),
    Deviation(
        "unique_id_forms",
        (f'resolved {INFO}us@er"', f'call {INFO}"', f'resolved {INFO}"'),
        (
            f'rejected {INFO}us@er": InvalidUniqueIdError',
            f'call {INFO}"',
            f'rejected {INFO}": InvalidUniqueIdError',
        ),
        "seed-contract A.1",
        "what cannot be a room is refused before anything is asked",
    ),
    Deviation(
        "decode_api",
        ("rejected decode unknown: no such type: TikTok.Nope",),
        ("event raw_data Nope", "event unknown", "resolved decode unknown"),
        SETTLED,
        "an unknown type gives Unknown",
    ),
)
