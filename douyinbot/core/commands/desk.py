"""The command desk: which command a line calls, who may, how often, and what is answered to a mistake."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from douyinbot.core.commands.arguments import BadArguments
from douyinbot.core.commands.table import Command, CommandInfo, CommandTable, Cooldowns
from douyinbot.core.liveroom import LiveRoom
from douyinbot.events import ROLES, Chat, Role, User

if TYPE_CHECKING:
    from douyinbot.core.seat import Seat

__all__ = ["CommandDesk"]


class CommandDesk:
    """Takes chat lines and starts the commands that they call.

    Args:
        prefixes: what commands begin with; the first one is shown in texts.
        seats: the loaded plugins, by name.
        counts: where lines that came too early are counted.
        silent: told why a command was not started: (event, plugin, command, cause, why), as `Journal.silent`.
    """

    def __init__(
        self,
        prefixes: list[str],
        seats: "Mapping[str, Seat]",
        counts: Counter[str],
        silent: Callable[[Chat, str, str, str, str], None],
    ) -> None:
        self.table = CommandTable(prefixes)
        self._prefix = prefixes[0]
        self._seats = seats
        self._counts = counts
        self._silent = silent
        self._cooldowns = Cooldowns()

    def infos(self, room: LiveRoom, user: User | None) -> list[CommandInfo]:
        """Return the commands that this viewer may use in this room, without the hidden ones."""
        return [
            command.info(self._prefix)
            for command in self.table
            if not command.mark.hidden
            and (user is None or _at_least(user, command.mark.role))
            and self._seat_of(command, room) is not None
        ]

    def route(
        self, room: LiveRoom, event: Chat, now: float, complain: Callable[[Command, str], object]
    ) -> str:
        """Start the command that a line calls, and return its name, "" where it calls none.

        Args:
            now: monotonic seconds.
            complain: says a text about wrong arguments, in the name of a command.
        """
        found = self.table.find(event.comment)
        user = event.user
        if found is None or user is None:
            return ""
        command, rest = found
        seat = self._seat_of(command, room)
        if seat is None:
            return ""
        name = command.mark.name
        if (obstacle := self._obstacle(command, seat, user, room, now)) is not None:
            self._silent(event, command.plugin, f"!{name}", *obstacle)
            return name
        try:
            args, named = command.bind(rest, room.find_user)
        except BadArguments as error:
            complain(command, f"{error}。用法: {command.usage(self._prefix)}")
            return name
        self._cooldowns.use(command, user.key, room.id, now)
        seat.call(
            f"!{name}",
            command.function,
            room,
            event=event,
            args=args,
            named=named,
            wants_ctx=command.wants_ctx,
            command=name,
        )
        return name

    def _seat_of(self, command: Command, room: LiveRoom) -> "Seat | None":
        seat = self._seats.get(command.plugin)
        return seat if seat is not None and seat.plugin.scope.covers(room.id) else None

    def _obstacle(
        self, command: Command, seat: "Seat", user: User, room: LiveRoom, now: float
    ) -> tuple[str, str] | None:
        """Return why this viewer cannot use a command now, in one word and in many; None if they can."""
        mark = command.mark
        if not _at_least(user, mark.role):
            return "role", f"it is for {mark.role}, and who called it is {user.role}"
        exempt = mark.exempt is not None and _at_least(user, mark.exempt)
        left = 0.0 if exempt else self._cooldowns.remaining(command, user.key, room.id, now)
        if left > 0:
            self._counts["command on cooldown"] += 1
            return "cooldown", f"it rests for {left:.0f} s more"
        if seat.lane.resting:
            return "resting", f"plugin {command.plugin} failed too often, and is left alone for a while"
        return None


def _at_least(user: User, role: Role) -> bool:
    return ROLES.index(user.role) >= ROLES.index(role)
