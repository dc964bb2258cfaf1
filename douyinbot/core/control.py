"""What people decide while the bot runs: the one door of the console, of commands in the chat, of the web."""

from collections.abc import Mapping

from douyinbot.config import nearest
from douyinbot.core.commands.switching import CommandSwitches
from douyinbot.core.journal import Entry, Journal
from douyinbot.core.plugins.roster import PluginState, Refused, Roster
from douyinbot.outbox import Awaiting, Outbox

__all__ = ["ALL", "Control", "Refused"]

ALL = "all"


class Control:
    """Decisions about lines and accounts. Everything happens on the event loop.

    An account is named by any room in which it speaks.

    Args:
        outboxes: the outbox that speaks in each room.
        journal: why each line was or was not said.
        roster: the plugins.
        commands: the commands.
    """

    def __init__(
        self,
        outboxes: Mapping[str, Outbox],
        journal: Journal,
        roster: Roster,
        commands: CommandSwitches,
    ) -> None:
        self.roster = roster
        self._outboxes = outboxes
        self._journal = journal
        self._commands = commands

    # ---- lines --------------------------------------------------------------------------------------

    def pending(self, room: str = "") -> list[Awaiting]:
        """Return the lines that await approval, in one room or all, the oldest first."""
        lines = [line for outbox in self._accounts() for line in outbox.awaiting]
        return [line for line in lines if room in ("", line.room)]

    def approve(self, id: str, room: str = "") -> list[Awaiting]:
        """Let a line go out, or with "all" every one that waits (in a room); return which.

        Raises:
            Refused: no line of this id awaits approval.
        """
        chosen = self._chosen(id, room)
        return [line for line in chosen if self._outboxes[line.room].approve(line.id)]

    def reject(self, id: str, why: str = "", room: str = "") -> list[Awaiting]:
        """Drop a line that awaits approval, or with "all" every one (in a room); return which.

        Raises:
            Refused: no line of this id awaits approval.
        """
        chosen = self._chosen(id, room)
        return [line for line in chosen if self._outboxes[line.room].reject(line.id, why)]

    def _chosen(self, id: str, room: str) -> list[Awaiting]:
        lines = self.pending(room)
        if id.casefold() == ALL:
            return lines
        # "L17", "l17" and "17" are the same line, and "L17.2" is a part of it.
        number = id.upper().removeprefix("L").partition(".")[0]
        if chosen := [line for line in lines if line.id == f"L{number}"]:
            return chosen
        known = ", ".join(line.id for line in lines) or "none"
        raise Refused(f'no line "{id}" awaits approval (waiting: {known})')

    def why(self, words: str = "", room: str = "") -> list[Entry]:
        """Return what is known about a line's id or some words, the latest at the end.

        Without words: all that came to nothing. This run's; `stored` reads what the database has of others.
        """
        return self._journal.find(words, room)

    def lines(self, room: str = "") -> list[Entry]:
        """Return what was lately said, or came to nothing, in one room or all, the latest at the end."""
        return [entry for entry in self._journal.recent if room in ("", entry.room)]

    # ---- plugins ------------------------------------------------------------------------------------

    def plugins(self) -> list[PluginState]:
        """Return how each plugin is doing."""
        return self.roster.states()

    async def enable(self, plugin: str, room: str = "") -> None:
        """Switch a plugin on, everywhere or in one room; see `Roster.enable`."""
        self._accounts(room)
        await self.roster.enable(plugin, room)

    async def disable(self, plugin: str, room: str = "") -> None:
        """Switch a plugin off, everywhere or in one room; see `Roster.disable`."""
        self._accounts(room)
        await self.roster.disable(plugin, room)

    async def reload(self, plugin: str) -> None:
        """Read a plugin's code anew; see `Roster.reload`."""
        await self.roster.reload(plugin)

    # ---- commands -----------------------------------------------------------------------------------

    def commands_off(self, room: str) -> list[str]:
        """Return the commands that are switched off in a room."""
        self._accounts(room)
        return self._commands.off(room)

    async def switch_command(self, name: str, room: str, *, on: bool) -> str:
        """Switch a command on or off in one room and return its own name; see `CommandSwitches.switch`."""
        self._accounts(room)
        return await self._commands.switch(name, room, on=on)

    # ---- accounts -----------------------------------------------------------------------------------

    def stopped(self) -> dict[str, str]:
        """Return why nothing is sent, for each room whose account is stopped."""
        return {room: box.stopped_reason for room, box in self._outboxes.items() if box.stopped_reason}

    def pause(self, account: str = "", why: str = "somebody paused it") -> list[str]:
        """Stop an account's sending, or everybody's, until `resume`; return in which rooms.

        Raises:
            Refused: there is no such room.
        """
        for outbox in self._accounts(account):
            outbox.pause(why)
        return self._rooms(account)

    def resume(self, account: str = "") -> list[str]:
        """Let an account send again, or all: after a lost login, a refusal, a mute or a pause.

        Returns:
            The rooms in which it speaks.

        Raises:
            Refused: there is no such room.
        """
        for outbox in self._accounts(account):
            outbox.resume()
        return self._rooms(account)

    def _accounts(self, room: str = "") -> list[Outbox]:
        if room and room not in self._outboxes:
            raise Refused(f'there is no room "{room}"{nearest(room, list(self._outboxes))}')
        chosen = [self._outboxes[room]] if room else self._outboxes.values()
        return list(dict.fromkeys(chosen))

    def _rooms(self, account: str) -> list[str]:
        chosen = self._accounts(account)
        return [room for room, outbox in self._outboxes.items() if outbox in chosen]
