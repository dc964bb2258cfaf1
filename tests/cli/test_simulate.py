"""`douyinbot simulate`: the room on its own."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize("words", [(), ("--serve",), ("--serve", "--pace", "2")])
def test_it_says_where_it_is_and_what_clients_did(program: Callable[..., Any], words: tuple[str]) -> None:
    server = program("simulate", *words)
    line = server.wait_for(lambda p: next((line for line in p.out if "is open" in line), None))
    assert line.rpartition(" ")[2].startswith("http://127.0.0.1:")
    assert server.interrupt() == 130
    assert "0 sockets" in server.out[-1]


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1", "127.0.0.1:99999", "8.8.8.8:80"])
def test_a_wrong_address_is_refused(program: Callable[..., Any], address: str) -> None:
    server = program("simulate", "--serve", address)
    assert server.end() == 2
    assert server.err[0].startswith("douyinbot: ")
