"""A plugin-based chatbot framework for live rooms on Douyin.

The one public door: what stands in `__all__` is what plugins, programs and configurations may rely on.
Names are imported on first use, so that `import douyinbot` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from douyinbot.config import Config, Duration, Rate, Secret, Timer, load_config
    from douyinbot.core.bot import Bot
    from douyinbot.core.commands.marks import command, cron, every
    from douyinbot.core.commands.table import CommandInfo
    from douyinbot.core.context import Context
    from douyinbot.core.dispatch.filters import Message
    from douyinbot.core.liveclient.client import ConnectionState, LiveClient
    from douyinbot.core.notices import Notice, Observer
    from douyinbot.core.plugins.registry import Registry
    from douyinbot.errors import *
    from douyinbot.events import *
    from douyinbot.events.text import name_list
    from douyinbot.hookspecs import API_VERSION, Drop, hookimpl
    from douyinbot.outbox import Receipt, State

__all__ = [
    "API_VERSION",
    "EVENTS",
    "ROLES",
    "AlreadyConnectedError",
    "AlreadyConnectingError",
    "Badge",
    "BlockedError",
    "Bot",
    "BrowserError",
    "Chat",
    "CommandInfo",
    "Config",
    "ConfigError",
    "ConnectAborted",
    "ConnectError",
    "Connected",
    "ConnectionState",
    "Context",
    "DecodeError",
    "Deleted",
    "Disconnected",
    "DouyinbotError",
    "Drop",
    "Duration",
    "Emote",
    "EmoteInText",
    "Envelope",
    "Event",
    "Failure",
    "FansClub",
    "Follow",
    "FollowInfo",
    "Gift",
    "HttpError",
    "InvalidSessionError",
    "InvalidUniqueIdError",
    "Like",
    "LinkMicArmies",
    "LinkMicArmy",
    "LinkMicBattle",
    "LinkMicGuests",
    "LiveClient",
    "LiveIntro",
    "LoginRequiredError",
    "Member",
    "Message",
    "MutedError",
    "NoWSUpgradeError",
    "Notice",
    "Observer",
    "PluginError",
    "ProtocolError",
    "ProviderError",
    "Question",
    "RankUpdate",
    "Rate",
    "RateLimitedError",
    "RawData",
    "Receipt",
    "Reconnecting",
    "Registry",
    "RejectedTextError",
    "Role",
    "RoomEndedError",
    "RoomNotFoundError",
    "RoomNotice",
    "RoomUser",
    "Secret",
    "SendError",
    "Share",
    "Shopping",
    "SignatureError",
    "Social",
    "State",
    "StoreError",
    "StreamEnd",
    "StreamPaused",
    "StreamResumed",
    "Subscribe",
    "Timer",
    "TooFastError",
    "TopViewer",
    "UnconfirmedError",
    "Unknown",
    "User",
    "UserDetails",
    "UserOfflineError",
    "VerificationRequiredError",
    "WebsocketConnected",
    "__version__",
    "command",
    "cron",
    "every",
    "hookimpl",
    "load_config",
    "name_list",
]

_HOMES = {
    "douyinbot.config": ("Config", "Duration", "Rate", "Secret", "Timer", "load_config"),
    "douyinbot.core.bot": ("Bot",),
    "douyinbot.core.liveclient.client": ("ConnectionState", "LiveClient"),
    "douyinbot.core.commands.table": ("CommandInfo",),
    "douyinbot.core.context": ("Context",),
    "douyinbot.core.dispatch.filters": ("Message",),
    "douyinbot.core.commands.marks": ("command", "cron", "every"),
    "douyinbot.core.notices": ("Notice", "Observer"),
    "douyinbot.core.plugins.registry": ("Registry",),
    "douyinbot.events.text": ("name_list",),
    "douyinbot.hookspecs": ("API_VERSION", "Drop", "hookimpl"),
    "douyinbot.outbox": ("Receipt", "State"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'douyinbot' has no attribute {name!r}")
    # Whatever has no home in the table is an error or an event.
    module = _HOME.get(name) or f"douyinbot.{'errors' if name.endswith(('Error', 'Aborted')) else 'events'}"
    value = globals()[name] = getattr(import_module(module), name)
    return value


def __dir__() -> list[str]:
    return __all__
