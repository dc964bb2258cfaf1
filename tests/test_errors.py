"""The tree of errors: what the docstring draws is what there is, and nothing is left out of `__all__`."""

import inspect
import re

import pytest

from douyinbot import errors
from douyinbot.errors import (
    ConnectError,
    DouyinbotError,
    HttpError,
    InvalidUniqueIdError,
    RateLimitedError,
    SendError,
    TooFastError,
)

CLASSES = {
    name: cls for name, cls in vars(errors).items() if inspect.isclass(cls) and issubclass(cls, Exception)
}
BRANCH = re.compile(r"^ {4}((?:│   | {4})*)[├└]── (.*?)(?: {2,}|$)")


def drawn() -> dict[str, str]:
    """The parent of each class, as the docstring draws it."""
    parents: dict[str, str] = {}
    path = ["DouyinbotError"]
    for line in (errors.__doc__ or "").splitlines():
        if branch := BRANCH.match(line):
            depth = len(branch[1]) // 4 + 1
            names = re.findall(r"\w+", branch[2])
            parents |= dict.fromkeys(names, path[depth - 1])
            path = [*path[:depth], names[-1]]
    return parents


def test_docstring_draws_the_real_tree() -> None:
    real = {name: cls.__bases__[0].__name__ for name, cls in CLASSES.items() if cls is not DouyinbotError}
    assert drawn() == real


def test_tree_is_that_of_the_contract() -> None:
    tree: dict[str, set[str]] = {}
    for child, parent in drawn().items():
        tree.setdefault(parent, set()).add(child)
    assert tree == {
        "DouyinbotError": {
            *("ConfigError", "PluginError", "StoreError", "ProtocolError", "ConnectError", "SendError")
        },
        "ProtocolError": {"DecodeError"},
        "ConnectError": {
            *("AlreadyConnectingError", "AlreadyConnectedError", "ConnectAborted", "InvalidUniqueIdError"),
            *("RoomNotFoundError", "UserOfflineError", "VerificationRequiredError", "BlockedError"),
            *("LoginRequiredError", "RateLimitedError", "NoWSUpgradeError", "SignatureError", "HttpError"),
            "ProviderError",
        },
        "SendError": {
            *("InvalidSessionError", "TooFastError", "MutedError", "RejectedTextError", "RoomEndedError"),
            *("BrowserError", "UnconfirmedError"),
        },
    }


def test_public_names_are_sorted_and_complete() -> None:
    assert errors.__all__ == sorted(CLASSES)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_error_is_one_of_ours_says_what_it_means_and_keeps_its_text(name: str) -> None:
    cls = CLASSES[name]
    error = cls("what happened", 503) if cls is HttpError else cls("what happened")
    assert isinstance(error, DouyinbotError)
    assert str(error) == "what happened"
    assert cls.__doc__


def test_an_address_that_is_no_room_is_a_value_error_too() -> None:
    assert issubclass(InvalidUniqueIdError, ValueError)
    assert [name for name, cls in CLASSES.items() if issubclass(cls, ValueError)] == ["InvalidUniqueIdError"]


@pytest.mark.parametrize(("cls", "parent"), [(RateLimitedError, ConnectError), (TooFastError, SendError)])
def test_being_too_fast_may_say_when_to_try_again(cls: type[TooFastError], parent: type[Exception]) -> None:
    assert issubclass(cls, parent)
    assert (cls("x").retry_after, cls("x", 7.5).retry_after) == (None, 7.5)
    assert cls("x", retry_after=0.0).retry_after == 0.0


def test_an_http_error_carries_its_status() -> None:
    assert HttpError("x", 503).status == 503
    with pytest.raises(TypeError):
        HttpError("x")  # type: ignore[call-arg]
