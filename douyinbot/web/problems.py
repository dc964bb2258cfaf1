"""What went wrong, as the API says it: `{"error": {"type": "...", "message": "..."}}` and an HTTP status."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from douyinbot.core.control import Refused
from douyinbot.errors import ConfigError, DouyinbotError, PluginError, StoreError
from douyinbot.events.redaction import redact
from douyinbot.web.wire import json_answer

__all__ = ["TYPES", "Handler", "Problem", "answer_problems", "problem_answer"]

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

TYPES: dict[str, int] = {
    "bad_request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "refused": 409,
    "too_large": 413,
    "plugin": 422,
    "config": 422,
    "failed": 500,
    "starting": 503,
    "store": 503,
    "resting": 503,
    "full": 503,
}
"""Every type of error, and the HTTP status that goes with it."""

_OF_ERRORS: tuple[tuple[type[DouyinbotError], str], ...] = (
    (Refused, "refused"),
    (PluginError, "plugin"),
    (ConfigError, "config"),
    (StoreError, "store"),
    (DouyinbotError, "failed"),
)
_OF_STATUSES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class Problem(Exception):  # noqa: N818 - it is an answer
    """A request that is answered with an error."""

    def __init__(self, type: str, message: str) -> None:
        super().__init__(message)
        self.type = type


def problem_answer(type: str, message: str) -> web.Response:
    """Return the answer that tells of a problem; secrets are taken out of its words."""
    error = {"type": type, "message": redact(message)}
    headers = {"WWW-Authenticate": "Bearer"} if type == "unauthorized" else {}
    return json_answer({"error": error}, TYPES[type], headers)


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into an answer that a program can read."""
    try:
        return await handler(request)
    except Problem as problem:
        return problem_answer(problem.type, str(problem))
    except DouyinbotError as error:
        return problem_answer(next(word for kind, word in _OF_ERRORS if isinstance(error, kind)), str(error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        answer = problem_answer(_OF_STATUSES.get(error.status, "bad_request"), error.reason)
        answer.headers.update({name: error.headers[name] for name in ("Allow",) if name in error.headers})
        return answer
    except Exception:
        log.exception("%s %s could not be answered", request.method, request.path)
        return problem_answer("failed", "something went wrong in the bot; its log has more")
