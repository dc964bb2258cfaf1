"""Texts of the bot, filled in: templates, what they may speak of here and now, and their counters."""

import logging
import random
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from douyinbot.core.clock import Clock
from douyinbot.core.texts.templates import Template, Values
from douyinbot.events import Gift
from douyinbot.events.text import clean
from douyinbot.store import Store

if TYPE_CHECKING:
    from douyinbot.core.context import Context

__all__ = ["Texts"]

log = logging.getLogger(__name__)

LONGEST_NAME = 24


class Texts:
    """Fills in texts.

    Args:
        variables: those of plugins: functions of `ctx` by name.
        counters: where `$(count NAME)` is kept; told whether it is a rehearsal.
    """

    def __init__(
        self,
        variables: Mapping[str, Callable[..., Any]],
        *,
        clock: Clock,
        rng: random.Random,
        zone: ZoneInfo,
        counters: Callable[[bool], Store],
    ) -> None:
        self._variables = variables
        self._clock = clock
        self._rng = rng
        self._zone = zone
        self._counters = counters

    def template(self, text: str, extra: Collection[str] = ()) -> Template:
        """Take a text apart; plugins' variables and `extra` ones may be used.

        Raises:
            TemplateError: it has an unknown variable.
        """
        return Template(text, (*extra, *self._variables))

    async def fill(self, ctx: "Context", template: Template, arguments: tuple[str, ...] = ()) -> str:
        """Render a text, counting its `$(count NAME)` up first."""
        store = self._counters(ctx.rehearsed)
        counters = {name: int(await store.incr(f"count:{name}")) for name in sorted(template.counters)}
        return self.render(ctx, template, {}, arguments, counters)

    def render(
        self,
        ctx: "Context",
        template: Template,
        variables: Mapping[str, Any],
        arguments: tuple[str, ...] = (),
        counters: Mapping[str, int] | None = None,
    ) -> str:
        """Render a text; `variables` stand before all others. Plugins are asked only for what it uses."""
        asked = template.extra - variables.keys()
        extra = {name: self._variable(name, ctx) for name in asked} | dict(variables)
        return template.render(self._values(ctx, extra, arguments, counters), self._rng)

    def _values(
        self,
        ctx: "Context",
        extra: Mapping[str, Any],
        arguments: tuple[str, ...],
        counters: Mapping[str, int] | None,
    ) -> Values:
        """Collect what a text may speak of; what viewers wrote is cleaned."""
        event, room, now = ctx.event, ctx.room, self._clock.now()
        gift = event if isinstance(event, Gift) else None
        return Values(
            user=clean(ctx.user.nickname, LONGEST_NAME) if ctx.user is not None else None,
            arguments=tuple(clean(word) for word in arguments),
            rest=clean(" ".join(arguments)),
            gift=gift.gift_name if gift else None,
            count=gift.total if gift else None,
            value=gift.value if gift else None,
            viewers=room.viewers,
            uptime=room.uptime(now),
            now=now.astimezone(self._zone),
            counters=counters,
            extra=extra,
        )

    def _variable(self, name: str, ctx: "Context") -> Any:
        function = self._variables.get(name)
        if function is None:
            return ""  # its plugin has left since the text was read
        try:
            return function(ctx)
        except (Exception, SystemExit):
            log.exception("the variable $(%s) of %s failed", name, function.__module__)
            return ""
