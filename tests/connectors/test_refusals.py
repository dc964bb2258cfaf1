"""One error out of several refusals."""

import re

import pytest

from douyinbot.connectors.refusals import Refusals, is_final
from douyinbot.errors import (
    BlockedError,
    ConnectError,
    HttpError,
    LoginRequiredError,
    ProtocolError,
    RateLimitedError,
    RoomNotFoundError,
    SignatureError,
    UserOfflineError,
    VerificationRequiredError,
)


def verdict(*errors: ConnectError | ProtocolError) -> ConnectError:
    refusals = Refusals()
    for number, error in enumerate(errors, 1):
        refusals.add(f"step {number}", error)
    return refusals.verdict()


def test_every_step_is_named_with_the_first_sentence_of_its_reason() -> None:
    made = verdict(
        BlockedError("https://live.douyin.com/1 refuses this address (HTTP 403). Try another network."),
        ProtocolError("the answer has an unknown form"),
    )
    assert (
        "(step 1: https://live.douyin.com/1 refuses this address (HTTP 403); step 2: the answer has"
        in str(made)
    )
    assert "Try another network; " not in str(made)
    assert str(made).endswith(".")
    assert isinstance(made.__cause__, ExceptionGroup)
    assert [type(error) for error in made.__cause__.exceptions] == [BlockedError, ProtocolError]


@pytest.mark.parametrize(
    ("errors", "kind", "advice"),
    [
        (
            [VerificationRequiredError("page"), LoginRequiredError("20003"), BlockedError("empty")],
            LoginRequiredError,
            r"Log in with your own browser.*cookies",
        ),
        (
            [BlockedError("empty"), VerificationRequiredError("page")],
            VerificationRequiredError,
            r"pass the check, and give .* cookies",
        ),
        ([HttpError("500", 500), BlockedError("444")], BlockedError, r"try another network"),
        ([SignatureError("101"), ProtocolError("odd")], SignatureError, r"newer douyinbot"),
        ([HttpError("500", 500), ProtocolError("odd")], ConnectError, r"Try again later"),
    ],
)
def test_the_most_telling_refusal_names_the_error_and_what_to_do(
    errors: list[ConnectError | ProtocolError], kind: type[ConnectError], advice: str
) -> None:
    made = verdict(*errors)
    assert type(made) is kind
    assert re.search(advice, str(made))


def test_braces_in_a_reason_are_only_letters() -> None:
    assert "{0} {}" in str(verdict(ProtocolError("odd {0} {}")))


def test_what_it_is_about_may_stand_in_front() -> None:
    refusals = Refusals()
    assert not refusals
    refusals.add("enter", BlockedError("empty"))
    assert refusals
    assert str(refusals.verdict("Failed. ")).startswith(
        "Failed. Douyin refuses this address or device (enter"
    )


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (RateLimitedError("slow", 3.0), True),
        (RoomNotFoundError("no"), True),
        (UserOfflineError("off"), True),
        (HttpError("the proxy", 407), True),
        (HttpError("broken", 500), False),
        (BlockedError("no"), False),
        (VerificationRequiredError("no"), False),
        (LoginRequiredError("no"), False),
        (ProtocolError("odd"), False),
    ],
)
def test_after_which_errors_no_other_way_is_tried(error: Exception, final: bool) -> None:
    assert is_final(error) is final
