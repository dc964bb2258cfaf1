"""The command `douyinbot`: one file for each of its commands, imported only when it is used."""

import os
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from douyinbot import __version__

__all__ = ["main"]

LAST_WORDS = 0.5
"""Seconds that threads may still run at the end."""
COMMANDS = {
    "run": "Run a bot.",
    "check": "Check a configuration without running it.",
    "listen": "Show what happens in a room.",
    "replay": "Play a recording back.",
    "simulate": "Open a made-up room on this machine.",
    "plugins": "List plugins.",
    "new": "Write the beginning of a plugin.",
    "init": "Write a bot.toml.",
    "why": "Say why a line was said or not said.",
    "send": "Say one line in a room.",
    "doctor": "Look for what may be wrong.",
}


class LazyGroup(click.Group):
    """Knows its commands by name and help, and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            from douyinbot.cli.bring import brought  # only where it may be a plugin's

            return brought(cmd_name, ctx.params.get("bot"))
        command: Any = getattr(import_module(f"douyinbot.cli.{cmd_name}"), cmd_name)
        return command  # type: ignore[no-any-return]  # each module has one of its own name, tested

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        with formatter.section("Commands of plugins"):
            formatter.write_dl([("NAME", "What the plugin NAME brings; `douyinbot plugins` shows which do.")])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", "-V", message="douyinbot %(version)s")
@click.option(
    "--bot",
    type=click.Path(path_type=Path),
    help="The bot.toml for commands of plugins; else that of this folder.",
)
def group(bot: Path | None) -> None:
    """A plugin-based chatbot for Douyin live rooms.

    Start with: douyinbot init, then douyinbot run bot.toml
    """


def main() -> None:
    """Run the command line; exits 0 fine, 1 failed while running, 2 wrong configuration or arguments, 130."""
    before = threading.enumerate()
    try:
        code = group.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        code = 0  # whoever read our output has seen enough
        sys.stderr.close()
    except Exception as error:
        code = _report(error)
    _leave(code if isinstance(code, int) else 0, before)


def _leave(code: int, before: list[threading.Thread]) -> NoReturn:
    """Exit; threads that a plugin has left behind are not waited for, as Python would do for ever."""
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(LAST_WORDS / len(left))
    if names := ", ".join(sorted({thread.name for thread in left if thread.is_alive()})):
        click.echo(f"douyinbot: some plugin has left threads running, which are cut off: {names}", err=True)
        sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


def _report(error: Exception) -> int:
    """Say what went wrong in plain words; a defect of our own is shown whole."""
    from douyinbot.errors import ConfigError, DouyinbotError, InvalidUniqueIdError  # lazy

    if not isinstance(error, DouyinbotError):
        raise error
    click.echo(f"douyinbot: {error}", err=True)
    return 2 if isinstance(error, ConfigError | InvalidUniqueIdError) else 1
