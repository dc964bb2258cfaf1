"""What the operator is told of plugins that fail, and what is counted and written down of it."""

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from douyinbot.core.dispatch.rests import Rests
from douyinbot.core.journal import Journal
from douyinbot.core.notices import Notice
from douyinbot.core.plugins.host import Plugin
from douyinbot.events import Event
from douyinbot.events.redaction import redact
from douyinbot.events.text import clean

__all__ = ["Troubles"]

log = logging.getLogger(__name__)


class Troubles:
    """Told about every error of a plugin."""

    def __init__(
        self,
        counts: Counter[str],
        rests: Rests,
        journal: Journal,
        notify: Callable[[Notice], None],
        clock: Callable[[], datetime],
        secrets: Sequence[str] = (),
    ) -> None:
        self._counts = counts
        self._rests = rests
        self._journal = journal
        self._notify = notify
        self._clock = clock
        self._secrets = secrets

    def failed(self, plugin: Plugin, label: str, error: BaseException, event: Event | None = None) -> None:
        """One call of a plugin has failed; `event` is what it was about."""
        self._counts[f"errors of {plugin.name}"] += 1
        # The notice says what and where; the way there is for whoever looks for it.
        log.debug("plugin %s: %s failed", plugin.name, label, exc_info=error)
        what = f"{type(error).__name__}: {clean(redact(str(error), self._secrets), 200)}"
        self._journal.silent(event, plugin.name, label, "error", f"it failed with {what}")
        text = f"plugin {plugin}: {label} failed: {what}{_place(plugin, error)}"
        self._notify(Notice("error", text, plugin=plugin.name))

    def rests(self, plugin: Plugin, seconds: float) -> None:
        """A plugin has failed too often, and is left alone for a while."""
        text = f"plugin {plugin} failed too often and rests for {seconds / 60:g} minutes; the others go on. "
        text += f"Once it is mended: /reload {plugin.name} at the console, or !plugin {plugin.name} reload"
        self._notify(Notice("error", text, plugin=plugin.name))
        self._rests.note(plugin.name, seconds, self._clock())


def _place(plugin: Plugin, error: BaseException) -> str:
    """Return where in the plugin's own code an error arose, the innermost place; "" if nowhere there."""
    own = getattr(plugin.module, "__file__", None)
    if own is None:
        return ""
    home = Path(own).parent if Path(own).name == "__init__.py" else Path(own)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path == home or home in path.parents:
            return f" ({_short(path)}:{frame.lineno})"
    return ""


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
