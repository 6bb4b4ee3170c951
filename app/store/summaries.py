"""What is known in brief of each cycle, so that many can be compared without reading their courses?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, func, insert, select, update

from app.domain.cycle_summary import CycleSummary
from app.domain.summary_record import decode_summary, encode_summary
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement

_its = t.cycle_summary
_ID: BindParameter[str] = bindparam("of_cycle")
_WARDS: BindParameter[Any] = bindparam("ward_ids", expanding=True)

_ADD = Statement(insert(_its))
_SET = Statement(
    update(_its)
    .where(_its.c.cycle_id == _ID)
    .values(
        ward_id=bindparam("to_ward"),
        first_due_at=bindparam("to_first_due_at", type_=_its.c.first_due_at.type),
        document=bindparam("to_document", type_=_its.c.document.type),
    )
)
_UNTOLD = Statement(select(func.count()).select_from(t.cycle).where(~exists().where(_its.c.cycle_id == t.cycle.c.id)))
_COURSES = Statement(
    select(t.course.c.id).where(t.course.c.id > bindparam("after")).order_by(t.course.c.id).limit(bindparam("at_most"))
)
_VERSIONS = Statement(
    select(*_its.c["protocol_id", "protocol_version"])
    .where(_its.c.ward_id.in_(_WARDS))
    .distinct()
    .order_by(*_its.c["protocol_id", "protocol_version"])
)


@dataclass(frozen=True, slots=True)
class Among:
    """Whose cycles are meant: on these wards, first due from `since` to before `until`, under one version."""

    ward_ids: frozenset[str]
    since: datetime
    until: datetime
    protocol: tuple[str, str] | None = None


def _among(*, version: bool) -> Select[Any]:
    query = select(_its.c.document).where(
        _its.c.ward_id.in_(_WARDS),
        _its.c.first_due_at >= bindparam("since", type_=_its.c.first_due_at.type),
        _its.c.first_due_at < bindparam("until", type_=_its.c.first_due_at.type),
    )
    if version:
        query = query.where(_its.c.protocol_id == bindparam("named"), _its.c.protocol_version == bindparam("numbered"))
    return query.order_by(_its.c.first_due_at, _its.c.cycle_id)


_AMONG = {version: Statement(_among(version=version)) for version in (False, True)}


def among(tx: Transaction, wanted: Among) -> tuple[CycleSummary, ...]:
    """The summaries of those meant, by when their first dose was due; of no other table is anything read."""
    asked: dict[str, Any] = {"ward_ids": sorted(wanted.ward_ids), "since": wanted.since, "until": wanted.until}
    if wanted.protocol is not None:
        asked |= {"named": wanted.protocol[0], "numbered": wanted.protocol[1]}
    return tuple([decode_summary(row[0]) for row in _AMONG[wanted.protocol is not None].all(tx, **asked)])


def versions(tx: Transaction, ward_ids: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The protocol versions that cycles on these wards were decided by."""
    return tuple([(row[0], row[1]) for row in _VERSIONS.all(tx, ward_ids=sorted(ward_ids))])


def keep(tx: Transaction, summary: CycleSummary, *, instead: bool) -> None:
    """The summary, instead of the one kept before or as the first; the course is locked since it was read which."""
    document = encode_summary(summary)
    if instead:
        _SET.later(
            tx,
            of_cycle=summary.cycle_id,
            to_ward=summary.ward_id,
            to_first_due_at=summary.first_due_at,
            to_document=document,
        )
        return
    row = {
        "cycle_id": summary.cycle_id,
        "course_id": summary.course_id,
        "ward_id": summary.ward_id,
        "protocol_id": summary.protocol.id,
        "protocol_version": summary.protocol.version,
        "first_due_at": summary.first_due_at,
        "document": document,
    }
    _ADD.insert(tx, row)


def untold(tx: Transaction) -> int:
    """How many cycles have no summary yet, as after the revision that brought them."""
    return int(_UNTOLD.one(tx)[0])


def courses_after(tx: Transaction, after: str, at_most: int) -> tuple[str, ...]:
    """The ids of the courses after this one, a few at a time."""
    return tuple([row[0] for row in _COURSES.all(tx, after=after, at_most=at_most)])
