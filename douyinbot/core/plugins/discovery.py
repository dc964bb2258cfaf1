"""Where plugins come from: entry points of installed packages, and files in the configuration's folders."""

import importlib.util
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from douyinbot.errors import ConfigError, PluginError
from douyinbot.hookspecs import PROJECT

__all__ = ["Candidate", "find_candidates"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin that could be loaded; nothing of it has run yet."""

    name: str
    origin: str
    """The package and its version, or the file."""
    load: Callable[[], Any]
    version: str = ""
    author: str = ""
    module: str = ""
    """The full name of the module that `load` imports, "" if it imports none."""
    path: Path | None = None
    """The file or the folder that it is loaded from, where that is in `dirs`."""
    package: str = ""
    """The installed package that brings it."""

    @property
    def bundled(self) -> bool:
        """Whether it comes with douyinbot itself."""
        return self.package == PROJECT


def find_candidates(dirs: Iterable[Path] = ()) -> dict[str, Candidate]:
    """Find all plugins by name; files of a folder stand before installed packages of the same name.

    Where two packages bring the same name, neither is taken: loading it is an error that names both.

    Raises:
        ConfigError: a folder does not exist.
        PluginError: two files bear the same name.
    """
    found: dict[str, Candidate] = {}
    for entry in sorted(entry_points(group=PROJECT), key=lambda entry: entry.name):
        candidate = _installed(entry)
        if (other := found.get(entry.name)) is not None and other.origin != candidate.origin:
            candidate = _disputed(other, candidate)
        found[entry.name] = candidate
    local: dict[str, Candidate] = {}
    for folder in dirs:
        for candidate in _in_folder(folder):
            if (other := local.get(candidate.name)) is not None:
                raise PluginError(
                    f'two files bring a plugin named "{candidate.name}": '
                    f"{other.origin} and {candidate.origin}."
                )
            local[candidate.name] = candidate
    return found | local


def _installed(entry: EntryPoint) -> Candidate:
    # `dist.metadata` parses a file at each access, and so do `dist.name` and `dist.version`.
    metadata: Any = {} if entry.dist is None else entry.dist.metadata
    return Candidate(
        name=entry.name,
        origin=f"{metadata['Name']} {metadata['Version']}" if metadata else entry.value,
        load=entry.load,
        version=metadata["Version"] if metadata else "",
        author=next((metadata[key] for key in ("Author", "Author-email") if key in metadata), ""),
        module=entry.module,
        package=metadata["Name"] if metadata else "",
    )


def _disputed(one: Candidate, other: Candidate) -> Candidate:
    """Return what stands for a name that two packages want: one must not slip in for the other."""

    def load() -> Any:
        raise PluginError(
            f'two packages bring a plugin named "{one.name}": {one.origin} and {other.origin}. '
            "Uninstall one of them."
        )

    return Candidate(name=one.name, origin=f"{one.origin}, {other.origin}", load=load)


def _in_folder(folder: Path) -> list[Candidate]:
    if not folder.is_dir():
        raise ConfigError(f"plugins.dirs: {folder} is not a folder.")
    found = []
    for path in sorted(folder.iterdir()):
        file = path / "__init__.py" if path.is_dir() else path
        name = path.stem.removeprefix(f"{PROJECT}_")
        if path.name.startswith(("_", ".", "test_")) or file.suffix != ".py" or not file.is_file():
            continue
        if name != "conftest":
            found.append(
                Candidate(
                    name=name,
                    origin=str(path),
                    load=_file_loader(name, file),
                    module=f"{PROJECT}_local_{name}",
                    path=path,
                )
            )
    return found


def _file_loader(name: str, file: Path) -> Callable[[], ModuleType]:
    def load() -> ModuleType:
        full_name = f"{PROJECT}_local_{name}"
        package = [str(file.parent)] if file.name == "__init__.py" else None
        spec = importlib.util.spec_from_file_location(full_name, file, submodule_search_locations=package)
        if spec is None or spec.loader is None:
            raise PluginError(f"{file} cannot be imported as Python.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[full_name] = module  # dataclasses and pickles look their module up there
        try:
            spec.loader.exec_module(module)
        except BaseException:
            sys.modules.pop(full_name, None)
            raise
        return module

    return load
