"""Who is on duty on a ward, who looks after whom, and whom does an unanswered alert reach?

The charge nurse or an administrator of the ward writes the roster. Nothing of it is changed: whoever is taken off has a
later row that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from app.domain.duty import Assignment, Shift, called, nearest
from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.ids import new_id
from app.domain.vocabulary import Duty, Role
from app.services.acting import Acting, Permission
from app.services.looking import chosen_ward, require_ward, wards_of
from app.store import board, courses, duty, ledger, people, wards
from app.store.board import BoardRow
from app.store.database import Transaction
from app.store.people import Person
from app.store.wards import Ward

LONGEST: Final = timedelta(hours=24)
"""Of one shift, elapsed or on the ward's wall: a longer one is a slip of the pen."""
ROLES_FOR: Final[Mapping[Duty, tuple[Role, ...]]] = {
    Duty.NURSE: (Role.NURSE, Role.CHARGE_NURSE),
    Duty.CHARGE_NURSE: (Role.CHARGE_NURSE,),
    Duty.ATTENDING: (Role.PRESCRIBER,),
    Duty.SECOND_ATTENDING: (Role.PRESCRIBER,),
}
"""Who may be on which duty; the first stands for it where nobody is on any."""


_Row = TypeVar("_Row", Shift, Assignment)


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom an alert reaches on a duty. `standing_in` is the duty they are on where nobody is on the one that is meant.

    `everybody`: nobody at all is on duty, so that it is everybody of the ward with the role, or with that of the
    duty that is `standing_in` where nobody has it.
    """

    duty: Duty
    people: tuple[str, ...]
    standing_in: Duty | None
    everybody: bool


@dataclass(frozen=True, slots=True)
class WardRoster:
    """All that the page of a ward's roster shows; `stays` are the patients in the house, `able` who may be on duty."""

    ward: Ward
    wards: tuple[Ward, ...]
    on_duty: tuple[Reached, ...]
    shifts: tuple[Shift, ...]
    assignments: tuple[Assignment, ...]
    stays: tuple[BoardRow, ...]
    able: tuple[Person, ...]
    names: Mapping[str, str]


def add_shift(
    tx: Transaction, acting: Acting, ward_id: str, person_id: str, meant: Duty, begins: datetime, ends: datetime
) -> Shift:
    """Puts somebody on duty; raises NotFound, Forbidden, InvalidInput naming the field, Conflict."""
    require_ward(tx, acting, ward_id, Permission.ROSTER)
    ledger.lock(tx)
    _check_times(tx, acting, ward_id, begins, ends)
    _able(tx, person_id, ward_id, meant)
    theirs = (row for row in standing(duty.shifts(tx, (ward_id,), begins)) if row.person_id == person_id)
    if any(row.begins < ends for row in theirs):
        raise Conflict("on_duty_already", "This person is on duty on this ward in part of that time already.")
    row = Shift(new_id(acting.at), ward_id, person_id, meant, begins, ends, acting.at, acting.person_id)
    duty.add_shift(tx, row)
    ledger.append(tx, (acting.act("add_shift", None, (row.id, person_id), f"{meant} on {ward_id}"),))
    return row


def cancel_shift(tx: Transaction, acting: Acting, shift_id: str) -> Shift:
    """Takes somebody off; answers the row that says so. Raises NotFound, Forbidden, Conflict when done before."""
    old = duty.shift(tx, shift_id)
    if old.ward_id not in {ward.id for ward in wards_of(tx, acting)}:
        raise NotFound("shift_not_found", "There is no such shift.")
    acting.require(Permission.ROSTER, old.ward_id)
    ledger.lock(tx)
    if old not in standing(duty.shifts(tx, (old.ward_id,), old.begins)):
        raise _taken_off()
    row = replace(old, id=new_id(acting.at), recorded_at=acting.at, recorded_by=acting.person_id, cancels=old.id)
    duty.add_shift(tx, row)
    ledger.append(tx, (acting.act("cancel_shift", None, (row.id, old.person_id), before=(old.id,)),))
    return row


