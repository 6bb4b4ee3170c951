"""What does a client read when a request is refused or fails?

RFC 9457. Nothing that was sent, and no text of an exception, reaches the answer: both can hold patient data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import exc as database
from starlette.exceptions import HTTPException

from app.domain import errors
from app.domain.errors import DosewardError, FieldError
from app.http.allow import allowed_methods
from app.http.logs import describe
from app.http.paths import SAFE_METHODS, is_api
from app.http.request_id import request_id
from app.http.validation import field_errors

log = structlog.get_logger(__name__)

STATUS_OF: dict[type[DosewardError], int] = {
    errors.Malformed: 400,
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.ProofNeeded: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.InvalidInput: 422,
    errors.Locked: 423,
    errors.TooManyRequests: 429,
    errors.ProtocolRefused: 500,
    errors.StartRefused: 503,
    errors.Unavailable: 503,
    errors.OutcomeUnknown: 503,
}

# status: title, and for a refusal that has no domain error: code and sentence
_WORDS = {
    400: ("Malformed request", "malformed", "The request could not be read."),
    401: ("Not signed in", "not_signed_in", "Sign in first."),
    403: ("Not allowed", "forbidden", "This is not allowed."),
    404: ("Not found", "not_found", "There is nothing at this address."),
    405: ("Method not allowed", "method_not_allowed", "This address does not take that method."),
    406: ("Not acceptable", "not_acceptable", "This address cannot answer in the form that was asked for."),
    408: ("Request too slow", "request_too_slow", "The request took too long to arrive. Nothing was saved."),
    409: ("Conflict", "conflict", "This is no longer possible."),
    410: ("Gone", "gone", "This is no longer here."),
    412: ("Changed meanwhile", "precondition_failed", "This was changed since it was read."),
    413: ("Too large", "body_too_large", "The body is larger than 1 MiB. Nothing was saved."),
    415: ("Unsupported media type", "unsupported_media_type", "Send the body as application/json."),
    422: ("Invalid input", "invalid_input", "What was sent cannot be accepted."),
    423: ("Locked", "locked", "This session is locked. Prove who you are to go on."),
    428: ("Precondition required", "precondition_required", "This needs an If-Match header."),
    429: ("Too many requests", "too_many_requests", "Too many requests. Wait a moment."),
    500: ("Internal error", "internal_error", "The program failed here. Quote the request id when you report it."),
    503: ("Unavailable", "unavailable", "Nothing was saved. Try again in a moment."),
}

_HEADERS_OF = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "2"},
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal or failure, ready for a client (`document`) or a page."""

    status: int
    code: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return _WORDS[self.status][0]

    def document(self, of: str | None) -> dict[str, Any]:
        """The members of RFC 9457 and ours; `of` is the request id."""
        return {
            "type": f"urn:doseward:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": [{"pointer": one.pointer, "code": one.code, "message": one.message} for one in self.errors],
            "request_id": of,
        }


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


RenderPage = Callable[[Request, Problem], Response | None]


def problem_of(error: DosewardError) -> Problem:
    status = next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, errors.TooManyRequests) else {}
    return Problem(status, error.code, error.sentence, error.errors, headers)


def status_problem(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem of a status that says everything by itself; one we have no words for becomes 400 or 500."""
    known = status if status in _WORDS else 500 if status >= 500 else 400  # noqa: PLR2004 - RFC 9110, section 15
    _, code, sentence = _WORDS[known]
    return Problem(known, code, sentence, headers=headers or {})


def answer(request: Request, problem: Problem) -> Response:
    """A page where a person is reading and the application can draw one, else the problem document."""
    request.scope.setdefault("state", {})["problem_code"] = problem.code
    headers = {**_HEADERS_OF.get(problem.status, {}), **problem.headers}
    render: RenderPage | None = getattr(request.app.state, "render_problem_page", None)
    if render is not None and not is_api(request.scope["path"]):
        try:
            page = render(request, problem)
        except Exception as error:  # noqa: BLE001 - a failing error page must not hide the error
            log.error("error page failed", **describe(error))  # noqa: TRY400 - an exception's text may hold patient data
        else:
            if page is not None:
                page.headers.update(headers)
                return page
    return ProblemResponse(problem.document(request_id()), problem.status, headers)


def install_problem_handlers(app: FastAPI, render_page: RenderPage | None = None) -> None:
    """Answer every refusal as a problem; `render_page` may draw a page (or redirect) for addresses outside /api.

    What no handler knows is caught by `app.http.unexpected`.
    """
    app.state.render_problem_page = render_page
    app.add_exception_handler(DosewardError, _refusal)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _status)
    # The store turns a failure at commit into OutcomeUnknown; these are the failures before it.
    for kind in (database.OperationalError, database.InterfaceError, database.InternalError, database.TimeoutError):
        app.add_exception_handler(kind, _database)


# Each handler is async: a plain function would wait for the thread pool, which is full when these are needed most.
async def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, DosewardError)  # noqa: S101 - registered for this type alone
    return answer(request, problem_of(error))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type alone
    found = field_errors(error)
    detail = "1 field was refused." if len(found) == 1 else f"{len(found)} fields were refused."
    if request.method not in SAFE_METHODS:
        detail += " Nothing was saved."
    return answer(request, Problem(422, "invalid_fields", detail, found))


async def _status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type alone
    headers = dict(error.headers or {})
    if error.status_code < 400:  # noqa: PLR2004 - RFC 9110: below 400 is no problem
        return Response(status_code=error.status_code, headers=headers)
    if error.status_code == 405:  # noqa: PLR2004 - method not allowed
        headers["Allow"] = allowed_methods(request)
    return answer(request, status_problem(error.status_code, headers))


async def _database(request: Request, error: Exception) -> Response:
    log.error("database failed before commit", **describe(error))
    return answer(
        request,
        Problem(503, "database_unavailable", "Nothing was saved. The database did not answer. Try again in a moment."),
    )
