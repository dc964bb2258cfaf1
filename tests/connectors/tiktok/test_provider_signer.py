"""What a provider is asked to sign and may answer: TikTok-Live-Connector 2.4.3's own cases, and more."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from douyinbot.connectors.http import Http
from douyinbot.connectors.signer import Signed, ToSign
from douyinbot.connectors.tiktok.provider_signer import ProviderSigner
from douyinbot.errors import ProviderError, RateLimitedError
from tests import canaries
from tests.connectors.servers import serving
from tests.connectors.tiktok.test_provider import LOGIN, Desk, client

URL = "https://webcast.tiktok.com/webcast/im/fetch/?aid=1988&room_id=1&content=%E4%BD%A0%20%26"
GOOD = {
    "response": {"signedUrl": f"{URL}&X-Bogus=b&X-Gnarly=g", "userAgent": "Mozilla/5.0 (its)", "tokens": {}}
}


@asynccontextmanager
async def signing(desk: Desk, *, allowed: bool, cookies: dict[str, str]) -> AsyncIterator[ProviderSigner]:
    async with serving(desk.serve) as url:
        provider = client(url, session_host=url.partition("://")[2] if allowed else "")
        try:
            yield ProviderSigner(provider, Http(user_agent="me", cookies=cookies))
        finally:
            await provider.close()


async def signed(
    desk: Desk, url: str = URL, *, allowed: bool = False, cookies: dict[str, str] = LOGIN
) -> Signed:
    async with signing(desk, allowed=allowed, cookies=cookies) as signer:
        return await signer.sign(ToSign(kind="http", url=url, user_agent="Mozilla/5.0 (me)", method="POST"))


async def test_the_signed_address_is_used_letter_for_letter() -> None:
    desk = Desk(GOOD)
    made = await signed(desk)
    assert made.complete(URL) == f"{URL}&X-Bogus=b&X-Gnarly=g"
    assert made.user_agent == "Mozilla/5.0 (its)"
    assert (desk.asked[0].method, desk.asked[0].path) == ("POST", "/tiktok/sign_url")
    assert json.loads(desk.bodies[0]) == {
        "url": URL,
        "method": "POST",
        "userAgent": "Mozilla/5.0 (me)",
        "type": "fetch",
        "payload": "",
    }


async def test_the_tokens_of_an_earlier_signature_are_taken_out_first() -> None:
    desk = Desk(GOOD)
    old = URL.replace("aid=1988", "X-Bogus=old&aid=1988&X-Gnarly=old&msToken=old")
    await signed(desk, old)
    assert json.loads(desk.bodies[0])["url"] == URL


async def test_the_login_is_shown_where_it_may_be_and_whole() -> None:
    for allowed, cookies, shown in [
        (False, LOGIN, {}),
        (True, LOGIN, {"sessionId": canaries.SESSION_ID, "ttTargetIdc": "useast1a"}),
        (True, {"sessionid": canaries.SESSION_ID}, {}),
        (True, {"tt-target-idc": "useast1a"}, {}),
    ]:
        desk = Desk(GOOD)
        await signed(desk, allowed=allowed, cookies=cookies)
        asked = json.loads(desk.bodies[0])
        assert {name: asked[name] for name in ("sessionId", "ttTargetIdc") if name in asked} == shown
        assert canaries.TTWID not in desk.everything


async def test_a_login_in_the_address_is_not_shown_to_anybody() -> None:
    desk = Desk(GOOD)
    with pytest.raises(ProviderError, match="`client_params` has a login in it"):
        await signed(desk, f"{URL}&sessionid={canaries.SESSION_ID}", allowed=True)
    assert desk.asked == []


@pytest.mark.parametrize("status", [402, 403])
async def test_without_the_plan_for_it_there_is_no_signature(status: int) -> None:
    with pytest.raises(ProviderError, match="asked for a signature, ") as caught:
        await signed(Desk({"message": "premium"}, status))
    assert caught.value.status == status


async def test_a_wish_to_wait_is_kept() -> None:
    with pytest.raises(RateLimitedError) as caught:
        await signed(Desk({}, 429, {"Retry-After": "4"}))
    assert caught.value.retry_after == 4


def told(url: str, agent: str = "") -> dict[str, Any]:
    return {"response": {"signedUrl": url, "userAgent": agent}}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"response": None},
        {"response": {"tokens": {}}},
        b"<html>",
        told(URL),
        told(f"{URL}&X-Bogus="),
        told(f"{URL}&X-Bogus=b", "Mozilla/5.0\r\nHost: evil"),
        told(f"{URL}&X-Bogus=b\n"),
        told(f"{URL}&X-Bogus=b#x"),
        told(f"{URL}&X-Bogus={'b' * 17000}"),
        told(f"{URL}&X-Bogus=b".replace("webcast.tiktok.com", "evil.example")),
        told(f"{URL}&X-Bogus=b".replace("https:", "http:")),
        told(f"{URL}&X-Bogus=b".replace("im/fetch", "room/chat")),
        told(f"{URL}&X-Bogus=b".replace("room_id=1", "room_id=2")),
        told(f"{URL}&X-Bogus=b".replace("aid=1988&", "")),
    ],
)
async def test_what_is_no_signature_of_this_very_address_is_none(body: Any) -> None:
    with pytest.raises(ProviderError, match="asked for a signature, answered with none"):
        await signed(Desk(body))


async def test_there_is_nothing_of_its_own_to_close() -> None:
    async with signing(Desk(GOOD), allowed=False, cookies={}) as signer:
        await signer.close()
        assert (await signer.sign(ToSign(kind="http", url=URL, user_agent="me"))).url