def assign(
    tx: Transaction, acting: Acting, cycle_id: str, person_id: str, begins: datetime, ends: datetime
) -> Assignment:
    """Gives a patient to a nurse; raises what `add_shift` does."""
    course_id, ward_id = _place(tx, acting, cycle_id)
    ledger.lock(tx)
    _check_times(tx, acting, ward_id, begins, ends)
    _able(tx, person_id, ward_id, Duty.NURSE)
    theirs = (row for row in standing(duty.assignments(tx, (cycle_id,), begins)) if row.person_id == person_id)
    if any(row.begins < ends for row in theirs):
        raise Conflict("assigned_already", "This nurse looks after the patient in part of that time already.")
    row = Assignment(new_id(acting.at), cycle_id, person_id, begins, ends, acting.at, acting.person_id)
    duty.add_assignment(tx, row)
    ledger.append(tx, (acting.act("assign", course_id, (row.id, cycle_id, person_id)),))
    return row


def cancel_assignment(tx: Transaction, acting: Acting, assignment_id: str) -> Assignment:
    """Takes a patient from a nurse; answers the row that says so. Raises NotFound, Forbidden, Conflict."""
    old = duty.assignment(tx, assignment_id)
    try:
        course_id, _ = _place(tx, acting, old.cycle_id)
    except NotFound as fault:
        raise NotFound("assignment_not_found", "There is no such assignment.") from fault
    ledger.lock(tx)
    if old not in standing(duty.assignments(tx, (old.cycle_id,), old.begins)):
        raise _taken_off()
    row = replace(old, id=new_id(acting.at), recorded_at=acting.at, recorded_by=acting.person_id, cancels=old.id)
    duty.add_assignment(tx, row)
    ledger.append(tx, (acting.act("cancel_assignment", course_id, (row.id, old.cycle_id), before=(old.id,)),))
    return row


def shifts(tx: Transaction, acting: Acting, ward_id: str) -> tuple[Shift, ...]:
    """The ward's shifts that are not over, by when they begin; raises NotFound, Forbidden."""
    require_ward(tx, acting, ward_id, Permission.READ)
    return standing(duty.shifts(tx, (ward_id,), acting.at))


def assignments(tx: Transaction, acting: Acting, cycle_id: str) -> tuple[Assignment, ...]:
    """Who looks after the patient of a cycle, now and later; raises NotFound."""
    courses.course_of_cycle(tx, cycle_id, acting.reach)
    return standing(duty.assignments(tx, (cycle_id,), acting.at))


def on_duty(tx: Transaction, acting: Acting, ward_id: str) -> tuple[Reached, ...]:
    """Whom each duty reaches on the ward now; raises NotFound, Forbidden."""
    require_ward(tx, acting, ward_id, Permission.READ)
    return tuple(reached(tx, ward_id, None, one, acting.at) for one in Duty)


def standing(rows: Iterable[_Row]) -> tuple[_Row, ...]:
    """The rows that are neither cancelled nor cancellations."""
    everything = tuple(rows)
    gone = {row.cancels for row in everything}
    return tuple(row for row in everything if row.cancels is None and row.id not in gone)


