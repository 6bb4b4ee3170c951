"""Which lines of the audit trail answer a question, newest first?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, select

from app.store import tables as t
from app.store.database import Transaction
from app.store.pages import Page
from app.store.statements import Statement

PROGRAMS: Final = "programs"
"""Asked for as a person: every service account, whose acts are nobody's."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line must hold to be found; `until` is the first moment that is too late. None asks for nothing."""

    person: str | None = None
    patient_id: str | None = None
    course_id: str | None = None
    action: str | None = None
    workstation: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def asked(self) -> dict[str, Any]:
        """What is asked for, by name."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands, and what its ids stand for now: None where there is nothing, or nothing any more."""

    seq: int
    at: datetime
    person: str | None
    acting_as: str
    action: str
    course_id: str | None
    patient_id: str | None
    subjects: str
    before: str | None
    reason: str | None
    request_id: str | None
    version: str
    workstation: str | None
    workstation_name: str | None
    family_name: str | None
    given_name: str | None
    mrn: str | None


_COLUMNS = (
    *t.audit.c["seq", "at", "person", "acting_as", "action", "course_id", "patient_id", "subjects", "before"],
    *t.audit.c["reason", "request_id", "version", "workstation"],
    t.workstation.c.name,
    *t.patient.c["family_name", "given_name", "mrn"],
)
_WHOLE = (
    select(*_COLUMNS)
    .select_from(
        t.audit.outerjoin(t.workstation, t.workstation.c.id == t.audit.c.workstation).outerjoin(
            t.patient, t.patient.c.id == t.audit.c.patient_id
        )
    )
    .where(t.audit.c.seq < bindparam("line"))
    .order_by(t.audit.c.seq.desc())
    .limit(bindparam("one_more"))
)
_MOMENT = t.audit.c.at.type
_PLACED = exists().where(
    t.course_place.c.course_id == t.audit.c.course_id,
    t.course_place.c.ward_id.in_(bindparam("ward_ids", expanding=True)),
)
_WHOSE = select(t.course.c.patient_id).where(t.course.c.id == bindparam("course_id")).scalar_subquery()
_CONDITIONS: Final[Mapping[str, ColumnElement[bool]]] = MappingProxyType(
    {
        "person": t.audit.c.person == bindparam("person"),
        PROGRAMS: t.audit.c.person.is_(None),
        "patient_id": t.audit.c.patient_id == bindparam("patient_id"),
        # Every line of a course names its patient, and by patient there is an index.
        "course_id": and_(t.audit.c.patient_id == _WHOSE, t.audit.c.course_id == bindparam("course_id")),
        "action": t.audit.c.action == bindparam("action"),
        "workstation": t.audit.c.workstation == bindparam("workstation"),
        "since": t.audit.c.at >= bindparam("since", type_=_MOMENT),
        "until": t.audit.c.at < bindparam("until", type_=_MOMENT),
        "ward_ids": _PLACED,
    }
)
_NEWEST = 2**63 - 1
_LATELY = Statement(select(t.audit.c.action).order_by(t.audit.c.seq.desc()).limit(2000))


def search(
    tx: Transaction, wanted: Wanted, ward_ids: frozenset[str] | None, before: int | None, limit: int
) -> Page[Line]:
    """Lines below number `before`, newest first; with `ward_ids`, of courses whose patient lies, or lay last, there."""
    asked = wanted.asked()
    if asked.get("person") == PROGRAMS:
        asked = {**asked, PROGRAMS: None}
        del asked["person"]
    if ward_ids is not None:
        asked["ward_ids"] = sorted(ward_ids)
    of = _statement(frozenset(asked)).all(tx, **asked, line=_NEWEST if before is None else before, one_more=limit + 1)
    shown = of[:limit]
    return Page(tuple([Line(*row) for row in shown]), str(shown[-1][0]) if len(of) > limit else None)


@cache
def _statement(names: frozenset[str]) -> Statement:
    return Statement(_WHOLE.where(*[_CONDITIONS[name] for name in sorted(names)]))


def actions_lately(tx: Transaction) -> tuple[str, ...]:
    """What was done in the newest lines, each once, by name."""
    return tuple(sorted({row[0] for row in _LATELY.all(tx)}))
