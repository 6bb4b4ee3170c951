"""Which open alerts have been escalated to this person?

Those that climbed to a duty the person is on at this moment, or stands in for: whoever comes on duty takes over what
the one before has left. What has cleared or is put aside calls nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.domain.alert import Alert
from app.domain.vocabulary import Duty
from app.services.acting import Acting
from app.services.rostering import ROLES_FOR, reached
from app.store import alerts, duty
from app.store.database import Transaction
from app.store.wards import Ward

_ON_DUTY = frozenset(role for roles in ROLES_FOR.values() for role in roles)


def escalated_to(tx: Transaction, acting: Acting, wards: Iterable[Ward]) -> Mapping[str, str | None]:
    """Those of these wards by id, with the course each is about, None for the program itself; none for a program."""
    if acting.service or acting.roles(None).isdisjoint(_ON_DUTY):
        return {}
    climbed = alerts.escalated(tx, [ward.id for ward in wards])
    found: dict[str, str | None] = {}
    known: dict[tuple[str, str | None, Duty], bool] = {}
    for one, duties in climbed:
        if one.cleared is not None or one.quiet(acting.at):
            continue
        for place in (_place(tx, one, meant) for meant in duties):
            if place not in known:
                known[place] = acting.person_id in reached(tx, *place, acting.at).people
            if known[place]:
                found[one.id] = one.course_id
    return found


def _place(tx: Transaction, one: Alert, meant: Duty) -> tuple[str, str | None, Duty]:
    """What decides who is on the duty: a nurse is the patient's own."""
    own = meant is Duty.NURSE and one.course_id is not None
    return one.ward_id, duty.cycle_here(tx, one.course_id) if own and one.course_id else None, meant
