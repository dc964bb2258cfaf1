"""How a test names the plugin that it loads."""

import importlib
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from douyinbot.core.plugins.discovery import Candidate, find_candidates
from douyinbot.errors import PluginError
from douyinbot.hookspecs import PROJECT

__all__ = ["candidate_of"]


def candidate_of(plugin: Any) -> Candidate:
    """Return what a test names: by its name, its module's, a path, or the plugin itself.

    Raises:
        PluginError: a path that holds no plugin.
        ConfigError: a path in a folder that does not exist.
    """
    if isinstance(plugin, Candidate):
        return plugin
    if isinstance(plugin, ModuleType):
        return Candidate(
            plugin.__name__.rpartition(".")[2].removeprefix(f"{PROJECT}_"), "test", lambda: plugin
        )
    if isinstance(plugin, Path) or (isinstance(plugin, str) and (plugin.endswith(".py") or "/" in plugin)):
        return _file(Path(plugin))
    if not isinstance(plugin, str):
        name = getattr(plugin, "name", None) or type(plugin).__name__.lower()
        return Candidate(str(name), "test", lambda: plugin)
    for entry in entry_points(group=PROJECT):
        if plugin in (entry.name, entry.value.partition(":")[0]):
            return find_candidates()[entry.name]
    return Candidate(
        plugin.rpartition(".")[2].removeprefix(f"{PROJECT}_"),
        plugin,
        lambda: importlib.import_module(plugin),
    )


def _file(path: Path) -> Candidate:
    """Find a plugin in its folder, exactly as `[plugins] dirs` does."""
    path = path.resolve()
    found = find_candidates([path.parent]).get(path.stem.removeprefix(f"{PROJECT}_"))
    if found is None or found.origin != str(path):
        raise PluginError(f"{path} is no plugin file.")
    return found