def reached(tx: Transaction, ward_id: str, cycle_id: str | None, meant: Duty, at: datetime) -> Reached:
    """Whom an alert of this ward, or about this cycle, reaches on a duty at a moment.

    A shift of somebody who can no longer sign in, or no longer has the role, reaches nobody and keeps nobody else out.
    """
    own = () if cycle_id is None else duty.assignments(tx, (cycle_id,), at)
    here = duty.shifts(tx, (ward_id,), at)
    ids = {row.person_id for row in here} | {row.person_id for row in own}
    staff = {one.id: one for one in people.some(tx, ids)}
    found = called(
        meant,
        [row for row in here if _serves(staff[row.person_id], ward_id, *ROLES_FOR[row.duty])],
        [row for row in own if _serves(staff[row.person_id], ward_id, *ROLES_FOR[Duty.NURSE])],
        at,
    )
    if found.people:
        return Reached(meant, found.people, found.standing_in, everybody=False)
    everybody = people.people(tx)
    for one in nearest(meant):
        able_here = tuple(person.id for person in everybody if _serves(person, ward_id, ROLES_FOR[one][0]))
        if able_here:
            return Reached(meant, able_here, None if one is meant else one, everybody=True)
    return Reached(meant, (), None, everybody=True)


def _serves(person: Person, ward_id: str, *roles: Role) -> bool:
    return person.active and person.has(ward_id, *roles)


def ward_roster(tx: Transaction, acting: Acting, ward_id: str | None) -> WardRoster:
    """The roster of a ward whose roster this person writes, of the first of them without one named.

    Raises NotFound, Forbidden.
    """
    acting.require(Permission.ROSTER, None)
    writes = tuple(ward for ward in wards_of(tx, acting) if acting.may(Permission.ROSTER, ward.id))
    ward = chosen_ward(writes, ward_id)
    stays = board.board(tx, (ward.id,))
    return WardRoster(
        ward=ward,
        wards=writes,
        on_duty=on_duty(tx, acting, ward.id),
        shifts=shifts(tx, acting, ward.id),
        assignments=standing(duty.assignments(tx, [one.cycle_id for one in stays], acting.at)),
        stays=stays,
        able=able(tx, ward.id),
        names=people.all_names(tx),
    )


def able(tx: Transaction, ward_id: str) -> tuple[Person, ...]:
    """Who could be on some duty on the ward, by login."""
    roles = {role for some in ROLES_FOR.values() for role in some}
    return tuple(person for person in people.people(tx) if _serves(person, ward_id, *roles))


def _place(tx: Transaction, acting: Acting, cycle_id: str) -> tuple[str, str]:
    """The course of a cycle and the ward it is on, once this person may write its roster."""
    course_id = courses.course_of_cycle(tx, cycle_id, acting.reach)
    ward_id = courses.ward_of_course(tx, course_id)
    acting.require(Permission.ROSTER, ward_id)
    return course_id, ward_id or ""


def _check_times(tx: Transaction, acting: Acting, ward_id: str, begins: datetime, ends: datetime) -> None:
    if ends <= begins:
        raise InvalidInput.at("/ends", "ends_before_start", "It must end after it begins.")
    if ends - begins > LONGEST and _on_the_wall(tx, ward_id, begins, ends) > LONGEST:
        raise InvalidInput.at("/ends", "too_long", "One shift lasts at most 24 hours: enter each by itself.")
    if ends <= acting.at:
        raise InvalidInput.at("/ends", "over_already", "That time is over already.")


def _on_the_wall(tx: Transaction, ward_id: str, begins: datetime, ends: datetime) -> timedelta:
    """How long by the ward's clock: 08:00 to 08:00 is a day, on the night it goes back too."""
    zone = ZoneInfo(wards.ward(tx, ward_id).time_zone)
    first, last = (at.astimezone(zone).replace(tzinfo=None) for at in (begins, ends))
    return last - first


def _able(tx: Transaction, person_id: str, ward_id: str, meant: Duty) -> None:
    found = next((person for person in able(tx, ward_id) if person.id == person_id), None)
    if found is None or not found.has(ward_id, *ROLES_FOR[meant]):
        words = " or ".join(role.replace("_", " ") for role in ROLES_FOR[meant])
        raise InvalidInput.at("/person_id", "not_able", f"This duty takes somebody with the role {words} on this ward.")


def _taken_off() -> Conflict:
    return Conflict("cancelled_already", "Somebody has taken this off already.")
