"""Importing a plugin once more, so that its code is read anew, and going back to the old if that fails."""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

__all__ = ["afresh"]


@contextmanager
def afresh(module: str) -> Iterator[None]:
    """Let a module, and those below it, be imported anew inside; on an error the old ones are back.

    A module above it, or beside it in the same package, stays what it is.
    """
    old = _take_out(module)
    for one in old.values():
        _forget_bytecode(one)
    importlib.invalidate_caches()
    try:
        yield
    except BaseException:
        put_back(module, old)
        raise


def put_back(module: str, old: dict[str, ModuleType]) -> None:
    """Undo an import: what is there now goes, and what was there before returns."""
    _take_out(module)
    sys.modules.update(old)


def modules_of(module: str) -> dict[str, ModuleType]:
    """Return a module and those below it, as far as they are imported."""
    return {name: one for name, one in sys.modules.items() if name == module or name.startswith(f"{module}.")}


def _take_out(module: str) -> dict[str, ModuleType]:
    found = modules_of(module)
    for name in found:
        del sys.modules[name]
    return found


def _forget_bytecode(module: ModuleType) -> None:
    """Two versions saved within the same second, and of the same length, look alike to Python's cache."""
    file = getattr(module, "__file__", None)
    if file and file.endswith(".py"):
        Path(importlib.util.cache_from_source(file)).unlink(missing_ok=True)
