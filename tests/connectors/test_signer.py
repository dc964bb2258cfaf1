"""A signature put into an address: at the end, in place of an older one, everything else untouched."""

import pytest

from douyinbot.connectors.signer import Signed, ToSign

URL = "https://live.test/p/?a=%E4%BD%A0%20x&b=&c=1"


@pytest.mark.parametrize(
    ("url", "params", "complete"),
    [
        (URL, [("a_bogus", "x+/=")], f"{URL}&a_bogus=x%2B%2F%3D"),
        (URL, [], URL),
        (URL, [("b", "2")], "https://live.test/p/?a=%E4%BD%A0%20x&c=1&b=2"),
        (URL, [("z", "1"), ("a", "2"), ("y", "3")], "https://live.test/p/?b=&c=1&z=1&a=2&y=3"),
        ("wss://live.test/p/", [("signature", "s")], "wss://live.test/p/?signature=s"),
        ("wss://live.test/?%73ignature=old&x=1", [("signature", "s")], "wss://live.test/?x=1&signature=s"),
    ],
)
def test_a_signature_comes_last_and_changes_nothing_else(
    url: str, params: list[tuple[str, str]], complete: str
) -> None:
    assert Signed(params=params).complete(url) == complete


def test_neither_a_request_nor_its_signature_shows_in_a_repr() -> None:
    request = ToSign(kind="http", url=URL, user_agent="me", fields={"aid": "1128"})
    shown = repr(request) + repr(Signed(params=[("a_bogus", "s3cret")]))
    assert "live.test" not in shown
    assert "1128" not in shown
    assert "s3cret" not in shown
