"""帮助: `!help` lists what one may type, `!help dice` explains one command."""

from douyinbot import CommandInfo, Context, command


@command(
    "help", aliases=["帮助", "命令"], cooldown={"user": "5s", "room": "2s"}, examples={"!help": "命令: "}
)
def help_command(ctx: Context, *, name: str = "") -> str:
    "看看有哪些命令: !help [命令]"
    commands = ctx.commands
    if not name:
        return "命令: " + " ".join(command.usage.split()[0] for command in commands)
    found = _find(commands, name)
    if found is None:
        return f"没有命令 {name}"
    also = f"（也可以: {'、'.join(found.aliases)}）" if found.aliases else ""
    # A help text that begins with the command's name and usage needs no second one.
    return f"{found.help if found.help else found.usage}{also}"


def _find(commands: list[CommandInfo], name: str) -> CommandInfo | None:
    wanted = name.strip().lstrip("!！").casefold()
    for command_info in commands:
        if wanted in (known.casefold() for known in (command_info.name, *command_info.aliases)):
            return command_info
    return None
