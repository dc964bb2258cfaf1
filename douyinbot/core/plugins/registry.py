"""What plugins add beside hooks: connectors, senders, template variables, commands of the CLI, web routes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from douyinbot.connectors.base import Factory
from douyinbot.core.senders import SENDERS
from douyinbot.errors import PluginError

__all__ = ["Extensions", "Registry", "Routes"]


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """What a plugin adds to the web server."""

    plugin: str
    add: Callable[..., None]
    public: bool = False
    """Whether anybody may ask, without the token."""


@dataclass(slots=True)
class Extensions:
    """Everything that was registered, by name."""

    connectors: dict[str, Factory] = field(default_factory=dict)
    senders: dict[str, Callable[..., Any]] = field(default_factory=dict)
    variables: dict[str, Callable[..., Any]] = field(default_factory=dict)
    cli: list[Any] = field(default_factory=list)
    routes: list[Routes] = field(default_factory=list)


class Registry:
    """Handed to a plugin's `register` hook; knows which plugin is speaking."""

    def __init__(self, plugin: str, extensions: Extensions) -> None:
        self._plugin = plugin
        self._extensions = extensions
        self._undo: list[Callable[[], Any]] = []

    def connector(self, name: str, factory: Factory) -> None:
        """Add a connector: `connector = "NAME"` in bot.toml then builds it with `factory(setup)`."""
        self._put(self._extensions.connectors, "connector", name, factory)

    def sender(self, name: str, factory: Callable[..., Any]) -> None:
        """Add a sender: `sender = "NAME"` then builds it with `factory(setup)`; it has `async send(text)`."""
        if name in SENDERS:
            raise PluginError(f'plugin {self._plugin}: the sender "{name}" exists already')
        self._put(self._extensions.senders, "sender", name, factory)

    def variable(self, name: str, function: Callable[..., Any]) -> None:
        """Add a template variable: `$(NAME)` becomes `function(ctx)`."""
        self._put(self._extensions.variables, "variable", name, function)

    def cli(self, group: Any) -> None:
        """Add a click command or group to `douyinbot`."""
        self._append(self._extensions.cli, group)

    def routes(self, add: Callable[..., None], *, public: bool = False) -> None:
        """Add web routes below `/plugins/NAME`: `add(app)`, or `add(app, ctx)`, gets an aiohttp application.

        They ask for the token as the API does; `public` ones, for pages that hold nothing secret, do not.
        """
        self._append(self._extensions.routes, Routes(self._plugin, add, public))

    def withdraw(self) -> None:
        """Take back all that the plugin has added: it goes, or could not be set up."""
        while self._undo:
            self._undo.pop()()

    def _append(self, table: list[Any], value: Any) -> None:
        table.append(value)
        self._undo.append(lambda: table.remove(value))

    def _put(self, table: dict[str, Any], what: str, name: str, value: Any) -> None:
        if name in table:
            raise PluginError(f'plugin {self._plugin}: the {what} "{name}" exists already')
        table[name] = value
        self._undo.append(lambda: table.pop(name))
