"""`[rooms.options]` of a TikTok room: those of every network connector, and the sign provider."""

from urllib.parse import urlsplit

import msgspec

from douyinbot.config import Duration, Rate, Secret
from douyinbot.connectors.options import NetworkOptions, SignerOptions, check_service

__all__ = ["ProviderOptions", "TikTokOptions"]


class ProviderOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A third party that signs the way into a room; docs/protocol.md has what is said there.

    There is no default one: whoever is asked learns which rooms are watched.
    """

    url: str
    key: Secret | None = None
    session_host: str = ""
    """Who may see the user's session. It must be the host of `url`, so that another `url` is no leak."""
    oauth_token: Secret | None = None
    """What the provider itself has given the user, in place of a session, to speak with."""
    sign: bool = False
    """Whether it signs im/fetch, the gift list and lines, too, and so learns their addresses."""
    fallback: bool = False
    rate: Rate = Rate(5, Duration(60))
    """What a provider was seen to allow without a key (2026); all rooms of the process share it."""
    timeout: Duration = Duration(15)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc.lower()

    def __post_init__(self) -> None:
        check_service("provider.url", self.url, key_name="key")
        if "?" in self.url or "#" in self.url:
            raise ValueError("`provider.url` must end with its path; give the provider's key as `key`")
        if self.session_host and self.session_host.lower() != self.host:
            raise ValueError(
                f'`provider.session_host` is not the host of `provider.url`, which is "{self.host}": your '
                "session goes to no other. Write that host if it may see your login, or take the key out"
            )
        if self.timeout <= 0:
            raise ValueError("`provider.timeout` must be longer than nothing")


class TikTokOptions(NetworkOptions, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The options; docs/configuration.md explains each."""

    provider: ProviderOptions | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.provider is not None and self.provider.sign and isinstance(self.signer, SignerOptions):
            raise ValueError(
                "`signer` names a service that signs, and `provider` has `sign = true`: take one of the two "
                "out"
            )
        if self.provider is not None and not self.enable_websocket_upgrade:
            raise ValueError(
                "`provider` opens sockets, and `enable_websocket_upgrade = false` wants none: take one of "
                "the two out"
            )
