"""The seed's flat objects of what really happens in a room: every key of the seed, of the right type."""

import asyncio
from typing import Any

import pytest

from douyinbot.events import Event
from tests.conformance.platforms import PLATFORMS, Platform
from tests.conformance.scene import open_scene

PERSON: dict[str, type | tuple[type, ...]] = {
    "userId": str,
    "uniqueId": (str, type(None)),
    "nickname": str,
    "profilePictureUrl": (str, type(None)),
    "followRole": (int, type(None)),
    "userBadges": list,
    "isModerator": bool,
    "isNewGifter": bool,
    "isSubscriber": bool,
    "topGifterRank": (int, type(None)),
}
SOCIAL: dict[str, Any] = {"displayType": str, "label": str}
FLAT: dict[str, dict[str, Any]] = {
    "chat": {"comment": str},
    "member": {"actionId": (int, str)},
    "like": {"likeCount": int, "totalLikeCount": int},
    "social": SOCIAL,
    "follow": SOCIAL,
    "share": SOCIAL,
    "gift": {
        "giftId": int,
        "repeatCount": int,
        "repeatEnd": bool,
        "giftName": str,
        "giftType": int,
        "diamondCount": int,
        "giftPictureUrl": (str, type(None)),
        "timestamp": int,
        "receiverUserId": (str, type(None)),
        "gift": dict,
    },
}
"""What seed-contract A.6 has for each event that every simulated room can show."""


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
def test_events_have_all_that_the_seeds_users_read(platform: Platform) -> None:
    seen: dict[str, Event] = {}

    async def main() -> None:
        async with asyncio.timeout(20), open_scene(platform, []) as scene:
            client = scene.client()
            for kind in FLAT:
                client.on(kind, lambda event: seen.setdefault(event.kind, event))
            await client.connect()
            await scene.room.say("chat", "member", "like", "follow", "share", "gift")
            await scene.until(lambda: set(seen) == set(FLAT))
            await scene.end()

    asyncio.run(main())
    for kind, own in FLAT.items():
        flat = seen[kind].to_legacy()
        for key, wanted in {**PERSON, **own}.items():
            assert key in flat, f"{kind} has no {key}"
            assert isinstance(flat[key], wanted), f"{kind}: {key} is {flat[key]!r}"
