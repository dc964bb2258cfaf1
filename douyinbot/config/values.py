"""The value types of bot.toml that TOML itself does not have: durations, rates and secrets."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from douyinbot.errors import ConfigError

__all__ = ["Duration", "Rate", "Secret", "is_loopback"]

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")
_RATE = re.compile(r"(\d+)\s*/\s*(\d.*|ms|[smhd])", re.IGNORECASE)
_SECRET = re.compile(r"env:\w+|file:.+")


class Duration(float):
    """A length of time in seconds, written "500ms", "3s", "10m", "1h" or "1d" (and "1h30m")."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a duration.

        Raises:
            ValueError: it is not one.
        """
        compact = text.strip().lower()
        parts = _DURATION.findall(compact)
        if not parts or _DURATION.sub("", compact).strip():
            raise ValueError(f'"{text}" is not a duration; write for instance "500ms", "3s", "10m" or "1h"')
        return cls(sum(float(number) * _UNITS[unit] for number, unit in parts))

    def __str__(self) -> str:
        for unit in ("d", "h", "m", "s"):
            if self >= _UNITS[unit] and self % _UNITS[unit] == 0:
                return f"{int(self / _UNITS[unit])}{unit}"
        return f"{self:g}s" if self >= 1 else f"{self * 1000:g}ms"


class Rate:
    """So many in a period, written "1/4s". (No dataclass: msgspec would read one from a table.)"""

    __slots__ = ("count", "period")

    def __init__(self, count: int, period: Duration) -> None:
        self.count = count
        self.period = period

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a rate.

        Raises:
            ValueError: it is not one.
        """
        match = _RATE.fullmatch(text.strip())
        if match is None or int(match[1]) < 1:
            raise ValueError(f'"{text}" is not a rate; write COUNT/PERIOD, for instance "1/4s" or "10/1m"')
        period = Duration.parse(match[2] if match[2][0].isdigit() else f"1{match[2]}")
        if period <= 0:
            raise ValueError(f'"{text}" is not a rate; its period must be longer than nothing')
        return cls(int(match[1]), period)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rate) and (self.count, self.period) == (other.count, other.period)

    def __hash__(self) -> int:
        return hash((self.count, self.period))

    def __repr__(self) -> str:
        return f"Rate({self})"

    def __str__(self) -> str:
        return f"{self.count}/{self.period}"


class Secret:
    """Where a secret is: `env:NAME` or `file:PATH`. The secret itself is read only when it is used.

    Neither str() nor repr() gives it away; a literal secret in bot.toml is refused, because such files are
    shown on stream, sent to friends and committed to git.
    """

    __slots__ = ("_base", "reference")

    def __init__(self, reference: str, base: Path | None = None) -> None:
        self.reference = reference
        self._base = base or Path()

    @classmethod
    def parse(cls, text: str) -> "Secret":
        """Read a reference.

        Raises:
            ValueError: it is not one; the text is not repeated, it may be the secret.
        """
        if _SECRET.fullmatch(text.strip()) is None:
            raise ValueError(
                "a secret does not belong into this file; put it into an environment variable or a file of "
                'its own and write "env:NAME" or "file:PATH" here'
            )
        return cls(text.strip())

    def at(self, base: Path) -> "Secret":
        """Return the same reference with relative files taken from a folder."""
        return Secret(self.reference, base)

    @property
    def path(self) -> Path | None:
        """The file that it is in, None where it is none."""
        kind, _, where = self.reference.partition(":")
        return self._base / Path(where).expanduser() if kind == "file" else None

    def reveal(self, environment: Mapping[str, str] = os.environ) -> str:
        """Return the secret.

        Raises:
            ConfigError: the variable is not set, or the file cannot be read.
        """
        kind, _, where = self.reference.partition(":")
        if kind == "env":
            if not (value := environment.get(where, "").strip()):
                raise ConfigError(
                    f"the environment variable {where} is not set. "
                    f"Set it (export {where}=...) and start again."
                )
            return value
        path = self._base / Path(where).expanduser()
        try:
            value = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise ConfigError(f"the secret file {path} cannot be read: {reason}.") from error
        if not value:
            raise ConfigError(f"the secret file {path} is empty.")
        return value

    def __repr__(self) -> str:
        return f"Secret({self.reference!r})"

    def __str__(self) -> str:
        return self.reference

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reference == self.reference

    def __hash__(self) -> int:
        return hash(self.reference)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this computer and cannot be reached from another one."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
