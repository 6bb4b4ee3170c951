"""Which courses exist for whoever asks?

Those of patients who lie, or lay last, on one of their wards, those never admitted anywhere, and those they have let
themselves in to. It is part of the query that looks for a thing: what is out of reach is not found, exactly like what
is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, Column, ColumnElement, Table, Text, and_, bindparam, cast, exists, or_
from sqlalchemy.types import TypeEngine

from app.domain.canary import WARD as CANARY
from app.store import tables as t


class Reach(NamedTuple):
    """Who asks, at which moment; `wards` None is all of them."""

    wards: frozenset[str] | None
    person_id: str
    at: datetime


_MOMENT: TypeEngine[datetime] = t.break_glass.c.until.type
_WARDS: ColumnElement[str] = cast(bindparam("reach_wards"), Text)
PERSON: Final[BindParameter[str]] = bindparam("reach_person")
NOW: Final[BindParameter[datetime]] = bindparam("reach_at", type_=_MOMENT)

_NOBODYS: Final[Mapping[str, Any]] = {"reach_wards": None, "reach_person": "", "reach_at": None}


def given(reach: Reach | None) -> Mapping[str, Any]:
    """The values `within` asks for; without a reach, everything is within it.

    The wards go as one text: a list of any length would be another statement for every length.
    """
    if reach is None:
        return _NOBODYS
    wards = None if reach.wards is None else " ".join(sorted(reach.wards))
    return {"reach_wards": wards, "reach_person": reach.person_id, "reach_at": reach.at}


def within(course_id: Column[str] | ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that the course is within reach; the canary's is within nobody's who reads all wards."""
    place, glass = t.course_place, t.break_glass
    elsewhere = exists().where(place.c.course_id == course_id, ~_WARDS.contains(place.c.ward_id))
    let_in = exists().where(glass.c.course_id == course_id, let_in_now(glass, PERSON, NOW))
    canary = exists().where(place.c.course_id == course_id, place.c.ward_id == CANARY)
    return or_(and_(_WARDS.is_(None), or_(PERSON == "", ~canary)), and_(_WARDS.is_not(None), ~elsewhere), let_in)


def let_in_now(glass: Table, person: BindParameter[str], now: BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition on a broken glass that it lets this person in: neither over nor ended."""
    end = t.break_glass_end
    ended = exists().where(end.c.break_glass_id == glass.c.id)
    return and_(glass.c.person_id == person, glass.c.until > now, ~ended)
