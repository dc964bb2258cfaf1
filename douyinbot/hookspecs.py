"""What a plugin may implement: every hook, on one page.

A hook takes any subset of its arguments, by name. `async def` hooks run on the event loop; plain `def` ones
run on the plugin's own thread, one call at a time. An `on_...` hook that returns text (or a list of texts)
says it in the room. Whatever a hook raises is caught, logged with the plugin's name and counted: after five
errors in a minute the plugin rests for five minutes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from douyinbot import events
    from douyinbot.core.context import Context
    from douyinbot.core.dispatch.filters import Message
    from douyinbot.core.plugins.registry import Registry

__all__ = ["API_VERSION", "EVENT_HOOKS", "PROJECT", "Drop", "hookimpl", "hookspec"]

PROJECT = "douyinbot"
"""The name of the project, of the markers and of the entry-point group."""
API_VERSION = 1

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of the hook of its name."""

Reply = str | list[str] | None


@dataclass(frozen=True, slots=True)
class Drop:
    """What a filter returns to let an event or a message go no further, and why."""

    reason: str


EVENT_HOOKS: dict[str, str] = {
    kind: f"on_{kind}"
    for kind in (
        *("chat", "member", "like", "social", "follow", "share", "room_user", "emote", "envelope"),
        *("question", "fans_club", "subscribe", "link_mic_battle", "link_mic_armies", "live_intro"),
        *("connected", "disconnected", "reconnecting", "stream_paused", "stream_resumed", "stream_end"),
        *("websocket_connected", "failure"),
    )
}
"""The hook of each kind of event that has one of its own. Gifts have two: on_gift and on_gift_update."""


# ---- a plugin's life ------------------------------------------------------------------------------


@hookspec
def setup(ctx: "Context") -> None:
    """Get ready; called once, before any event. If it raises, the plugin is not loaded."""


@hookspec
def provide(ctx: "Context") -> Any:
    """Return what other plugins get from `ctx.use(NAME)`; called once, after `setup`. Plain `def` only.

    For a rehearsal (made-up viewers in a real room) it is called again; what that one changes is forgotten.
    """


@hookspec
def teardown(ctx: "Context") -> None:
    """Tidy up; called once, with five seconds to do it. The plugin's timers go right after."""


@hookspec
def register(registry: "Registry") -> None:
    """Add a connector, a sender, a template variable, a group of CLI commands or web routes."""


# ---- what happens in the room ---------------------------------------------------------------------


@hookspec
def on_chat(ctx: "Context", event: "events.Chat") -> Reply:
    """A viewer wrote a line (also one that was a command: then `ctx.command` names it)."""


@hookspec
def on_gift(ctx: "Context", event: "events.Gift") -> Reply:
    """A gift, once for each finished streak, with `total` and `value` of the whole streak.

    A streak is finished by its end mark, or by six seconds of silence if the mark was lost. If more units
    come after that, they are a streak of their own: adding up `total` over all calls counts each unit once.
    """


@hookspec
def on_gift_update(ctx: "Context", event: "events.Gift") -> Reply:
    """Every single gift message, with `delta` new units."""


@hookspec
def on_member(ctx: "Context", event: "events.Member") -> Reply:
    """A viewer came in."""


@hookspec
def on_like(ctx: "Context", event: "events.Like") -> Reply:
    """A viewer tapped the screen."""


@hookspec
def on_social(ctx: "Context", event: "events.Social") -> Reply:
    """A viewer followed or shared; on_follow or on_share comes right after."""


@hookspec
def on_follow(ctx: "Context", event: "events.Follow") -> Reply:
    """A viewer now follows the streamer."""


@hookspec
def on_share(ctx: "Context", event: "events.Share") -> Reply:
    """A viewer shared the room."""


@hookspec
def on_room_user(ctx: "Context", event: "events.RoomUser") -> Reply:
    """How many are watching, every few seconds."""


@hookspec
def on_emote(ctx: "Context", event: "events.Emote") -> Reply:
    """A viewer sent a sticker."""


@hookspec
def on_envelope(ctx: "Context", event: "events.Envelope") -> Reply:
    """A red packet or lucky bag."""


@hookspec
def on_question(ctx: "Context", event: "events.Question") -> Reply:
    """A viewer used the question box."""


@hookspec
def on_fans_club(ctx: "Context", event: "events.FansClub") -> Reply:
    """A viewer joined the fan club, or rose in it."""


@hookspec
def on_subscribe(ctx: "Context", event: "events.Subscribe") -> Reply:
    """A viewer subscribed."""


@hookspec
def on_link_mic_battle(ctx: "Context", event: "events.LinkMicBattle") -> Reply:
    """A PK began or ended."""


@hookspec
def on_link_mic_armies(ctx: "Context", event: "events.LinkMicArmies") -> Reply:
    """The score of a running PK."""


@hookspec
def on_live_intro(ctx: "Context", event: "events.LiveIntro") -> Reply:
    """The streamer's introduction."""


# ---- connection and stream ------------------------------------------------------------------------


@hookspec
def on_connected(ctx: "Context", event: "events.Connected") -> Reply:
    """The room is connected."""


@hookspec
def on_disconnected(ctx: "Context", event: "events.Disconnected") -> Reply:
    """The connection is gone."""


@hookspec
def on_reconnecting(ctx: "Context", event: "events.Reconnecting") -> Reply:
    """The connection will be tried again."""


@hookspec
def on_websocket_connected(ctx: "Context", event: "events.WebsocketConnected") -> Reply:
    """The socket is open, the first messages come next."""


@hookspec
def on_stream_paused(ctx: "Context", event: "events.StreamPaused") -> Reply:
    """The streamer paused."""


@hookspec
def on_stream_resumed(ctx: "Context", event: "events.StreamResumed") -> Reply:
    """The streamer is back."""


@hookspec
def on_stream_end(ctx: "Context", event: "events.StreamEnd") -> Reply:
    """The stream is over."""


@hookspec
def on_failure(ctx: "Context", event: "events.Failure") -> Reply:
    """Something went wrong and was survived."""


@hookspec
def on_raw(ctx: "Context", method: str, payload: bytes) -> None:
    """Every message as it came. Only pay for it if you need it: all payloads are handed over."""


@hookspec
def on_event(ctx: "Context", event: "events.Event") -> Reply:
    """Every event of every kind, before the hook of its own kind.

    RawData is made, and comes here too, only where some plugin has on_raw.
    """


# ---- decisions, taken in place --------------------------------------------------------------------


@hookspec
def filter_event(ctx: "Context", event: "events.Event") -> Any:
    """Look at every event before anybody else: None keeps it, an event replaces it, Drop("why") drops it.

    Plain `def` only, and quick: it runs on the event loop, in the plugins' order.
    """


@hookspec
def filter_message(ctx: "Context", message: "Message") -> Any:
    """Look at every text the bot is about to say: None keeps it, a text replaces it, Drop("why") drops it.

    Plain `def` only, and quick.
    """


@hookspec(firstresult=True)
def get_role(ctx: "Context", user: "events.User") -> str | None:
    """Name a viewer's role (owner, admin, fans, follower or viewer); None leaves it to the next plugin."""
