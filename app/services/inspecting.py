"""What does the audit trail say, and who was told?

An auditor of the house sees every line; an auditor of a ward those of the courses whose patient lies, or lay last,
there. Looking is an act: it has a line of its own before anything is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from app.domain.record import instant
from app.services.acting import ROLES, Acting, Permission
from app.store import ledger
from app.store.database import Transaction
from app.store.pages import Page
from app.store.trail import Line, Wanted, search

SEARCH: Final = "search_audit"
AT_ONCE: Final = 100
"""Lines of one page."""


def note_search(tx: Transaction, acting: Acting, wanted: Wanted, before: int | None) -> None:
    """Writes who looks for what, in a transaction of its own; raises Forbidden."""
    acting.require(Permission.READ_AUDIT, None)
    asked = "; ".join(_words(wanted, before)) or "everything"
    ids = [found for found in (wanted.person, wanted.workstation) if found is not None]
    act = acting.act(SEARCH, wanted.course_id, ids, asked, patient_id=wanted.patient_id)
    ledger.append(tx, (act,), wakes=False)


def find(tx: Transaction, acting: Acting, wanted: Wanted, before: int | None, limit: int) -> Page[Line]:
    """The lines below number `before`, newest first; note the search before. Raises Forbidden."""
    acting.require(Permission.READ_AUDIT, None)
    return search(tx, wanted, _wards(acting), before, limit)


def _wards(acting: Acting) -> frozenset[str] | None:
    """The wards whose lines the actor may read; None means the whole trail."""
    places = [grant.ward_id for grant in acting.grants if grant.role in ROLES[Permission.READ_AUDIT]]
    named = frozenset(place for place in places if place is not None)
    return named if len(named) == len(places) else None


def _words(wanted: Wanted, before: int | None) -> Iterator[str]:
    for name, value in wanted.asked().items():
        yield f"{name} {instant(value) if isinstance(value, datetime) else value}"
    if before is not None:
        yield f"before line {before}"
