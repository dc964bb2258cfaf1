"""The command desk: which command a line calls, who may, how often, and what is answered to a mistake."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from douyinbot.core.commands.arguments import BadArguments
from douyinbot.core.commands.table import Command, CommandInfo, CommandTable, Cooldowns
from douyinbot.core.journal import HISTORY
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.switches import Switches
from douyinbot.events import ROLES, Chat, Role, User

if TYPE_CHECKING:
    from douyinbot.core.seat import Seat

__all__ = ["CommandDesk"]

ABSENT = "off", "its plugin is switched off"


class CommandDesk:
    """Takes chat lines and starts the commands that they call.

    Args:
        prefixes: what commands begin with; the first one is shown in texts.
        seats: the loaded plugins, by name.
        switches: what is switched off in a room.
        counts: where lines that came too early are counted.
        silent: told why a command was not started: (event, plugin, command, cause, why), as `Journal.silent`.
    """

    def __init__(
        self,
        prefixes: list[str],
        seats: "Mapping[str, Seat]",
        switches: Switches,
        counts: Counter[str],
        silent: Callable[[Chat, str, str, str, str], None],
    ) -> None:
        self.table = CommandTable(prefixes)
        self.absent = CommandTable(prefixes)
        """The commands of plugins that are switched off everywhere, to tell why they are silent."""
        self._prefix = prefixes[0]
        self._seats = seats
        self._switches = switches
        self._counts = counts
        self._silent = silent
        self._cooldowns = Cooldowns()
        # Made-up viewers in a real room use up nobody's cooldown but their own.
        self._rehearsed = Cooldowns()

    def infos(self, room: LiveRoom, user: User | None) -> list[CommandInfo]:
        """Return the commands that this viewer may use in this room, without the hidden ones."""
        return [
            command.info(self._prefix)
            for command in self.table
            if not command.mark.hidden
            and (user is None or _at_least(user, command.mark.role))
            and self._whereabouts(command, room) is None
        ]

    def route(
        self, room: LiveRoom, event: Chat, now: float, complain: Callable[[Command, str, str], object]
    ) -> str:
        """Start the command that a line calls, and return its name, "" where it calls none.

        Args:
            now: monotonic seconds.
            complain: told of wrong arguments: (command, what is wrong, the text to say about it).
        """
        found = self.table.find(event.comment)
        user = event.user
        if found is None or user is None or event.history:
            self.ignore(event, *(HISTORY if event.history else ABSENT))
            return ""
        command, rest = found
        name = command.mark.name
        if (elsewhere := self._whereabouts(command, room)) is not None:
            self._silent(event, command.plugin, f"!{name}", "off", elsewhere)
            return ""
        seat = self._seats[command.plugin]
        cooldowns = self._rehearsed if room.made_up(event) else self._cooldowns
        if (obstacle := self._obstacle(command, seat, user, room, now, cooldowns)) is not None:
            self._silent(event, command.plugin, f"!{name}", *obstacle)
            return name
        try:
            args, named = command.bind(rest, room.find_user)
        except BadArguments as error:
            typed = event.comment.strip().removesuffix(rest)
            complain(command, str(error), f"{error}。用法: {command.usage(self._prefix, typed)}")
            return name
        cooldowns.use(command, user.key, room.id, now)
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

    def ignore(self, event: Chat, cause: str, why: str) -> None:
        """Note that a line which calls a command is not answered; any other line is left alone."""
        table = self.absent if cause == "off" else self.table
        if len(table) and (found := table.find(event.comment)) is not None:
            self._silent(event, found[0].plugin, f"!{found[0].mark.name}", cause, why)

    def _whereabouts(self, command: Command, room: LiveRoom) -> str | None:
        """Return why a command is not there in a room, None if it is."""
        seat = self._seats.get(command.plugin)
        if seat is None or not seat.plugin.scope.covers(room.id):
            return f"plugin {command.plugin} is not at work in this room"
        if not command.scope.covers(room.id):
            return "it is not for this room"
        if self._switches.is_off(room.id, "plugin", command.plugin):
            return f"plugin {command.plugin} is switched off in this room"
        if self._switches.is_off(room.id, "command", command.mark.name):
            return "it is switched off in this room"
        return None

    def _obstacle(
        self,
        command: Command,
        seat: "Seat",
        user: User,
        room: LiveRoom,
        now: float,
        cooldowns: Cooldowns,
    ) -> tuple[str, str] | None:
        """Return why this viewer cannot use a command now, in one word and in many; None if they can."""
        mark = command.mark
        if not _at_least(user, mark.role):
            return "role", f"it is for {mark.role}, and who called it is {user.role}"
        exempt = mark.exempt is not None and _at_least(user, mark.exempt)
        left = 0.0 if exempt else cooldowns.remaining(command, user.key, room.id, now)
        if left > 0:
            self._counts["command on cooldown"] += 1
            return "cooldown", f"it rests for {left:.0f} s more"
        if seat.lane.resting:
            return "resting", f"plugin {command.plugin} failed too often, and is left alone for a while"
        return None


def _at_least(user: User, role: Role) -> bool:
    return ROLES.index(user.role) >= ROLES.index(role)
