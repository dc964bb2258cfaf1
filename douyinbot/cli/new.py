"""`douyinbot new plugin NAME`: a plugin to begin with, which passes its own tests at once."""

import keyword
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from douyinbot.core.plugins.discovery import find_candidates

__all__ = ["new"]

CONFIG = "bot.toml"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

FILE: Mapping[str, str] = {"plugin.py.txt": "$name.py", "test.py.txt": "test_$name.py"}
"""What is written for a plugin of one file: each template, and where it goes."""
PACKAGE: Mapping[str, str] = {
    "plugin.py.txt": "douyinbot-$dashed/douyinbot_$name/__init__.py",
    "test.py.txt": "douyinbot-$dashed/tests/test_$name.py",
    "pyproject.toml.txt": "douyinbot-$dashed/pyproject.toml",
    "README.md.txt": "douyinbot-$dashed/README.md",
    "test.yml.txt": "douyinbot-$dashed/.github/workflows/test.yml",
}
"""The same for a package that can be published."""


@click.group()
def new() -> None:
    """Write the beginning of something."""


@new.command("plugin")
@click.argument("name")
@click.option("--package", is_flag=True, help="Write a package that can be published, not one file.")
def plugin(name: str, package: bool) -> int:
    """Write the plugin NAME and its tests into this folder."""
    _check(name)
    written = _write(PACKAGE if package else FILE, _values(name, package=package))
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(_next_steps(name, package=package))
    return 0


def _check(name: str) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise click.UsageError(
            f'"{name}" cannot be a plugin\'s name: take small letters, digits and _, a letter first'
        )
    if name.startswith(("douyinbot", "test_")):
        raise click.UsageError(f'"{name}" cannot be a plugin\'s name: leave out "{name.partition("_")[0]}_"')
    if (taken := find_candidates().get(name)) is not None:
        raise click.UsageError(f'there is a plugin "{name}" already ({taken.origin}); take another name')


def _values(name: str, *, package: bool) -> dict[str, str]:
    return {
        "name": name,
        "dashed": name.replace("_", "-"),
        # In a test, a path has a / in it and a module has none.
        "plugin": f"douyinbot_{name}" if package else f"./{name}.py",
    }


def _write(templates: Mapping[str, str], values: Mapping[str, str]) -> list[Path]:
    targets = {source: Path(Template(path).substitute(values)) for source, path in templates.items()}
    for path in targets.values():
        if path.exists():
            raise click.UsageError(f"{path} is there already, and nothing is overwritten; take another name")
    scaffold = files("douyinbot.cli") / "scaffold"
    for source, path in targets.items():
        text = Template((scaffold / source).read_text(encoding="utf-8")).substitute(values)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(targets.values())


def _next_steps(name: str, *, package: bool) -> str:
    if package:
        folder = f"douyinbot-{name.replace('_', '-')}"
        return (
            f"Try it:  cd {folder} && python -m pip install --editable . pytest && python -m pytest\n"
            "         in the environment where douyinbot is; README.md has more"
        )
    return (
        f"Try it:  pip install pytest && pytest {name}.py test_{name}.py\n"
        f'Use it:  in bot.toml, [plugins] dirs = ["{_folder()}"] and enable = ["{name}"]'
    )


def _folder() -> str:
    """Return this folder as a bot.toml beside it, or one above it, would name it."""
    here = Path.cwd()
    above = not (here / CONFIG).exists() and (here.parent / CONFIG).exists()
    return here.name if above or here.name == "plugins" else "."
