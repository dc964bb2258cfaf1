"""What all handlers look at in a request."""

import pytest
from aiohttp.test_utils import make_mocked_request

from douyinbot.connectors.simulator.reception import raw_query, user_agent


@pytest.mark.parametrize("query", ["", "a=1&b=%E4%BD%A0", "content=a%20b%2Bc&x="])
def test_the_query_is_kept_letter_for_letter(query: str) -> None:
    assert raw_query(make_mocked_request("GET", f"/webcast/room/chat/?{query}")) == query


def test_a_client_without_a_name_has_none() -> None:
    assert user_agent(make_mocked_request("GET", "/")) == ""
    assert user_agent(make_mocked_request("GET", "/", headers={"User-Agent": "x"})) == "x"
