"""Who stands behind this request, and how does a browser stay signed in?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request, Response

from app.domain.errors import NotSignedIn, OutcomeUnknown, Unavailable
from app.http.clock import now
from app.http.request_id import request_id
from app.services import sessions, tokens
from app.services.acting import Acting
from app.store import sessions as session_store
from app.store import tokens as token_store
from app.store.database import Database, Transaction

_MARK_EVERY = timedelta(minutes=1)
_MARKS = 10_000


def sign_in(request: Request, login: str, password: str, at: datetime) -> str:
    """Checks a password and begins a session; its secret belongs in the cookie alone. Raises NotSignedIn."""
    database = _database(request)
    with database.reading() as tx:
        claimed = sessions.claim(tx, login)
    proof = sessions.check(claimed, password)
    with database.transaction() as tx:
        return sessions.sign_in(tx, proof, at, request_id() or "")


def sign_out(request: Request, acting: Acting) -> None:
    """Ends the session of this browser."""
    secret = request.cookies.get(cookie_name(request))
    if secret is not None:
        with _database(request).transaction() as tx:
            sessions.sign_out(tx, acting, secret)


def set_session(request: Request, response: Response, secret: str) -> None:
    """Gives the browser its session, until the browser closes or the shift ends."""
    seconds = int(sessions.SESSION_LASTS.total_seconds())
    secure = request.app.state.secure_cookies
    response.set_cookie(
        cookie_name(request), secret, max_age=seconds, path="/", httponly=True, samesite="strict", secure=secure
    )


def clear_session(request: Request, response: Response) -> None:
    """Takes the session from the browser."""
    secure = request.app.state.secure_cookies
    response.delete_cookie(cookie_name(request), path="/", httponly=True, samesite="strict", secure=secure)


def cookie_name(request: Request) -> str:
    """Over https a browser keeps the name for this host alone (RFC 6265bis, 4.1.3.2)."""
    return "__Host-sid" if request.app.state.secure_cookies else "sid"


# A plain function: it reads the database, so it belongs in the thread pool.
def optional_acting(request: Request, at: Annotated[datetime, Depends(now)]) -> Acting | None:
    """Who is acting, None when nobody is signed in; a token that is no good is refused, never overlooked."""
    bearer = _bearer(request)
    if bearer is not None:
        return _of_token(request, bearer, at)
    secret = request.cookies.get(cookie_name(request))
    return None if secret is None else _of_session(request, secret, at)


# async: it waits for nothing, and a plain function would take another turn in the thread pool.
async def acting(found: Annotated[Acting | None, Depends(optional_acting)]) -> Acting:
    """Who is acting; raises NotSignedIn."""
    return signed_in(found)


def signed_in(found: Acting | None) -> Acting:
    """The one who was found; raises NotSignedIn when that is nobody."""
    if found is None:
        raise NotSignedIn("not_signed_in", "Sign in first, or send a token.")
    return found


def _bearer(request: Request) -> str | None:
    """What the request offers as a token; with one, no cookie counts: it excuses from the guard against forgery."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _of_token(request: Request, secret: str, at: datetime) -> Acting:
    with _database(request).glancing() as tx:
        token = tokens.token_of(tx, secret, at)
    if token is None:
        raise NotSignedIn("bad_token", "This token is unknown, expired or revoked.")
    _mark(request, token.id, token.used_at, at, lambda tx: token_store.touch_token(tx, token.id, at))
    return tokens.acting_for(token, at, request_id() or "")


def _of_session(request: Request, secret: str, at: datetime) -> Acting | None:
    with _database(request).glancing() as tx:
        session = sessions.session_of(tx, secret, at)
    if session is None:
        return None
    _mark(request, session.hash, session.seen_at, at, lambda tx: session_store.touch_session(tx, session.hash, at))
    return sessions.acting_as(session.person, at, request_id() or "")


def _mark(
    request: Request, name: str, last: datetime | None, at: datetime, touch: Callable[[Transaction], None]
) -> None:
    """Notes that a secret was used, once a minute, in a transaction of its own.

    It is for tidying up only: a database too busy to note it keeps nobody out, and is not asked again for a minute.
    """
    tried: dict[str, datetime] = getattr(request.app.state, "tried_to_mark", {})
    request.app.state.tried_to_mark = tried
    newest = max((moment for moment in (last, tried.get(name)) if moment is not None), default=None)
    if newest is not None and at - newest < _MARK_EVERY:
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
