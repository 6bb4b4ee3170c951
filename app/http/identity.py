"""Who stands behind this request, and how does a browser stay signed in?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, Request

from app.domain.errors import Locked, NotSignedIn, OutcomeUnknown, Unavailable
from app.http.allow import route_template
from app.http.authority_board import WALL
from app.http.clock import now
from app.http.cookies import session_cookie, workstation_cookie
from app.http.oidc_bearer import program_of
from app.http.request_id import request_id
from app.services import sessions, tokens
from app.services.acting import Acting
from app.services.secret import hashed
from app.store import sessions as session_store
from app.store import tokens as token_store
from app.store.database import Database, Transaction
from app.store.sessions import Session

POLL: Final = "Doseward-Poll"
"""Header of what a page asks by itself: it keeps no session from locking."""

_MARK_EVERY = timedelta(minutes=1)
_ACTIVE_EVERY = timedelta(seconds=10)
_MARKS = 10_000


# A plain function: it reads the database, so it belongs in the thread pool.
def optional_acting(request: Request, at: Annotated[datetime, Depends(now)]) -> Acting | None:
    """Who is acting, None when nobody is signed in; a token that is no good is refused, never overlooked.

    Raises NotSignedIn for such a token, Locked for a session that shows nothing now.
    """
    found = _found(request, at)
    if isinstance(found, Session):
        _note_use(request, found, at)
        return _in(request, found, at)
    return found


def still_acting(request: Request, at: datetime) -> Acting | None:
    """Who is acting, asked again while an answer stays open; nobody's hand is in it."""
    found = _found(request, at)
    return _in(request, found, at) if isinstance(found, Session) else found


def signed_in(found: Acting | None) -> Acting:
    """The one who was found; raises NotSignedIn when that is nobody."""
    if found is None:
        raise NotSignedIn("not_signed_in", "Sign in first, or send a token.")
    return found


def open_session(request: Request, at: datetime) -> Session | None:
    """The session of this browser, locked or not; None when it has ended or there never was one."""
    secret = session_cookie(request)
    if secret is None:
        return None
    with _database(request).glancing() as tx:
        return sessions.session_of(tx, secret, at)


def idle(request: Request) -> timedelta:
    """After how long without a hand a page locks; a demonstration whose time runs faster waits for longer."""
    pace: int = getattr(request.app.state, "pace", 1)
    return sessions.IDLE * pace


def is_locked(request: Request, session: Session, at: datetime) -> bool:
    """True when it shows nothing until its person proves who they are."""
    return sessions.locked(session, at, idle(request))


def is_here(request: Request, session: Session) -> bool:
    """True at the machine where the session was begun, while that is enrolled."""
    secret = workstation_cookie(request)
    return secret is not None and session.workstation_hash == hashed(secret)


def _found(request: Request, at: datetime) -> Acting | Session | None:
    bearer = _bearer(request)
    if bearer is not None:
        return _of_token(request, bearer, at)
    session = open_session(request, at)
    if session is not None and is_locked(request, session, at) and not _shown_locked(request):
        raise Locked("locked", "This session is locked. Nothing was saved. Unlock it to go on.")
    return session


def _shown_locked(request: Request) -> bool:
    return (request.method, route_template(request)) in WALL


def _in(request: Request, session: Session, at: datetime) -> Acting:
    return sessions.acting_in(session, at, request_id() or "", here=is_here(request, session))


def _bearer(request: Request) -> str | None:
    """What the request offers as a token; with one, no cookie counts: it excuses from the guard against forgery."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _of_token(request: Request, secret: str, at: datetime) -> Acting:
    program = program_of(request, secret, at)
    if program is not None:
        return program
    with _database(request).glancing() as tx:
        token = tokens.token_of(tx, secret, at)
    if token is None:
        raise NotSignedIn("bad_token", "This token is unknown, expired or revoked.")
    _mark(request, token.id, token.used_at, at, _MARK_EVERY, lambda tx: token_store.touch_token(tx, token.id, at))
    return tokens.acting_for(token, at, request_id() or "")


def _note_use(request: Request, session: Session, at: datetime) -> None:
    by_itself = POLL in request.headers or request.headers.get("accept") == "text/event-stream"
    last, every = (session.seen_at, _MARK_EVERY) if by_itself else (session.active_at, _ACTIVE_EVERY)

    def touch(tx: Transaction) -> None:
        session_store.touch_session(tx, session.hash, at, active=not by_itself)

    _mark(request, f"{session.hash} {by_itself}", last, at, every, touch)


def _mark(
    request: Request,
    name: str,
    last: datetime | None,
    at: datetime,
    every: timedelta,
    touch: Callable[[Transaction], None],
) -> None:
    """Notes that a secret was used, now and then, in a transaction of its own.

    A database too busy to note it keeps nobody out, and is not asked again for a while.
    """
    tried: dict[str, datetime] = getattr(request.app.state, "tried_to_mark", {})
    request.app.state.tried_to_mark = tried
    newest = max((moment for moment in (last, tried.get(name)) if moment is not None), default=None)
    if newest is not None and at - newest < every:
        return
    if len(tried) >= _MARKS:
        tried.clear()
    tried[name] = at
    try:
        with _database(request).transaction() as tx:
            touch(tx)
    except (Unavailable, OutcomeUnknown):
        return


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
