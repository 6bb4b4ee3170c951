"""Is this somebody's password, and may they try it now?

The turn is counted before the password is looked at, and that happens between transactions: it is slow on purpose.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from fastapi import Request

from app.domain.errors import NotSignedIn
from app.services import sessions, throttling
from app.services.passwords import require_room
from app.services.sessions import Proof
from app.services.throttling import Attempt
from app.store.database import Database
from app.store.workstations import Workstation

log = structlog.get_logger(__name__)


def prove_password(
    request: Request, login: str, password: str, at: datetime, machine: Workstation | None = None
) -> Proof:
    """The person whose login and password these are; `machine` is the enrolled one they were typed at.

    Raises NotSignedIn, TooManyRequests when the attempt comes too early, Unavailable when too many wait to be checked.
    """
    database: Database = request.app.state.database
    attempt = _attempt(request, login, at, machine)
    with database.reading() as tx:
        throttling.require_turn(tx, attempt)
        claimed = sessions.claim(tx, login)
    require_room()
    with database.transaction() as tx:
        throttling.take_turn(tx, attempt)
    try:
        proof = sessions.check(claimed, password)
    except NotSignedIn as refusal:
        log.warning("a password was refused", code=refusal.code)
        raise
    with database.transaction() as tx:
        throttling.was_right(tx, attempt)
    return proof


def _attempt(request: Request, login: str, at: datetime, machine: Workstation | None) -> Attempt:
    if machine is not None:
        return Attempt(login, machine.id, True, at)
    # The client's own where a proxy we trust says so: uvicorn, `forwarded_allow_ips`.
    return Attempt(login, "" if request.client is None else request.client.host, False, at)
