"""Does an alert still get through, from a value charted to whoever reads the feed?

A value is charted, decided, announced and numbered exactly as a nurse's is, and read back as a reader of the feed reads
it, in a transaction of its own. What does not arrive is an alert about the program itself, on every ward.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.canary import PATIENT, WARD, Pulse, arrived, decode, encode, first_breached
from app.domain.course import Course, Cycle, CycleEvent, Dose, Patient
from app.domain.entry import Item
from app.domain.errors import StartRefused
from app.domain.ids import new_id
from app.domain.protocol import Protocol
from app.domain.vocabulary import AlertKind, CycleEventKind, Level
from app.protocols.library import Library
from app.services import program_alerts
from app.services.acting import WARD_SCOPE, Acting, Permission, by_itself
from app.services.cases import close_case, open_case
from app.services.following import Cursor, follow, newest
from app.services.observing import record
from app.services.pins import pin
from app.store import flowsheets, ledger, meta, records, timers, wards
from app.store.database import Transaction
from app.store.wards import Ward

KEY: Final = "canary"
"""Under this key the database keeps the pulse, and wards are told that it failed."""
_SCOPES: Final = frozenset({"read", "observations:write", f"{WARD_SCOPE}{WARD}"})
_DO: Final = "Do not rely on alerts: look at every patient, and call whoever looks after the program."
_MANY: Final = 100
_STAY: Final = timedelta(hours=24)


class Tried(NamedTuple):
    """A canary that was charted: its pulse, where the feed stood before, and the criterion that must alert."""

    pulse: Pulse
    before: Cursor
    key: str


def pulse_of(tx: Transaction) -> Pulse | None:
    """How the canary is; None before the first try."""
    return decode(meta.get(tx, KEY))


def charted_on(library: Library) -> tuple[Protocol, tuple[str, str, str]]:
    """The protocol that decides for the canary, with what is charted for it; raises StartRefused without one."""
    found = first_breached(library.protocols.values())
    if found is None:
        raise StartRefused(
            "no_test_alert",
            "No protocol names a choice that alerts at any hour (`any_time`), so the program's own test alert could "
            "not be raised and nobody would notice that alerts are lost: add a protocol that has one.",
        )
    return found


def chart(tx: Transaction, library: Library, at: datetime) -> Tried | None:
    """Charts what must alert, unless it is not due yet or another process just did.

    The ledger is locked first, but for the protocol's text, which others lock it after.
    """
    protocol, (measure, choice, key) = charted_on(library)
    pin(tx, protocol, at)
    ledger.lock(tx)
    pulse = pulse_of(tx)
    if pulse is not None and not pulse.due(at):
        return None
    before = newest(tx)
    day, course_id = at.date().isoformat(), "" if pulse is None else pulse.course_id
    sheet = flowsheets.load_bare(tx, course_id) if course_id else None
    if pulse is None or pulse.day != day or sheet is None or sheet.course.protocol != protocol.pin:
        course_id = _admit(tx, library, protocol, at, course_id)
        sheet = flowsheets.load_bare(tx, course_id)
    dose = sheet.doses[0]
    record(tx, library, _acting(at), course_id, dose.id, [Item(measure, choice, None, at)])
    tried = Pulse(course_id, day, at, None if pulse is None else pulse.arrived_at, "" if pulse is None else pulse.fault)
    meta.put(tx, KEY, encode(tried))
    return Tried(tried, before, key)


def has_arrived(tx: Transaction, tried: Tried) -> bool:
    """Whether a reader of the feed finds the alert of this try."""
    found = follow(tx, _acting(tried.pulse.tried_at), tried.before, _MANY)
    told = (AlertKind.RAISED, AlertKind.REPEATED)
    return any(
        one.event.course_id == tried.pulse.course_id
        and one.event.key == tried.key
        and one.event.kind in told
        and one.event.at == tried.pulse.tried_at
        for one in found.items
    )


def stands_still(tx: Transaction, at: datetime, patience: timedelta) -> str:
    """What to say where something was to be done by itself longer ago than `patience` and is not; "" for nothing."""
    oldest = timers.oldest(tx)
    if oldest is None or at - oldest <= patience:
        return ""
    return f"alerts that nobody answers do not climb, one is {(at - oldest) // timedelta(minutes=1)} minutes late"


def works(tx: Transaction, pulse: Pulse) -> Pulse:
    """It got through: what was said of it holds no longer, and whoever was called still answers."""
    ledger.lock(tx)
    well = arrived(pulse)
    meta.put(tx, KEY, encode(well))
    program_alerts.works(tx, pulse.tried_at, wards.ids(tx), KEY)
    return well


def fails(tx: Transaction, at: datetime, fault: str) -> Pulse:
    """It did not get through: every ward is told, once until it works again, also where somebody has answered that."""
    ledger.lock(tx)
    before = pulse_of(tx) or Pulse("", "", at, None, "")
    pulse = replace(before, tried_at=at, fault=fault)
    meta.put(tx, KEY, encode(pulse))
    if before.fault == "":
        program_alerts.fails(tx, at, wards.ids(tx), KEY, Level.HIGH_PRIORITY, f"{pulse.trouble(at, at)} {_DO}")
    return pulse


def _acting(at: datetime) -> Acting:
    """The program itself, on the ward of the canary and nowhere else."""
    return Acting(WARD, "doseward", True, frozenset(), _SCOPES, at, KEY)


def _admit(tx: Transaction, library: Library, protocol: Protocol, at: datetime, before: str) -> str:
    """A course of one dose, due when the day is over: until then nothing is decided but what alerts at any hour."""
    if before:
        _discharge(tx, library, before, at)
    elif not wards.has_canary(tx):
        wards.add_ward(tx, Ward(WARD, f"doseward {KEY}", "UTC"), at)
        records.add_patient(
            tx, Patient(PATIENT, f"doseward-{KEY}", "Doseward", KEY, date(1900, 1, 1), "other"), at, WARD
        )
    course = Course(new_id(at), PATIENT, pin(tx, protocol, at), (), at, WARD)
    records.add_course(tx, course)
    cycle = Cycle(new_id(at), course.id, 1, WARD, KEY, at, at + _STAY, Decimal(70), at)
    records.add_cycle(tx, cycle, (Dose(new_id(at), cycle.id, 1),), WARD)
    ledger.append(tx, (by_itself(at, "canary_admit", course.id, (course.id,), patient_id=PATIENT),))
    return course.id


def _discharge(tx: Transaction, library: Library, course_id: str, at: datetime) -> None:
    case = open_case(tx, library, _acting(at), course_id, Permission.CHART)
    cycle = case.sheet.cycles[-1]
    event = CycleEvent(new_id(at), cycle.id, CycleEventKind.DISCHARGED, at, "the next day", at, WARD)
    records.add_cycle_event(tx, event, course_id)
    sheet = replace(case.sheet, events=(*case.sheet.events, event))
    close_case(replace(case, sheet=sheet), "canary_discharge", (event.id,))
