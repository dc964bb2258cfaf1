import pytest

from douyinbot.errors import (
    InvalidSessionError,
    MutedError,
    RejectedTextError,
    RoomEndedError,
    SendError,
    TooFastError,
    UnconfirmedError,
)
from douyinbot.outbox.sender import Kind, outcome_of


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TooFastError("slow"), Kind.TOO_FAST),
        (InvalidSessionError("login"), Kind.LOGGED_OUT),
        (MutedError("muted"), Kind.MUTED),
        (RejectedTextError("bad word"), Kind.REFUSED),
        (RoomEndedError("over"), Kind.ENDED),
        (SendError("no"), Kind.REFUSED),
        (UnconfirmedError("lost"), Kind.LOST),
        (TimeoutError(), Kind.LOST),
        (ConnectionResetError("sessionid=CANARY"), Kind.LOST),
    ],
)
def test_each_error_means_something(error, kind):
    assert outcome_of(error).kind is kind


def test_our_own_words_are_shown():
    assert outcome_of(MutedError("the account\n may not \x1b speak")).reason == "the account  may not  speak"
    assert outcome_of(SendError("")).reason == "the platform refused the line"
    assert outcome_of(TooFastError("slow", 7)).retry_after == 7


@pytest.mark.parametrize("error", [KeyError("sessionid=CANARY"), OSError("CANARY"), TimeoutError("CANARY")])
def test_the_words_of_strange_errors_are_not(error):
    assert "CANARY" not in outcome_of(error).reason


def test_a_strange_error_is_named():
    assert "KeyError" in outcome_of(KeyError("x")).reason


@pytest.mark.parametrize("error", [TimeoutError(), UnconfirmedError("the connection broke")])
def test_a_lost_answer_is_explained(error):
    reason = outcome_of(error).reason
    assert reason.endswith("the line may or may not have been said, so it is not repeated")
    assert str(error) in reason
