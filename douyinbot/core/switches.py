"""What is switched off in a room: plugins and single commands. It stays so over a restart."""

from collections.abc import Callable, Iterable
from typing import Literal

from douyinbot.store import Store

__all__ = ["Switches", "What", "switched_off"]

What = Literal["plugin", "command"]

_KEY = "switched off:"


class Switches:
    """Notes in the bot's own part of the database, one for each room with something switched off.

    Args:
        changed: called after each change.
    """

    def __init__(self, store: Store, changed: Callable[[], None]) -> None:
        self._store = store
        self._changed = changed
        self._off: dict[str, set[tuple[What, str]]] = {}

    async def load(self, rooms: Iterable[str]) -> None:
        """Read what is switched off in these rooms."""
        found = await switched_off(self._store)
        self._off = {room: found[room] for room in rooms if room in found}
        self._changed()

    def is_off(self, room: str, what: What, name: str) -> bool:
        """Tell whether a plugin, or a command by its own name, is switched off in a room."""
        # Nothing is, nearly always, and every event asks.
        return bool(self._off) and (what, name) in self._off.get(room, ())

    def off(self, room: str, what: What) -> list[str]:
        """Return the names of what is switched off in a room."""
        return sorted(name for kind, name in self._off.get(room, ()) if kind == what)

    def rooms_without(self, what: What, name: str) -> list[str]:
        """Return the rooms in which something is switched off."""
        return [room for room, entries in self._off.items() if (what, name) in entries]

    async def switch(self, room: str, what: What, name: str, *, on: bool) -> None:
        """Switch something on or off, at once and for good.

        Raises:
            StoreError: it could not be written down; nothing has changed.
        """
        entries = set(self._off.get(room, ()))
        (entries.discard if on else entries.add)((what, name))
        if entries:
            await self._store.set(_KEY + room, sorted(entries))
            self._off[room] = entries
        else:
            await self._store.delete(_KEY + room)
            self._off.pop(room, None)
        self._changed()


async def switched_off(store: Store) -> dict[str, set[tuple[What, str]]]:
    """Read what is switched off, by room."""
    return {
        key.removeprefix(_KEY): {(kind, name) for kind, name in await store.get(key, [])}
        for key in await store.keys(_KEY)
    }
