from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from douyinbot import Chat, Gift, User
from douyinbot.core.dispatch.job import Job, Target

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
HANDLER = Target("on_gift", str, False)


def job(target: Target = HANDLER, count: int = 1, **fields) -> Job:
    plain = {"user": User(id="1"), "gift_id": "463", "diamond_count": 2, "delta": 3, "total": 3}
    return Job("gift", target, (Gift(time=NOON, received=NOON, **{**plain, **fields}), "dice"), count)


def test_gifts_of_one_giver_to_one_handler_are_of_one_purse():
    assert job(streak_id="a").purse == job(streak_id="b", total=9).purse


@pytest.mark.parametrize(
    "other",
    [
        job(user=User(id="2")),
        job(user=None),
        job(gift_id="1"),
        job(receiver_user_id="9"),
        job(simulated=True),
        job(Target("on_gift", str, False)),
    ],
    ids=["another giver", "nobody", "another gift", "another receiver", "made up", "another handler"],
)
def test_all_else_is_not(other):
    assert job().purse != other.purse


def test_masked_givers_are_never_one_person():
    one, two = (User(id="111111", nickname=name, is_anonymous=True) for name in ("王***", "李***"))
    assert job(user=one).purse != job(user=two).purse


def test_no_two_calls_about_other_things_are_of_one_purse():
    event = Chat(time=NOON, received=NOON, user=User(id="1"))
    jobs = [Job("gift", HANDLER, args) for args in ((event,), (event,), (), ())]
    assert len({one.purse for one in jobs}) == 4


def test_joined_is_one_call_with_all_units_that_stands_for_both():
    whole = job(count=2).joined(job(delta=4, total=4, id="newer"))
    gift, command = whole.args
    assert (gift.delta, gift.total, gift.value, gift.id, command) == (7, 7, 14, "newer", "dice")
    assert (whole.kind, whole.target, whole.count) == ("gift", HANDLER, 3)


def test_a_call_knows_what_it_is_about():
    line = Chat(time=NOON, received=NOON, comment="!dice")
    handler, timed = job(), Job("chat", HANDLER, (SimpleNamespace(event=None),))
    command = Job("chat", HANDLER, (SimpleNamespace(event=line), 6))
    assert [one.event for one in (handler, command, timed)] == [handler.args[0], line, None]
    assert Job("chat", HANDLER, (6,)).event is None
    assert Job("chat", HANDLER).event is None
