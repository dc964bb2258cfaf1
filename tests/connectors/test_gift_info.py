"""What is known about gifts: by the list, or by their own messages where it is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from douyinbot.connectors.gift_info import REFUSED, GiftInfo, own_row
from douyinbot.connectors.simulator import Scenario, Step, Times, Trouble
from douyinbot.connectors.simulator.panel import PANEL, gift_row
from douyinbot.events import Chat, Connected, Event, Failure, Gift
from tests.connectors.rooms import connector, listening, simulator
from tests.connectors.tiktok.rooms import connector as tiktok_connector

NOW = datetime(2026, 10, 1, tzinfo=UTC)
ROSE = Gift(
    time=NOW,
    received=NOW,
    gift_id="5655",
    gift_name="Rose",
    gift_type=1,
    combo=True,
    diamond_count=1,
    describe="Sent Rose",
    gift_picture_url="https://example.com/rose.png",
)
LINE = Chat(time=NOW, received=NOW, comment="hi")


def infos(events: list[Event]) -> list[Any]:
    return [event.extended_gift_info for event in events if isinstance(event, Gift)]


def test_before_anybody_asks_nothing_is_added() -> None:
    batch = [LINE, ROSE]
    assert GiftInfo().describe(batch) is batch


def test_the_list_describes_what_is_in_it() -> None:
    gifts = GiftInfo()
    gifts.know([{"id": 5655, "name": "Rose"}, {"name": "of no number"}])
    described = gifts.describe([LINE, ROSE, ROSE.replace(gift_id="9")])
    assert described[0] is LINE
    assert infos(described) == [{"id": 5655, "name": "Rose"}, None]


def test_a_list_that_comes_later_takes_over() -> None:
    gifts = GiftInfo()
    gifts.refused = True
    assert infos(gifts.describe([ROSE])) == [own_row(ROSE)]
    gifts.know([{"id": 5655}])
    assert infos(gifts.describe([ROSE])) == [{"id": 5655}]


def test_an_empty_list_is_as_good_as_none() -> None:
    gifts = GiftInfo()
    gifts.know([])
    assert infos(gifts.describe([ROSE])) == [own_row(ROSE)]


def test_a_gifts_own_message_tells_the_same_as_the_list_under_the_same_names() -> None:
    listed = gift_row(PANEL[0])
    told = own_row(ROSE)
    assert told == {
        "id": 5655,
        "name": "Rose",
        "type": 1,
        "combo": True,
        "diamond_count": 1,
        "describe": "Sent Rose",
        "image": {"url_list": ["https://example.com/rose.png"]},
    }
    assert {name: type(value) for name, value in told.items()} == {name: type(listed[name]) for name in told}
    assert own_row(ROSE.replace(gift_id="", gift_picture_url=""))["image"] == {"url_list": []}


@pytest.mark.parametrize(
    ("room", "kind"),
    [
        *((room, kind) for room in ("abc", "@abc") for kind in ("empty", "garbage", "throttled", "503")),
        ("@abc", "unsigned"),  # Douyin's is signed, and so had
    ],
)
async def test_a_list_that_is_refused_is_told_and_counted_and_ends_nothing(room: str, kind: Any) -> None:
    scenario = Scenario(trouble=Trouble(gift_list=kind))
    async with simulator(None, rooms={room: scenario}) as server:
        to = (connector if room == "abc" else tiktok_connector)(server, enable_extended_gift_info=True)
        async with listening(to) as listener:
            failure = await listener.until(Failure)
            assert failure.info == REFUSED
            assert failure.exception is not None
            await listener.until(Connected)
            await server.do(room, Step(do="gift", who="小明", gift="跑车"))
            gift = await listener.until(Gift, lambda gift: not gift.history)
        assert gift.extended_gift_info is not None
        assert (gift.extended_gift_info["name"], gift.extended_gift_info["diamond_count"]) == ("跑车", 1200)
        assert to.counts["gift_list_refused"] == 1
        assert server.report.violations == []


async def test_the_next_connection_asks_again() -> None:
    scenario = Scenario(trouble=Trouble(gift_list="garbage", times=Times(gift_list=1)))
    async with simulator(None, rooms={"@abc": scenario}) as server:
        to = tiktok_connector(server, enable_extended_gift_info=True)
        async with listening(to) as listener:
            await listener.until(Failure)
        assert to.gifts.refused
        async with listening(to) as listener:
            await listener.until(Connected)
        assert not any(isinstance(event, Failure) for event in listener.events)
        assert not to.gifts.refused
        assert to.gifts.rows
