"""The page of hooks, and the table of the documentation that must say the same."""

import inspect
import re
from pathlib import Path

import pytest

from douyinbot import hookspecs
from douyinbot.events import EVENTS
from douyinbot.hookspecs import EVENT_HOOKS

HOOKS = {
    name: function
    for name, function in vars(hookspecs).items()
    if inspect.isfunction(function) and function.__module__ == "douyinbot.hookspecs"
}
# The contract: which hooks there are, and what they may be given.
ARGUMENTS = {
    **dict.fromkeys((f"on_{kind}" for kind in EVENT_HOOKS), ("ctx", "event")),
    **dict.fromkeys(("on_gift", "on_gift_update", "on_event", "filter_event"), ("ctx", "event")),
    "on_raw": ("ctx", "method", "payload"),
    "filter_message": ("ctx", "message"),
    "get_role": ("ctx", "user"),
    **dict.fromkeys(("setup", "teardown", "provide"), ("ctx",)),
    "register": ("registry",),
}
EVENT_KINDS = {
    *("chat", "member", "like", "social", "follow", "share", "room_user", "emote", "envelope", "question"),
    *(
        "fans_club",
        "subscribe",
        "link_mic_battle",
        "link_mic_armies",
        "live_intro",
        "connected",
        "disconnected",
    ),
    *("reconnecting", "stream_paused", "stream_resumed", "stream_end", "websocket_connected", "failure"),
}


def test_there_are_exactly_the_hooks_of_the_contract():
    assert set(HOOKS) == set(ARGUMENTS)


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_a_hook_takes_what_the_contract_says(name):
    assert tuple(inspect.signature(HOOKS[name]).parameters) == ARGUMENTS[name]


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_a_hook_is_explained_in_a_full_sentence(name):
    first = (inspect.getdoc(HOOKS[name]) or "").partition("\n")[0]
    assert len(first) > 15
    assert first[0].isupper()
    assert first.endswith(".")


def test_the_kinds_with_a_hook_of_their_own():
    assert {kind: f"on_{kind}" for kind in EVENT_KINDS} == EVENT_HOOKS
    assert set(EVENT_HOOKS) <= set(EVENTS)


@pytest.mark.parametrize("kind", sorted(EVENT_HOOKS))
def test_a_hook_of_an_event_says_which_one_it_gets(kind):
    hint = inspect.get_annotations(HOOKS[f"on_{kind}"])["event"]
    assert hint == f"events.{EVENTS[kind].__name__}"


def test_only_the_first_plugin_that_knows_a_role_is_heard():
    first = [name for name, function in HOOKS.items() if function.douyinbot_spec["firstresult"]]
    assert first == ["get_role"]


def test_the_documentation_names_every_hook():
    text = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)", text))
    assert set(HOOKS) - named == set()
