"""Every error as a status and a type."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from douyinbot.core.control import Refused
from douyinbot.errors import ConfigError, ConnectError, PluginError, StoreError
from douyinbot.web.problems import TYPES, Problem, answer_problems, problem_answer
from tests import canaries


async def answered(error: Exception) -> tuple[int, dict[str, str]]:
    async def handler(request: web.Request) -> web.StreamResponse:
        raise error

    answer = await answer_problems(make_mocked_request("GET", "/api/x"), handler)
    assert isinstance(answer, web.Response)
    return answer.status, json.loads(answer.text or "")["error"]


@pytest.mark.parametrize(
    ("error", "status", "type"),
    [
        (Problem("full", "no place"), 503, "full"),
        (Refused("no such line"), 409, "refused"),
        (PluginError("it does not import"), 422, "plugin"),
        (ConfigError("bot.toml:3: wrong"), 422, "config"),
        (StoreError("locked"), 503, "store"),
        (ConnectError("gone"), 500, "failed"),
        (web.HTTPNotFound(), 404, "not_found"),
        (web.HTTPRequestEntityTooLarge(max_size=1, actual_size=2), 413, "too_large"),
        (web.HTTPGone(), 400, "bad_request"),
    ],
)
async def test_each_error_has_its_type(error: Exception, status: int, type: str) -> None:
    told, problem = await answered(error)
    assert (told, problem["type"]) == (status, type)
    assert problem["message"] == (error.reason if isinstance(error, web.HTTPException) else str(error))


async def test_what_may_be_asked_stays_in_the_answer() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        raise web.HTTPMethodNotAllowed("PUT", ["GET"])

    answer = await answer_problems(make_mocked_request("PUT", "/api/x"), handler)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")


async def test_a_redirect_of_a_plugin_is_no_problem() -> None:
    with pytest.raises(web.HTTPFound):
        await answered(web.HTTPFound("/elsewhere"))


async def test_a_defect_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    status, problem = await answered(ZeroDivisionError("deep inside"))
    assert (status, problem["type"]) == (500, "failed")
    assert "deep inside" not in problem["message"]
    assert "deep inside" in caplog.text


def test_secrets_are_taken_out() -> None:
    told = problem_answer("refused", f"sessionid={canaries.SESSION_ID}").text or ""
    assert canaries.MARK not in told


def test_who_must_show_a_token_is_told_how() -> None:
    assert problem_answer("unauthorized", "no").headers["WWW-Authenticate"] == "Bearer"


def test_every_type_is_an_error() -> None:
    assert all(400 <= status < 600 for status in TYPES.values())
