"""Single commands, switched on and off in a room while the bot runs."""

from douyinbot.config import nearest
from douyinbot.core.commands.table import CommandTable
from douyinbot.core.plugins.roster import Refused
from douyinbot.core.switches import Switches

__all__ = ["ORDERS", "CommandSwitches"]

ORDERS = "bot.control"
"""The name under which the bot itself answers. What it says was asked for, and needs no approval; its
commands cannot be switched off, so that nobody locks themselves out."""


class CommandSwitches:
    """Every command that is loaded, but not the bot's own orders."""

    def __init__(self, table: CommandTable, switches: Switches) -> None:
        self._table = table
        self._switches = switches

    def off(self, room: str) -> list[str]:
        """Return the commands that are switched off in a room, by their own names."""
        return self._switches.off(room, "command")

    async def switch(self, name: str, room: str, *, on: bool) -> str:
        """Switch a command on or off in a room, for good; return its own name.

        Args:
            name: any name of the command; a prefix before it does no harm.

        Raises:
            Refused: there is no such command, or it is the bot's own.
        """
        command, off = self._table.named(name), self.off(room)
        if command is not None and command.plugin == ORDERS:
            raise Refused(f"{command.mark.name} is the bot's own: it cannot be switched off")
        if command is None and not (on and name in off):
            known = [known.mark.name for known in self._table if known.plugin != ORDERS]
            raise Refused(f'there is no command "{name}"{nearest(name, known)}')
        own_name = command.mark.name if command is not None else name
        await self._switches.switch(room, "command", own_name, on=on)
        return own_name
