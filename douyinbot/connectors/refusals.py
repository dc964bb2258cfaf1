"""One error for all the ways to a room that were refused, with what the streamer can do about it."""

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

__all__ = ["Refusals", "is_final"]

_BROWSER = "that browser's cookies (`cookies` in bot.toml)."
_VERDICTS: dict[type[ConnectError], str] = {
    LoginRequiredError: (
        "{site} shows this room to logged-in users only ({}). Log in with your own browser, see whether the "
        f"room opens there, and give douyinbot {_BROWSER}"
    ),
    VerificationRequiredError: (
        "{site} asks for verification ({}). Open the room in your own browser, pass the check, and give "
        f"douyinbot {_BROWSER}"
    ),
    BlockedError: (
        "{site} refuses this address or device ({}). Wait, or try another network, or see whether the room "
        f"opens in your own browser, and give douyinbot {_BROWSER}"
    ),
    SignatureError: (
        "{site} does not accept our signature ({}). Look for a newer douyinbot, or open the room in your own "
        f"browser and give douyinbot {_BROWSER}"
    ),
    ConnectError: (
        "{site} does not tell about the room ({}). Try again later, or see whether the room opens in your "
        "own browser."
    ),
}
"""The most telling refusal first: it names the error, and says what to do."""


def is_final(error: Exception) -> bool:
    """Say whether another way is of no use: a definite answer, a wish to be asked less, a bad proxy."""
    if isinstance(error, HttpError) and error.status == 407:
        return True
    return isinstance(error, RateLimitedError | RoomNotFoundError | UserOfflineError)


class Refusals:
    """The ways that were tried in vain, in order."""

    def __init__(self, site: str = "Douyin") -> None:
        self._site = site
        self._steps: list[tuple[str, ConnectError | ProtocolError]] = []

    def __bool__(self) -> bool:
        return bool(self._steps)

    def add(self, step: str, error: ConnectError | ProtocolError) -> None:
        """Note that a step was refused."""
        self._steps.append((step, error))

    def verdict(self, about: str = "") -> ConnectError:
        """Return the one error that names all of them; they are its causes, too."""
        errors = [error for _, error in self._steps]
        kind, words = next(row for row in _VERDICTS.items() if _fits(row[0], errors))
        verdict = kind(about + words.format(self.steps, site=self._site))
        verdict.__cause__ = ExceptionGroup("all ways to the room were refused", errors)
        return verdict

    @property
    def steps(self) -> str:
        """The steps, each with its reason, as they stand in an error."""
        return "; ".join(f"{step}: {_reason(error)}" for step, error in self._steps)


def _fits(kind: type[ConnectError], errors: list[ConnectError | ProtocolError]) -> bool:
    return kind is ConnectError or any(isinstance(error, kind) for error in errors)


def _reason(error: Exception) -> str:
    """Return the first sentence: what to do is said once, at the end."""
    return str(error).partition(". ")[0].rstrip(".")
