import math

import pytest

from douyinbot.outbox.echo import Echoes
from douyinbot.webcast.chat_answer import Accepted


@pytest.fixture
def echoes():
    return Echoes(10)


def sent(echoes, slip, now=0.0, **answer):
    echoes.expect(slip, "main")
    echoes.accepted(slip, Accepted(**answer), now)
    return slip


def states(slip):
    return [str(state) for state, _, _ in slip.history]


def test_an_echo_is_known_by_its_message_id(echoes, receipt):
    slip = sent(echoes, receipt("hi"), message_id="77", account_id="me")
    assert echoes.hear("main", "masked", "h*", "77")
    assert states(slip) == ["sent", "seen"]


def test_or_by_account_and_text(echoes, receipt):
    slip = sent(echoes, receipt("Hi 老铁"), message_id="77", account_id="me")
    assert echoes.hear("main", "me", "hi老铁", "78")
    assert slip.state == "seen"


def test_somebody_elses_same_words_are_not_ours_if_the_account_is_known(echoes, receipt):
    slip = sent(echoes, receipt("666"), account_id="me")
    assert not echoes.hear("main", "viewer", "666", "5")
    assert slip.state == "sent"


def test_the_account_may_be_known_beforehand(echoes, receipt):
    echoes.learn_account("me")
    echoes.learn_account("")
    sent(echoes, receipt("666"))
    assert not echoes.hear("main", "viewer", "666", "5")
    assert echoes.hear("main", "me", "666", "6")


def test_without_an_account_the_words_must_do(echoes, receipt):
    slip = sent(echoes, receipt("666"))
    assert echoes.hear("main", "anyone", "666", "")
    assert slip.state == "seen"
    assert not echoes.hear("main", "anyone", "666", "")


def test_a_masked_user_may_be_us(echoes, receipt):
    sent(echoes, receipt("666"), account_id="me")
    assert echoes.hear("main", "", "666", "5")


def test_what_the_owner_types_by_hand_is_not_ours(echoes, receipt):
    sent(echoes, receipt("hi"), account_id="me")
    assert not echoes.hear("main", "me", "大家好", "9")


def test_other_rooms_are_not_searched(echoes, receipt):
    sent(echoes, receipt("hi"), message_id="77")
    assert not echoes.hear("other", "", "hi", "77")


def test_a_repeated_echo_is_ours_again(echoes, receipt):
    sent(echoes, receipt("hi"), message_id="77")
    assert echoes.hear("main", "", "hi", "77")
    assert echoes.hear("main", "", "hi", "77")
    assert not echoes.hear("main", "", "hi", "78")


def test_only_the_last_ids_are_kept(echoes, receipt):
    for number in range(1, 300):
        sent(echoes, receipt("hi", f"L{number}"), message_id=f"{number}")
        echoes.hear("main", "", "hi", f"{number}")
    assert not echoes.hear("main", "", "hi", "1")
    assert echoes.hear("main", "", "hi", "299")
    assert len(echoes._ids) == 256


def test_each_echo_ends_one_line_the_oldest_first(echoes, receipt):
    first, second = receipt("hi", "L1"), receipt("hi", "L2")
    sent(echoes, first)
    sent(echoes, second)
    assert echoes.hear("main", "", "hi", "1")
    assert (first.state, second.state) == ("seen", "sent")


def test_a_silent_room_means_unseen_with_an_explanation(echoes, receipt):
    slip = sent(echoes, receipt("hi"), now=100)
    assert echoes.wake_at() == 110
    echoes.expire(109.9)
    assert slip.state == "sent"
    echoes.expire(110)
    assert slip.state == "unseen"
    assert slip.reason.startswith("accepted by the platform, but not seen in the room within 10s; ")


def test_a_late_echo_is_ours_for_a_minute(echoes, receipt):
    slip = sent(echoes, receipt("hi"), now=100)
    echoes.expire(110)
    assert echoes.wake_at() == 170
    echoes.expire(169)
    assert echoes.hear("main", "", "hi", "1")
    assert (slip.state, slip.reason) == ("seen", "seen late")
    assert echoes.wake_at() == math.inf


def test_later_it_is_a_strangers(echoes, receipt):
    slip = sent(echoes, receipt("hi"), now=100)
    echoes.expire(110)
    echoes.expire(170)
    assert not echoes.hear("main", "", "hi", "1")
    assert slip.state == "unseen"


def test_a_clock_that_jumped_leaves_nothing_undecided(echoes, receipt):
    slip = sent(echoes, receipt("hi"), now=100)
    echoes.expire(5000)
    assert slip.state == "unseen"
    assert echoes.wake_at() == math.inf


def test_an_echo_may_be_faster_than_the_answer(echoes, receipt):
    slip = receipt("hi")
    echoes.expect(slip, "main")
    assert echoes.wake_at() == math.inf
    assert echoes.hear("main", "", "hi", "1")
    assert slip.history == []
    assert not echoes.hear("main", "", "hi", "2")
    echoes.accepted(slip, Accepted(), 1)
    assert states(slip) == ["sent", "seen"]


def test_an_echo_tells_more_than_a_lost_answer(echoes, receipt):
    slip = receipt("hi")
    echoes.expect(slip, "main")
    echoes.hear("main", "", "hi", "1")
    echoes.lost(slip, "no answer", 1)
    assert states(slip) == ["seen"]
    assert "answer was lost" in slip.reason


def test_a_lost_line_that_turns_up_is_seen(echoes, receipt):
    slip = receipt("hi")
    echoes.expect(slip, "main")
    echoes.lost(slip, "no answer", 1)
    assert (slip.state, slip.reason) == ("unknown", "no answer")
    assert echoes.hear("main", "", "hi", "1")
    assert states(slip) == ["unknown", "seen"]
    assert "answer was lost" in slip.reason


def test_a_refused_line_is_not_listened_for(echoes, receipt):
    slip = receipt("hi")
    echoes.expect(slip, "main")
    echoes.refused(slip)
    echoes.refused(slip)
    assert not echoes.hear("main", "", "hi", "1")


def test_at_the_end_nothing_is_left_open(echoes, receipt):
    slip, answerless = receipt("hi", "L1"), receipt("ho", "L2")
    sent(echoes, slip)
    echoes.expect(answerless, "main")
    echoes.close("the bot is stopping")
    assert slip.state == "unseen"
    assert "the bot is stopping" in slip.reason
    echoes.accepted(answerless, Accepted(), 1)
    assert answerless.history == []
    echoes.lost(answerless, "too late", 1)
    assert answerless.state == "unknown"
