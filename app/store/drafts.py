"""What has somebody typed into a form and not saved yet?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.types import TypeEngine

from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was left, in the bytes of its author's browser; `place` names the form."""

    person_id: str
    place: str
    course_id: str
    document: bytes
    saved_at: datetime


_MOMENT: TypeEngine[datetime] = t.draft.c.saved_at.type
_HERE = (t.draft.c.person_id == bindparam("of"), t.draft.c.place == bindparam("at_place"))
_FIND = Statement(select(*t.draft.c["person_id", "place", "course_id", "document", "saved_at"]).where(*_HERE))
_DROP = Statement(delete(t.draft).where(*_HERE))
_FORGET = Statement(delete(t.draft).where(t.draft.c.saved_at < bindparam("before", type_=_MOMENT)))
_ADD = Statement(insert(t.draft))


def put(tx: Transaction, draft: Draft) -> None:
    """Keeps the draft in place of the one before."""
    drop(tx, draft.person_id, draft.place)
    _ADD.run(
        tx,
        person_id=draft.person_id,
        place=draft.place,
        course_id=draft.course_id,
        document=draft.document,
        saved_at=draft.saved_at,
    )


def find(tx: Transaction, person_id: str, place: str) -> Draft | None:
    """What this person left there, and nobody else."""
    row = _FIND.maybe(tx, of=person_id, at_place=place)
    return None if row is None else Draft(*row)


def drop(tx: Transaction, person_id: str, place: str) -> None:
    """Forgets it; nothing happens when there is none."""
    _DROP.run(tx, of=person_id, at_place=place)


def forget(tx: Transaction, before: datetime) -> None:
    """Forgets what nobody has come back to."""
    _FORGET.run(tx, before=before)
