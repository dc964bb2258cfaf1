"""Events of every kind: a test says what matters to it, the rest is as in a room."""

import msgspec
import pytest

from douyinbot import EVENTS, Event, hookimpl
from douyinbot.hookspecs import EVENT_HOOKS
from douyinbot.testing.happenings import FROM_VIEWERS, happening

COUNTED = {"delta", "total", "value", "streak_id"}
"""What the bot itself works out of a gift."""
OWN = {
    str: "词",
    int: 7,
    bool: True,
    tuple: (),
    dict: {"what": "词"},
}
"""A value for a field of each type."""


class Ears:
    """Hears everything, in every hook."""

    def __init__(self) -> None:
        self.heard = []

    @hookimpl
    def on_event(self, ctx, event):
        self.heard.append(("on_event", event.kind))

    @hookimpl
    def on_raw(self, ctx, method, payload):
        self.heard.append(("on_raw", method))


def ear(name):
    def hook(self, ctx, event):
        self.heard.append((name, event.kind))

    hook.__name__ = name
    return hookimpl(hook)


for hook_name in {*EVENT_HOOKS.values(), "on_gift", "on_gift_update", "on_chat"} - {"on_raw", "on_event"}:
    setattr(Ears, hook_name, ear(hook_name))


@pytest.mark.parametrize("kind", EVENTS)
async def test_an_event_of_each_kind_needs_nothing_and_reaches_its_hook(bot, kind):
    ears = Ears()
    await bot.load(ears)
    ears.heard.clear()
    await bot.emit(kind)
    assert ears.heard[0] == ("on_event", kind)
    own = {"chat": ["on_chat"], "gift": ["on_gift_update", "on_gift"], "raw_data": ["on_raw"]}
    hooks = own.get(kind, [EVENT_HOOKS[kind]] if kind in EVENT_HOOKS else [])
    assert [name for name, _ in ears.heard[1:]] == hooks
    assert bot.problems == []


@pytest.mark.parametrize("kind", EVENTS)
async def test_each_own_field_can_be_given_by_itself(bot, kind):
    not_own = {*Event.__struct_fields__, *(COUNTED if kind == "gift" else ())}
    for field in msgspec.structs.fields(EVENTS[kind]):
        value = OWN.get(field.type)
        if field.name in not_own or value is None:
            continue
        await bot.emit(kind, **{field.name: value})
        assert getattr(bot.events[-1], field.name) == value, field.name
    assert bot.problems == []


@pytest.mark.parametrize("kind", EVENTS)
async def test_somebody_did_what_only_a_viewer_can_do(bot, kind):
    await bot.emit(kind)
    user = bot.events[-1].user
    assert (user == bot.user("小明")) if kind in FROM_VIEWERS else user is None
    await bot.emit(kind, user=bot.user("小红", "fans"))
    assert bot.events[-1].user.role == "fans"
    await bot.emit(kind, user=None)
    assert bot.events[-1].user is None


async def test_a_gift_without_further_words_counts(bot):
    gifts = []

    class Thanks:
        @hookimpl
        def on_gift(self, ctx, event):
            gifts.append((event.gift_name, event.total, event.value))

    await bot.load(Thanks())
    await bot.emit("gift")
    await bot.emit("gift", gift_name="棒棒糖", repeat_count=2)
    await bot.emit("gift", gift_name="某物", total=3, diamond_count=10)
    assert gifts == [("玫瑰", 1, 1), ("棒棒糖", 2, 18), ("某物", 3, 30)]


def test_a_misspelt_kind_is_named_with_the_nearest():
    with pytest.raises(KeyError, match='there is no event "folow" - did you mean "follow"'):
        happening("folow")


# ---- the usual ones by name -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["follow", "share"])
async def test_to_follow_and_to_share_are_two_events_of_one_frame(bot, name):
    ears = Ears()
    await bot.load(ears)
    await getattr(bot, name)("小红", role="fans")
    assert [kind for _, kind in ears.heard] == ["social", "social", name, name]
    assert {event.user.nickname for event in bot.events[-2:]} == {"小红"}


async def test_somebody_comes_in(bot):
    await bot.member("小红", "admin", member_count=5)
    event = bot.events[-1]
    assert (event.kind, event.action, event.member_count, event.user.role) == ("member", 1, 5, "admin")


async def test_likes_add_up(bot):
    await bot.like()
    await bot.like("小红", 5)
    assert [(event.like_count, event.total_like_count) for event in bot.events[-2:]] == [(1, 1), (5, 6)]


@pytest.fixture
def two_rooms(make_bot):
    return make_bot('[[rooms]]\nid = "other"\nconnector = "air"\n')


async def test_each_may_happen_in_another_room(two_rooms):
    for happens in (two_rooms.follow, two_rooms.share, two_rooms.member, two_rooms.like, two_rooms.chat):
        await happens(*["hi"] if happens == two_rooms.chat else [], room="other")
        assert two_rooms.events[-1].room == "other"
