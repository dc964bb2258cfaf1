"""Whether a request is signed as the platform wants it."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from douyinbot.errors import SignatureError
from douyinbot.webcast.douyin import a_bogus
from douyinbot.webcast.douyin.signature import STUB_FIELDS, verify

__all__ = ["handshake_faults", "signature_faults"]

_A_BOGUS = re.compile(r"(?:^|&)a_bogus=([^&]*)")
_FIXED = {
    "aid": "6383",
    "live_id": "1",
    "version_code": "180800",
    "device_platform": "web",
    "did_rule": "3",
    "identity": "audience",
}


def signature_faults(raw_query: str, *, body: str, user_agent: str) -> list[str]:
    """Return what is wrong with the a_bogus of a request, judged by the query as it came over the wire."""
    match = _A_BOGUS.search(raw_query)
    if match is None:
        return ["a_bogus is missing"]
    if match.end() != len(raw_query):
        return ["a_bogus is not the last value of the query"]
    try:
        return [
            f"a_bogus: {fault}"
            for fault in a_bogus.verify(
                unquote(match[1]), raw_query[: match.start()], body=body, user_agent=user_agent
            )
        ]
    except SignatureError as error:
        return [f"a_bogus: {error}"]


def handshake_faults(query: Mapping[str, str], fields: Sequence[str] = STUB_FIELDS) -> list[str]:
    """Return why a socket with this query is refused, as far as the query alone tells.

    Args:
        fields: what the signature must cover.
    """
    faults = [
        f"{key} is {query.get(key, 'missing')}, not {value}"
        for key, value in _FIXED.items()
        if query.get(key) != value
    ]
    sdk = query.get("webcast_sdk_version", "")
    if not sdk:
        faults.append("webcast_sdk_version is missing")
    if query.get("update_version_code", sdk) != sdk:
        faults.append("update_version_code is not the webcast_sdk_version")
    if not query.get("browser_version", "5.0 (").startswith("5.0 ("):
        faults.append("browser_version is not what follows `Mozilla/` in a User-Agent")
    signature = query.get("signature", "")
    return faults + (verify(signature, query, fields) if signature else ["the signature is missing"])
