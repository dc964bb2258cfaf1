"""Query strings as pairs of names and values, in the order in which they are sent."""

from urllib.parse import quote, urlencode

__all__ = ["Pairs", "encode"]

Pairs = list[tuple[str, str]]


def encode(pairs: Pairs) -> str:
    """Percent-encode a query as it goes over the wire: a signature covers exactly this text."""
    return urlencode(pairs, quote_via=quote, safe="")
