"""`douyinbot plugins [FILE]`: what is there, what it brings, and what is wrong with it."""

import asyncio
import json
from pathlib import Path
from typing import Any, NamedTuple

import click

from douyinbot.cli.database import opened
from douyinbot.cli.logs import set_up_logging
from douyinbot.config import Config, load_config
from douyinbot.core.commands.textcommands import OWN
from douyinbot.core.dispatch.rests import resting
from douyinbot.core.plugins.commandline import cli_of
from douyinbot.core.plugins.discovery import Candidate, find_candidates
from douyinbot.core.plugins.host import PluginHost
from douyinbot.core.plugins.lockfile import LOCK, SHORT, fingerprint, write_lock
from douyinbot.core.plugins.roster import switched_off_everywhere
from douyinbot.core.secrets import known_secrets
from douyinbot.core.switches import What, switched_off
from douyinbot.errors import DouyinbotError
from douyinbot.events.redaction import redact

__all__ = ["plugins"]


class _Decided(NamedTuple):
    """What a bot's database has about its plugins."""

    rests: dict[str, str]
    """Until when each resting plugin rests."""
    off: set[str]
    rooms: dict[str, set[tuple[What, str]]]
    """What is switched off in single rooms."""


LEGEND = "● enabled  ○ not enabled, or switched off  ✘ it failed to load, or rests"


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--lock", is_flag=True, help="Write down in plugins.lock what the plugins of FILE are made of.")
@click.option("--json", "as_json", is_flag=True, help="Print them as a JSON list.")
def plugins(file: Path | None, lock: bool, as_json: bool) -> int:
    """List the installed plugins, and with FILE (a bot.toml) those of its folders, too.

    A plugin that cannot be loaded is listed with the reason; it never stops the list.
    """
    config = load_config(file) if file is not None else None
    secrets = known_secrets(config) if config is not None else ()
    set_up_logging("error", known=secrets)
    folders = [config.folder / folder for folder in config.plugins.dirs] if config is not None else []
    host = PluginHost(config.source if config is not None else None)
    candidates = find_candidates(folders)
    if lock:
        return _lock(config, candidates)
    rows = [_row(host, candidate, config) for _, candidate in sorted(candidates.items())]
    decided = asyncio.run(_decided(config)) if config is not None else _Decided({}, set(), {})
    for row in rows:
        row["problem"] = redact(row["problem"], secrets)
        _note(row, decided)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        widths = [max((len(row[key]) for row in rows), default=0) for key in ("name", "origin")]
        click.echo("\n".join(_shown(row, *widths) for row in rows) or "no plugins")
        click.echo(LEGEND)
        for room, entries in sorted(decided.rooms.items()):
            if off := sorted(name for kind, name in entries if kind == "command"):
                click.echo(f"commands that are switched off in {room}: {', '.join(off)}")
    return 0


def _lock(config: Config | None, candidates: dict[str, Candidate]) -> int:
    """Lock the plugins that a configuration enables."""
    if config is None:
        raise click.UsageError("--lock needs FILE, the bot.toml whose plugins are locked.")
    enabled = [candidates[name] for name in dict.fromkeys(config.plugins.enable) if name in candidates]
    write_lock(config.folder / LOCK, enabled)
    click.echo(f"{config.folder / LOCK}: {len(enabled)} plugins")
    return 0


async def _decided(config: Config) -> "_Decided":
    """Ask the bot's database what people, and the bot itself, have decided about its plugins."""
    async with opened(config) as database:
        if database is None:
            return _Decided({}, set(), {})
        store = database.namespace(OWN)
        return _Decided(await resting(store), await switched_off_everywhere(store), await switched_off(store))


def _note(row: dict[str, Any], decided: "_Decided") -> None:
    """Put into a row what was decided about its plugin."""
    name = row["name"]
    row["off_in"] = sorted(room for room, entries in decided.rooms.items() if ("plugin", name) in entries)
    if name in decided.rests:
        row["status"] = "resting"
        author = f"; tell {row['author']}" if row["author"] else ""
        row["problem"] = f"failed too often; the bot leaves it alone until {decided.rests[name]}{author}"
    elif name in decided.off and row["enabled"]:
        row["status"], row["problem"] = (
            "off",
            "somebody has switched it off: !plugin or /enable switches it on",
        )
    elif row["off_in"] and not row["problem"]:
        row["problem"] = f"switched off in {', '.join(row['off_in'])}"


def _row(host: PluginHost, candidate: Candidate, config: Config | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": candidate.name,
        "origin": candidate.origin,
        "version": candidate.version,
        "author": candidate.author,
        "hash": fingerprint(candidate),
        "enabled": config is not None and candidate.name in config.plugins.enable,
        "status": "ok",
        "problem": "",
        "hooks": [],
        "commands": [],
        "cli": False,
        "off_in": [],
    }
    settings = config.plugins.settings.get(candidate.name) if config is not None else None
    try:
        plugin = host.load(candidate, settings)
        row["cli"] = bool(cli_of(plugin))
    except DouyinbotError as error:
        # Without its settings a plugin may rightly refuse to load; that only matters where it is enabled.
        needs_settings = config is None or not row["enabled"]
        row["status"] = "needs settings" if needs_settings and "Config" in _cause(error) else "failed"
        row["problem"] = str(error)
    else:
        row["hooks"] = sorted(plugin.hooks)
        row["commands"] = [name for command in plugin.commands for name in command.names]
    return row


def _cause(error: DouyinbotError) -> str:
    return type(error).__name__


def _shown(row: dict[str, Any], name: int, origin: int) -> str:
    mark = {"ok": "●" if row["enabled"] else "○", "failed": "✘", "resting": "✘", "off": "○"}.get(
        row["status"], "○"
    )
    brings = [*(f"!{name}" for name in row["commands"]), *row["hooks"]]
    if row["cli"]:
        brings.append(f"`douyinbot {row['name']}`")
    where = f"{row['name']:<{name}} {row['origin']:<{origin}} {row['hash'][:SHORT]}"
    text = f"{mark} {where} {' '.join(brings)}".rstrip()
    return f"{text}\n    {row['status']}: {row['problem']}" if row["problem"] else text
