"""plugins.lock: which code a bot's plugins had when somebody looked at it last."""

import hashlib
import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path

import tomli

from douyinbot.core.plugins.discovery import Candidate
from douyinbot.errors import ConfigError

__all__ = ["LOCK", "SHORT", "changed", "differences", "fingerprint", "read_lock", "write_lock"]

LOCK = "plugins.lock"
SHORT = 12
"""Characters of a hash that are shown."""
_HEAD = """\
# What the plugins of this bot are made of, written by `douyinbot plugins FILE --lock`.
# `douyinbot run` says so loudly when one of them has changed. Look at the new code, then write it anew.
"""


def fingerprint(candidate: Candidate) -> str:
    """Return the SHA-256 of all files of a plugin, "" if it has none; nothing of it is imported."""
    digest = hashlib.sha256()
    root = candidate.path or _installed(candidate.module)
    if root is None:
        return ""
    for file in _files(root):
        content = file.read_bytes()
        name = file.relative_to(root.parent).as_posix()
        digest.update(f"{len(name)} {name} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()


def write_lock(file: Path, candidates: Iterable[Candidate]) -> None:
    """Write down what the plugins are made of now."""
    entries = [
        f'\n["{candidate.name}"]\nversion = "{candidate.version}"\nhash = "{fingerprint(candidate)}"\n'
        for candidate in sorted(candidates, key=lambda candidate: candidate.name)
    ]
    file.write_text(_HEAD + "".join(entries), encoding="utf-8")


def read_lock(file: Path) -> dict[str, str] | None:
    """Return the hashes by plugin; None if nobody has written any.

    Raises:
        ConfigError: the file is damaged.
    """
    try:
        tables = tomli.loads(file.read_text(encoding="utf-8"))
        return {name: str(table["hash"]) for name, table in tables.items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{file}: this is no lock of plugins any more ({error}). Remove it, or write it anew with "
            "`douyinbot plugins FILE --lock`."
        ) from error


def changed(folder: Path, candidates: Iterable[Candidate]) -> list[str]:
    """Say which plugins of a bot in this folder are not those of its lock, and what to do about that.

    Raises:
        ConfigError: the lock is damaged.
    """
    locked = read_lock(folder / LOCK)
    found = differences(locked, candidates) if locked is not None else []
    return [f"{difference}. If you meant that: douyinbot plugins FILE --lock" for difference in found]


def differences(locked: dict[str, str], candidates: Iterable[Candidate]) -> list[str]:
    """Say which plugins are not those of the lock."""
    found = []
    for candidate in candidates:
        now, then = fingerprint(candidate), locked.get(candidate.name)
        if then is None:
            found.append(f"plugin {candidate.name} ({candidate.origin}) is not in {LOCK}")
        elif now != then:
            found.append(
                f"plugin {candidate.name} ({candidate.origin}) has changed since {LOCK} was written: "
                f"{then[:SHORT]} there, {now[:SHORT]} now"
            )
    return found


def _installed(module: str) -> Path | None:
    """Return the file or folder of a module's topmost package, without importing it."""
    spec = importlib.util.find_spec(module.partition(".")[0]) if module else None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin) if spec.origin else None


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            yield path
