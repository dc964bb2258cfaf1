"""Which messages a simulated room speaks in."""

from douyinbot.connectors.simulator.tongues import tongue_of
from douyinbot.webcast.composing import Person
from douyinbot.webcast.douyin import compose
from douyinbot.webcast.tiktok import compose as tiktok

LINE = (1, 2, 1_790_000_000_000, Person(5, "小明"), "你好")


def test_an_at_sign_is_tiktok() -> None:
    assert tongue_of("@abc").chat(*LINE) == tiktok.chat(*LINE)
    assert tongue_of("abc").chat(*LINE) == compose.chat(*LINE)
    assert tiktok.chat(*LINE) != compose.chat(*LINE)
