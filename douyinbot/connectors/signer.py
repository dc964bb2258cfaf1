"""The seam between a platform and whoever signs its requests: this program, or a service the user names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import unquote

from douyinbot.webcast.pairs import Pairs, encode

__all__ = ["Signed", "Signer", "ToSign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """A request that lacks nothing but its signature."""

    kind: Literal["socket", "http"]
    url: str = field(repr=False)
    """As it goes over the wire, percent-encoded. It holds no cookie."""
    user_agent: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What a socket's signature covers, in the order that counts; the values are those of the address."""
    count: int = 1
    """1 for the first signature of this kind in a connection, one more for each further one."""
    method: Literal["GET", "POST"] = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What makes a request a signed one."""

    params: Pairs = field(repr=False)
    """They go to the end of the query, in this order, each in place of any other of its name."""
    user_agent: str = ""
    """The User-Agent that the request must be sent with; "" for the one that was given."""
    url: str = field(default="", repr=False)
    """The whole signed address, from those who give nothing less; "" where `params` say it all."""

    def complete(self, url: str) -> str:
        """Return the address with the signature; all else stays letter for letter what was signed."""
        if self.url:
            return self.url
        names = {name for name, _ in self.params}
        base, _, raw_query = url.partition("?")
        kept = [part for part in raw_query.split("&") if unquote(part.partition("=")[0]) not in names]
        return f"{base}?{'&'.join(part for part in (*kept, encode(self.params)) if part)}"


class Signer(Protocol):
    """Signs the requests of one room."""

    async def sign(self, request: ToSign) -> Signed:
        """Sign one request.

        Raises:
            SignatureError: it cannot be signed.
            RateLimitedError: whoever signs asks us to slow down.
        """
        ...

    async def close(self) -> None:
        """Close what is open. It can be used again."""
        ...
