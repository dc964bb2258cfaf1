"""Secrets taken out of texts."""

import pytest

from douyinbot.events.redaction import redact

CANARY = "CANARY1234567890"


@pytest.mark.parametrize(
    "text",
    [
        f"Cookie: sessionid={CANARY}; ttwid=1",
        f"sid_tt={CANARY}",
        f"GET /webcast/room/chat/?content=hi&msToken={CANARY}&a_bogus={CANARY}",
        f"wss://host/push?signature={CANARY}",
        f"{{'sessionid_ss': '{CANARY}'}}",
        f'{{"passport_csrf_token": "{CANARY}"}}',
        f"Authorization: Bearer {CANARY}",
        f"password={CANARY}",
        f"token = {CANARY}",
    ],
)
def test_the_values_of_secrets_never_reach_the_log(text: str) -> None:
    assert CANARY not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize("text", ["room main: 3 events", "the token bucket is empty", "谢谢 小明 的 玫瑰x3"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_known_values_are_taken_out_wherever_they_stand() -> None:
    assert (
        redact(f"it was {CANARY}, and https://me:{CANARY}@host", [CANARY])
        == "it was ***, and https://me:***@host"
    )
