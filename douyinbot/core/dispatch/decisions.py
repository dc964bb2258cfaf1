"""What plugins decide in place: which events pass, what a text becomes, and who somebody is."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast

from douyinbot.core.context import Context
from douyinbot.core.dispatch.filters import Filter, Message, Verdict, filter_event, filter_message
from douyinbot.core.journal import Journal
from douyinbot.core.liveroom import LiveRoom
from douyinbot.core.plugins.host import Hook
from douyinbot.core.seat import Seat
from douyinbot.events import ROLES, Event, Role, User
from douyinbot.hookspecs import Drop

__all__ = ["Decisions"]


class Decisions:
    """Asks the plugins that decide, one after the other, on the event loop.

    Args:
        plan: who has a hook, in the order of asking.
        counts: where what was dropped is counted, by reason.
    """

    def __init__(
        self,
        plan: Callable[[str], Sequence[tuple[Seat, Hook]]],
        counts: Counter[str],
        journal: Journal,
    ) -> None:
        self._plan = plan
        self._counts = counts
        self._journal = journal

    def on_event(self, room: LiveRoom, event: Event) -> Event | None:
        """Pass an event through the plugins' filters; None when one of them drops it."""
        plan = self._plan("filter_event")
        if not plan:
            return event
        verdict = filter_event(event, [self._filter(*entry, room, Event, Drop) for entry in plan])
        if verdict.changed_by:
            self._journal.altered(event, verdict.value, verdict.changed_by)
        if not verdict.dropped_by:
            return verdict.value
        self._counts[f"filtered: {verdict.reason}"] += 1
        self._journal.silent(verdict.value, verdict.dropped_by, "filter_event", "filtered", verdict.reason)
        return None

    def on_message(self, room: LiveRoom, message: Message) -> Verdict[Message]:
        """Pass a text that is about to be said through the plugins' filters."""
        plan = self._plan("filter_message")
        verdict = filter_message(message, [self._filter(*entry, room, str, Message, Drop) for entry in plan])
        if verdict.dropped_by:
            self._counts[f"not said: {verdict.reason}"] += 1
        return verdict

    def role_of(self, room: LiveRoom, user: User) -> Role:
        """Return a viewer's role: what a plugin says, what bot.toml says, else what the platform says."""
        for seat, hook in self._plan("get_role"):
            _, decide = self._filter(seat, hook, room, str)
            answer = decide(user)
            if answer in ROLES:
                return cast("Role", answer)
        config = room.config
        if user.is_anonymous or not (config.owner or config.admins or config.vips):
            return user.role
        names = {user.id, user.unique_id} - {""}
        if config.owner in names:
            return "owner"
        if user.role != "owner" and not names.isdisjoint(config.admins):
            return "admin"
        if user.role in ("viewer", "follower") and not names.isdisjoint(config.vips):
            return "fans"
        return user.role

    def _filter(self, seat: Seat, hook: Hook, room: LiveRoom, *kinds: type) -> Filter:
        """Return a hook that decides in place, made safe: an error, or an answer of no known kind, counts as
        its plugin's failure, and decides nothing."""
        subject = next((name for name in hook.arguments if name != "ctx"), "")

        def decide(value: Any) -> Any:
            if seat.lane.resting or not seat.works_in(room.id):
                return None
            event = value if isinstance(value, Event) else None
            named = {"ctx": Context(seat, room, event), subject: value}
            try:
                answer = hook.function(**{name: named[name] for name in hook.arguments})
                if answer is None or isinstance(answer, kinds):
                    return answer
                raise TypeError(f"it returned {type(answer).__name__}")
            except (Exception, SystemExit) as error:
                seat.lane.failed(hook.name, error, event)
                return None

        return seat.plugin.name, decide
