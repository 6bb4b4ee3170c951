"""In which order do the shared parts wrap the application?"""

from __future__ import annotations

from fastapi import FastAPI

from app.http.body_limit import BodyLimit
from app.http.clock import Clock, system_clock
from app.http.cookies import RenewedSession
from app.http.csrf import CsrfGuard
from app.http.head import CheckedHead
from app.http.headers import SecurityHeaders
from app.http.limits import FOR_WRITES, IN_WORK, InFlightLimit
from app.http.livez import add_livez
from app.http.openapi import document_problems
from app.http.problems import RenderPage, install_problem_handlers
from app.http.request_id import RequestIds
from app.http.secret_address import NoSecretAddress
from app.http.unexpected import UnexpectedErrors


def install_floor(
    app: FastAPI,
    *,
    clock: Clock = system_clock,
    render_page: RenderPage | None = None,
    host: str | None = None,
    in_work: int = IN_WORK,
    for_writes: int = FOR_WRITES,
) -> None:
    """Give `app` its clock, problems, /livez and middleware. Call it once, before the first request.

    With a `host` it answers under no other (`app.http.head.host_of`).
    """
    app.state.clock = clock
    app.router.redirect_slashes = False  # another address is another thing: nothing is sent on to where nobody asked
    install_problem_handlers(app, render_page)
    document_problems(app)
    add_livez(app)
    # From the inside out. The body is complete before a request counts as in work, so that slow senders hold no place;
    # ids and headers are outermost, so that refusals carry them too.
    app.add_middleware(InFlightLimit, in_work=in_work, for_writes=for_writes)
    app.add_middleware(BodyLimit)
    app.add_middleware(CsrfGuard)
    app.add_middleware(NoSecretAddress)
    app.add_middleware(CheckedHead, host=host)
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(RenewedSession)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestIds)
