"""What do the answers about patients, courses and doses promise their readers?"""

from __future__ import annotations

from app.api.shapes import AlertEvent, BriefDecision, Pin, Shape, StoredDecision
from app.domain.vocabulary import Choice, CycleEventKind, DoseState, Outcome, SkipReason
from app.services.similar import Likeness


class Ward(Shape):
    """A place with beds."""

    id: str
    name: str
    time_zone: str


class Bed(Shape):
    """A bed of a ward; a closed one takes no patient."""

    ward_id: str
    name: str
    open: bool


class Held(Shape):
    """A role on one ward, or on all of them where `ward_id` is null."""

    role: str
    ward_id: str | None


class Me(Shape):
    """Whoever holds the token or session."""

    id: str
    name: str
    service: bool
    roles: list[Held]
    scopes: list[str] | None


class Person(Shape):
    """Somebody who works here."""

    id: str
    login: str
    name: str
    active: bool
    roles: list[Held]


class Invitation(Shape):
    """The code of a one-time link, `/welcome#<code>`: whoever has it sets the person's password, once, until then."""

    code: str
    expires_at: str


class NewPerson(Person):
    """A person, and, where they are to set a password themselves, what they do it with."""

    invitation: Invitation | None


class Patient(Shape):
    """A person in treatment, as on the wristband."""

    id: str
    mrn: str
    family_name: str
    given_name: str
    birth_date: str
    sex: str


class CycleEvent(Shape):
    """Something that happened to a cycle; `weight` in kg is the new one of a `dosing_weight`."""

    id: str
    cycle_id: str
    kind: CycleEventKind
    at: str
    reason: str
    ward_id: str | None
    bed: str | None
    from_dose: int | None
    due_at: str | None
    scale: int | None
    weight: str | None
    recorded_at: str
    recorded_by: str


class GivenBefore(Shape):
    """A dose that had begun before the dosing weight was changed, its units that went in, and the weight it was of."""

    dose_id: str
    number: int
    units: str
    weight: str
    ended_at: str | None


class AddedEvent(CycleEvent):
    """An event just recorded. `given_before` are doses made of another weight than its `weight`: they stay so."""

    given_before: list[GivenBefore]


class DoseTimes(Shape):
    """A dose of the schedule: `units` are international units, of the weight it was made of where it went in."""

    id: str
    number: int
    assess_at: str
    opens_at: str
    due_at: str
    closes_at: str
    units: str


class Cycle(Shape):
    """One admission's run of doses; where the patient lies now is `ward_id` and `bed`.

    `ordered_weight` in kg is the dosing weight that holds now: see the events for one it replaced.
    """

    id: str
    course_id: str
    number: int
    ward_id: str
    bed: str
    admitted_at: str
    first_due_at: str
    ordered_weight: str
    ended_at: str | None
    warnings: list[str]
    events: list[CycleEvent]
    doses: list[DoseTimes]


class Course(Shape):
    """A planned treatment under one deciding protocol."""

    id: str
    patient_id: str
    protocol: Pin
    shown: list[Pin]
    opened_at: str
    opened_by: str


class Similar(Shape):
    """Somebody else on the ward whom this patient may be taken for, by name or by date of birth."""

    family_name: str
    given_name: str
    bed: str
    by: Likeness


class WholeCourse(Course):
    """A course with its patient and cycles; `next_dose_id` is the dose the ward works towards."""

    patient: Patient
    ward_id: str | None
    cycles: list[Cycle]
    next_dose_id: str | None
    similar: list[Similar]


class Order(Shape):
    """A prescriber's choice for a dose, on one decision."""

    id: str
    dose_id: str
    decision_id: str
    choice: Choice
    reason: str
    ordered_at: str
    ordered_by: str
    second: str | None
    recheck_at: str | None


class Ordered(Order):
    """An order, and the event that ended the cycle when it did."""

    event: CycleEvent | None


class Administration(Shape):
    """What was done with a dose; units are those that went in. `reason` is why it supersedes an earlier record."""

    id: str
    dose_id: str
    outcome: Outcome
    decision_id: str | None
    order_id: str | None
    started_at: str
    ended_at: str | None
    units: str
    deviation: str | None
    recorded_at: str
    recorded_by: str
    supersedes: str | None
    reason: str | None


class Administered(Administration):
    """An administration, and the alert it raised when nothing allowed it."""

    alerts: list[AlertEvent]


class _Dose(DoseTimes):
    course_id: str
    cycle_id: str
    state: DoseState
    skip_reason: SkipReason | None
    standing: str | None
    order: Order | None
    administration: Administration | None


class ListedDose(_Dose):
    """A dose as it stands now, with what its newest decision calls for."""

    decision: BriefDecision | None


class Dose(_Dose):
    """A dose as it stands now, with its newest decision."""

    decision: StoredDecision | None


class Decided(Shape):
    """A dose decided again, and the alerts it raised."""

    decision: StoredDecision
    alerts: list[AlertEvent]
