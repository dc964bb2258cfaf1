"""A plugin, loaded: its hooks, commands, jobs and settings, and what went wrong with it.

pluggy holds the registry and checks names and arguments of hooks. Calling is ours (see dispatch.py): pluggy
does not await, and stops at the first plugin that raises.
"""

import inspect
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pluggy

from douyinbot import hookspecs
from douyinbot.config import Config, Keys, Scope, Source, nearest
from douyinbot.core.commands.marks import CommandMark, JobMark, marks_of
from douyinbot.core.commands.table import Command
from douyinbot.core.plugins.discovery import Candidate
from douyinbot.errors import ConfigError, PluginError

__all__ = ["Hook", "Plugin", "PluginHost", "commands_of", "required_first"]

log = logging.getLogger(__name__)

_SCOPE_KEYS = ("rooms", "except_rooms")
_INLINE_HOOKS = ("filter_event", "filter_message", "get_role", "provide", "register")
_HOOKS = {
    name: tuple(inspect.signature(spec).parameters)
    for name, spec in vars(hookspecs).items()
    if hasattr(spec, f"{hookspecs.PROJECT}_spec")
}
"""Every hook, with its arguments."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One plugin's implementation of one hook."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    is_async: bool


@dataclass(slots=True, eq=False)
class Plugin:
    """One plugin and everything it brought."""

    name: str
    module: Any
    origin: str = ""
    version: str = ""
    author: str = ""
    requires: tuple[str, ...] = ()
    """The plugins that must be loaded before this one."""
    scope: Scope = field(default_factory=Scope)
    settings: dict[str, Any] = field(default_factory=dict)
    """As they stand in bot.toml."""
    config: Any = None
    hooks: dict[str, Hook] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    jobs: list[tuple[JobMark, Callable[..., Any]]] = field(default_factory=list)

    def __str__(self) -> str:
        by = f" (by {self.author})" if self.author else ""
        return f"{self.name}{by}"

    @property
    def whereabouts(self) -> str:
        """The beginning of an error about its code: who, and in which file or package."""
        return f"plugin {self.name} ({self.origin})"

    def place_of(self, text: str) -> Keys | None:
        """Return which key of bot.toml has this text, None if no setting of the plugin has it."""
        return next(_keys_with(text, self.settings, ("plugins", self.name)), None)


class PluginHost:
    """Loads plugins one by one; one that cannot be loaded is reported and left out, the others stay.

    Args:
        source: the configuration file, for errors about a plugin's settings.
    """

    def __init__(self, source: Source | None = None) -> None:
        self.plugins: dict[str, Plugin] = {}
        self.failed: dict[str, str] = {}
        """Why a plugin was not loaded, by name."""
        self._source = source or Source("bot.toml")
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)

    def __iter__(self) -> Iterator[Plugin]:
        return iter(self.plugins.values())

    def load(self, candidate: Candidate, settings: dict[str, Any] | None = None) -> Plugin:
        """Import, check and register one plugin.

        Raises:
            PluginError: it does not import, or is not what a plugin must be. Also recorded in `failed`.
            ConfigError: its settings in bot.toml are wrong. Also recorded in `failed`.
        """
        name = candidate.name
        try:
            return self._load(candidate, dict(settings or {}))
        except (PluginError, ConfigError) as error:
            self.failed[name] = str(error)
            raise
        except (Exception, SystemExit) as error:  # its own code runs in many places: a property will do
            self.failed[name] = f"plugin {name} cannot be loaded: {type(error).__name__}: {error}"
            raise PluginError(self.failed[name]) from error

    def unload(self, plugin: Plugin, reason: str = "") -> None:
        """Take a plugin out again; with a reason, it counts as failed."""
        self.plugins.pop(plugin.name, None)
        if self._manager.is_registered(plugin.module):
            self._manager.unregister(plugin.module)
        if reason:
            self.failed[plugin.name] = reason

    def adopt(self, plugin: Plugin) -> None:
        """Take in a plugin that was loaded by another host, or was here before.

        Raises:
            PluginError: a plugin of this name is here.
        """
        if plugin.name in self.plugins:
            raise PluginError(f"plugin {plugin.name} is loaded already.")
        self._register(plugin)
        self.plugins[plugin.name] = plugin
        self.failed.pop(plugin.name, None)

    def reorder(self, names: Sequence[str]) -> None:
        """Ask the plugins in this order from now on; others come after them, as they were."""
        places = {name: place for place, name in enumerate(names)}
        ordered = sorted(self.plugins.items(), key=lambda item: places.get(item[0], len(places)))
        self.plugins = dict(ordered)

    def implementing(self, hook: str) -> list[tuple[Plugin, Hook]]:
        """Return the plugins with this hook, in the order in which they are asked.

        That is the order of `enable`; `@hookimpl(tryfirst=True)` goes before, `trylast` after the others.
        """
        impls = {impl.plugin_name: impl for impl in getattr(self._manager.hook, hook).get_hookimpls()}
        found = [plugin for name, plugin in self.plugins.items() if name in impls and hook in plugin.hooks]
        found.sort(key=lambda plugin: impls[plugin.name].trylast - impls[plugin.name].tryfirst)
        return [(plugin, plugin.hooks[hook]) for plugin in found]

    def _load(self, candidate: Candidate, settings: dict[str, Any]) -> Plugin:
        name = candidate.name
        if name in self.plugins:
            raise PluginError(f"plugin {name} is loaded already.")
        try:
            module = candidate.load()
        except PluginError:
            raise
        # SystemExit too: a plugin that calls sys.exit at import must not end the bot.
        except (Exception, SystemExit) as error:
            log.debug("plugin %s does not import", name, exc_info=True)
            raise PluginError(
                f"plugin {name} ({candidate.origin}) does not import: {type(error).__name__}: {error}"
            ) from error
        plugin = Plugin(name, module, candidate.origin, candidate.version, candidate.author)
        _check_api(plugin)
        plugin.requires = _requires(plugin)
        plugin.settings = dict(settings)
        plugin.scope, plugin.config = self._configure(plugin, settings)
        plugin.commands = _read_commands(plugin)
        plugin.jobs = list(_jobs(module))
        self._check_hooks(plugin)
        self._register(plugin)
        plugin.hooks = {hook.name: hook for hook in self._hooks(plugin)}
        if not (plugin.hooks or plugin.commands or plugin.jobs):
            self.unload(plugin)
            raise PluginError(f"{plugin.whereabouts} has no hook, command or job. Did you forget @hookimpl?")
        self.plugins[name] = plugin
        self.failed.pop(name, None)
        return plugin

    def _check_hooks(self, plugin: Plugin) -> None:
        """Find a misspelt hook or argument before pluggy does: its words are about hookspecs."""
        for attribute in dir(plugin.module):
            options = self._manager.parse_hookimpl_opts(plugin.module, attribute)
            if options is None:
                continue
            name = options.get("specname") or attribute
            if name not in _HOOKS:
                raise PluginError(
                    f'{plugin.whereabouts}: there is no hook "{name}"{nearest(name, [*_HOOKS])}'
                )
            for argument in inspect.signature(getattr(plugin.module, attribute)).parameters.values():
                if argument.name not in _HOOKS[name] and argument.default is argument.empty:
                    raise PluginError(
                        f'{plugin.whereabouts}: {name} has no argument "{argument.name}"; '
                        f"it has {', '.join(_HOOKS[name])}"
                    )

    def _register(self, plugin: Plugin) -> None:
        try:
            self._manager.register(plugin.module, plugin.name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            # pluggy before 1.7 leaves a refused plugin half registered, with its other hooks live.
            if self._manager.is_registered(plugin.module):
                self._manager.unregister(plugin.module)
            raise PluginError(f"plugin {plugin.name}: {str(error).splitlines()[-1].strip()}") from error

    def _hooks(self, plugin: Plugin) -> Iterator[Hook]:
        for caller in self._manager.get_hookcallers(plugin.module) or ():
            for impl in caller.get_hookimpls():
                if impl.plugin is plugin.module and not _of_another_plugin(impl.function, plugin.module):
                    try:
                        yield _hook(plugin.name, caller.name, impl)
                    except PluginError:
                        self.unload(plugin)
                        raise

    def _configure(self, plugin: Plugin, settings: dict[str, Any]) -> tuple[Scope, Any]:
        keys = ("plugins", plugin.name)
        scope = self._source.convert(
            {key: settings.pop(key) for key in _SCOPE_KEYS if key in settings}, Scope, keys
        )
        kind = getattr(plugin.module, "Config", None)
        if kind is None or kind is Config:  # `from douyinbot import Config` is for annotations
            if settings:
                raise self._source.error((*keys, next(iter(settings))), "this plugin has no settings")
            return scope, None
        try:
            return scope, self._source.convert(settings, kind, keys)
        except (TypeError, NotImplementedError) as error:
            raise PluginError(f"plugin {plugin.name}: its Config cannot be read: {error}") from error


def required_first(plugins: Iterable[Plugin]) -> list[Plugin]:
    """Return the plugins with each one after those that it requires, and otherwise in their order.

    What is required and missing, or required in a circle, is left to whoever seats them.
    """
    by_name = {plugin.name: plugin for plugin in plugins}
    ordered: dict[str, Plugin] = {}
    visiting: set[str] = set()

    def visit(plugin: Plugin) -> None:
        if plugin.name in ordered or plugin.name in visiting:
            return
        visiting.add(plugin.name)
        for name in plugin.requires:
            if name in by_name:
                visit(by_name[name])
        ordered[plugin.name] = plugin

    for plugin in by_name.values():
        visit(plugin)
    return list(ordered.values())


def _keys_with(text: str, value: Any, keys: Keys) -> Iterator[Keys]:
    if value == text:
        yield keys
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _keys_with(text, item, (*keys, key))


def _check_api(plugin: Plugin) -> None:
    """Refuse a plugin that says `api_version` and means a later one than ours."""
    wanted = getattr(plugin.module, "api_version", 1)
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise PluginError(f"plugin {plugin.name}: `api_version` must be a whole number")
    if wanted > hookspecs.API_VERSION:
        raise PluginError(
            f"plugin {plugin} is written for version {wanted} of the plugin API, and this douyinbot has "
            f"version {hookspecs.API_VERSION}. Update douyinbot, or take an older version of the plugin."
        )


def _requires(plugin: Plugin) -> tuple[str, ...]:
    names = getattr(plugin.module, "requires", ())
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise PluginError(f"plugin {plugin.name}: `requires` must be a list of plugin names")
    return tuple(names)


def _hook(plugin: str, name: str, impl: pluggy.HookImpl) -> Hook:
    if impl.wrapper or impl.hookwrapper:
        raise PluginError(f"plugin {plugin}: {name} is a wrapper; wrappers are not supported.")
    arguments = tuple(one for one in inspect.signature(impl.function).parameters if one in _HOOKS[name])
    is_async = inspect.iscoroutinefunction(impl.function)
    if is_async and name in _INLINE_HOOKS:
        raise PluginError(f"plugin {plugin}: {name} decides in place, so it must be a plain `def`.")
    return Hook(name, impl.function, arguments, is_async)


def _of_another_plugin(function: Callable[..., Any], module: Any) -> bool:
    """Tell whether a hook came with `from another_plugin import *`: that plugin does the work itself."""
    home, here = str(getattr(function, "__module__", "")), getattr(module, "__name__", "")
    return home.startswith(f"{hookspecs.PROJECT}_") and home.partition(".")[0] != here.partition(".")[0]


def _functions(module: Any) -> Iterator[Callable[..., Any]]:
    """Yield the marked functions of a plugin, each once; what a module imports is not its own."""
    home = module.__name__ if isinstance(module, ModuleType) else ""
    names = vars(module) if home else dir(type(module))
    seen: set[int] = set()
    for name in list(names):
        value = getattr(module, name, None)
        key = id(getattr(value, "__func__", value))
        if not callable(value) or key in seen or not any(marks_of(value)):
            continue
        if not home or f"{getattr(value, '__module__', '')}.".startswith(f"{home}."):
            seen.add(key)
            yield value


def _read_commands(plugin: Plugin) -> list[Command]:
    try:
        return [Command(mark, function, plugin.name) for mark, function in commands_of(plugin.module)]
    except PluginError as error:
        raise PluginError(f"{plugin.whereabouts}: {error}") from error


def commands_of(module: Any) -> Iterator[tuple[CommandMark, Callable[..., Any]]]:
    """Yield the commands of a plugin's module or object, each with its function."""
    return ((mark, function) for function in _functions(module) for mark in marks_of(function)[0])


def _jobs(module: Any) -> Iterator[Any]:
    return ((mark, function) for function in _functions(module) for mark in marks_of(function)[1])
