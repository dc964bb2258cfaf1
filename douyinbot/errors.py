"""Every error that douyinbot raises, in one tree.

    DouyinbotError
    ├── ConfigError                     bot.toml is missing, unreadable or wrong
    ├── PluginError                     a plugin could not be found, loaded or set up
    ├── StoreError                      the database could not be opened or written
    ├── ProtocolError                   the platform sent what we do not understand
    │   └── DecodeError                 one payload could not be decoded
    ├── ConnectError                    a room could not be reached
    │   ├── AlreadyConnectingError, AlreadyConnectedError, ConnectAborted
    │   ├── InvalidUniqueIdError        (also ValueError) not a room of this platform
    │   ├── RoomNotFoundError, UserOfflineError
    │   ├── VerificationRequiredError, BlockedError, LoginRequiredError
    │   ├── RateLimitedError            .retry_after in seconds, or None
    │   ├── NoWSUpgradeError            the socket was refused and polling is off
    │   ├── SignatureError
    │   ├── ProviderError               .status, or None: the sign provider refuses, or is of no use
    │   └── HttpError                   .status
    └── SendError                       a line was not accepted by the platform
        ├── InvalidSessionError         not logged in, or the login has expired
        ├── TooFastError                .retry_after in seconds, or None
        ├── MutedError, RejectedTextError, RoomEndedError
        ├── BrowserError                the browser that we speak through is not to be had
        └── UnconfirmedError            the platform's answer was lost: never repeated

Texts are for the streamer: what happened, where, and what to do next.
"""

__all__ = [
    "AlreadyConnectedError",
    "AlreadyConnectingError",
    "BlockedError",
    "BrowserError",
    "ConfigError",
    "ConnectAborted",
    "ConnectError",
    "DecodeError",
    "DouyinbotError",
    "HttpError",
    "InvalidSessionError",
    "InvalidUniqueIdError",
    "LoginRequiredError",
    "MutedError",
    "NoWSUpgradeError",
    "PluginError",
    "ProtocolError",
    "ProviderError",
    "RateLimitedError",
    "RejectedTextError",
    "RoomEndedError",
    "RoomNotFoundError",
    "SendError",
    "SignatureError",
    "StoreError",
    "TooFastError",
    "UnconfirmedError",
    "UserOfflineError",
    "VerificationRequiredError",
]


class DouyinbotError(Exception):
    """The base of all errors of douyinbot."""


class ConfigError(DouyinbotError):
    """bot.toml, or an argument, is wrong; the text names file, line and key."""


class PluginError(DouyinbotError):
    """A plugin could not be found, loaded or set up; the text names the plugin."""


class StoreError(DouyinbotError):
    """The database could not be opened or written."""


class ProtocolError(DouyinbotError):
    """The platform sent something that breaks the protocol as we know it."""


class DecodeError(ProtocolError):
    """One frame or payload could not be decoded; the rest of the stream is unharmed."""


class ConnectError(DouyinbotError):
    """A room could not be reached."""


class AlreadyConnectingError(ConnectError):
    """connect() was called while an earlier call is still under way."""


class AlreadyConnectedError(ConnectError):
    """connect() was called on a connection that is up."""


class ConnectAborted(ConnectError):  # noqa: N818 - the seed library's users know it by this name
    """disconnect() was called before the connection was up."""


class InvalidUniqueIdError(ConnectError, ValueError):
    """The text is not the address of a room on this platform."""


class RoomNotFoundError(ConnectError):
    """The platform says that this room does not exist."""


class UserOfflineError(ConnectError):
    """The room exists, but nobody is live in it."""


class VerificationRequiredError(ConnectError):
    """The platform answered with a verification page instead of the room."""


class BlockedError(ConnectError):
    """The platform refuses this address or device."""


class LoginRequiredError(ConnectError):
    """The platform wants a logged-in user for this."""


class RateLimitedError(ConnectError):
    """The platform asks us to slow down."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NoWSUpgradeError(ConnectError):
    """The platform does not offer a socket, and polling is switched off."""


class SignatureError(ConnectError):
    """A request could not be signed."""


class ProviderError(ConnectError):
    """The sign provider that the user named refuses, cannot be reached, or answers with what is of no use.

    `status` is that of its answer: 401 for the key, 402 and 403 for what the key may do; None without one.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class HttpError(ConnectError):
    """The platform answered with an unexpected HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class SendError(DouyinbotError):
    """The platform did not take a line."""


class InvalidSessionError(SendError):
    """The account is not logged in, or its login has expired."""


class TooFastError(SendError):
    """The platform says that this account speaks too often."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MutedError(SendError):
    """The account may not speak in this room."""


class RejectedTextError(SendError):
    """The platform refuses this text."""


class RoomEndedError(SendError):
    """The stream has ended, nothing can be said any more."""


class BrowserError(SendError):
    """The browser that lines are typed in, its tab or its chat box is not to be had; nothing was said."""


class UnconfirmedError(SendError):
    """No answer came back: the line may or may not have been said, so it is never repeated."""
