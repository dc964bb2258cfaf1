"""Who asks: visitors by their ttwid cookie, and accounts by their login cookie."""

import hashlib
import random
from collections import OrderedDict
from typing import TypeVar

from douyinbot.connectors.simulator.cast import number_from
from douyinbot.webcast.composing import Person

__all__ = ["EXPIRED", "LOGIN", "Account", "Visitors"]

T = TypeVar("T")
LOGIN = "sessionid=simulated"
"""The login cookie to try first; any other session id is a further account."""
EXPIRED = "expired"
"""The one session id that is not logged in any more."""
REMEMBERED = 10_000


class Account:
    """Somebody who is logged in."""

    def __init__(self, session_id: str) -> None:
        number = number_from(f"account {session_id}", 12)
        name = "小助手" if f"sessionid={session_id}" == LOGIN else f"用户{number % 10_000:04}"
        self.person = Person(id=number, nickname=name, level=1)
        self._last_line = float("-inf")

    def may_speak(self, now: float, gap: float) -> bool:
        """Whether a line now would not be too fast; if so, it counts as spoken."""
        if now - self._last_line < gap:
            return False
        self._last_line = now
        return True


class Visitors:
    """Visitors and accounts, as far as they are remembered."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._secret = f"{rng.getrandbits(160):040x}"
        self._shown: OrderedDict[str, None] = OrderedDict()
        self._listeners: OrderedDict[str, None] = OrderedDict()
        self._sockets: OrderedDict[str, None] = OrderedDict()
        self._accounts: OrderedDict[str, Account] = OrderedDict()
        self._polls: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def new_ttwid(self, now_ms: int) -> str:
        """Return a cookie value in the form of the real one."""
        token = f"{self._rng.getrandbits(160):040x}"
        proof = hashlib.sha256(token.encode()).hexdigest()
        return f"1%7C{token}%7C{now_ms // 1000}%7C{proof}"

    def visitor_id(self, ttwid: str) -> str:
        """Return the user_unique_id that belongs to a ttwid: 19 digits, the first a 7."""
        return f"7{number_from(f'visitor {ttwid}', 18)}"

    def page_token(self, ttwid: str) -> str:
        """Return what a visitor's page shows in place of a signature."""
        return hashlib.sha256(f"{self._secret} {ttwid}".encode()).hexdigest()

    def shown(self, ttwid: str) -> None:
        """A page has told this visitor its id: from now on it must use that one."""
        _remember(self._shown, ttwid, None)

    def listens(self, ttwid: str, web_rid: str) -> None:
        """A visitor gets messages of a room."""
        _remember(self._listeners, f"{web_rid} {ttwid}", None)

    def has_listened(self, ttwid: str, web_rid: str) -> bool:
        return f"{web_rid} {ttwid}" in self._listeners

    def comes_again(self, ttwid: str, web_rid: str) -> bool:
        """Whether a visitor has had a socket of this room before; from now on it has."""
        key = f"{web_rid} {ttwid}"
        again = key in self._sockets
        _remember(self._sockets, key, None)
        return again

    def wrong_id(self, ttwid: str, visitor_id: str) -> str:
        """Return what is wrong with a user_unique_id; who never saw a page may have invented one."""
        if ttwid in self._shown:
            right = visitor_id == self.visitor_id(ttwid)
        else:
            right = visitor_id.isdecimal() and 12 <= len(visitor_id) <= 19
        return (
            "" if right else f"user_unique_id {visitor_id or 'missing'} is not the one of the visitor's page"
        )

    def account(self, session_id: str) -> Account | None:
        """Return the account that a login cookie belongs to; None for a guest."""
        if not session_id or session_id == EXPIRED:
            return None
        known = self._accounts.get(session_id) or Account(session_id)
        _remember(self._accounts, session_id, known)
        return known

    def polls_too_fast(self, ttwid: str, now: float, gap: float) -> bool:
        """Whether a visitor has polled three times in a row with less than the gap between."""
        last, hasty = self._polls.get(ttwid, (float("-inf"), 0))
        hasty = hasty + 1 if now - last < gap else 0
        too_fast = hasty >= 3
        _remember(self._polls, ttwid, (now, 0 if too_fast else hasty))
        return too_fast


def _remember(memory: OrderedDict[str, T], key: str, value: T) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
