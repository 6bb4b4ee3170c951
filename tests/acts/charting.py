"""What do nurses write down at random, and what do they put right?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.course import Dose
from app.domain.entry import Item
from app.domain.measure import Kind
from app.domain.vocabulary import NotTaken, Role
from app.services.acting import Acting
from app.services.asking import decide_now
from app.services.correcting import Change, correct
from app.services.observing import Absence, record
from tests.acts.house import House, Stay
from tests.acts.readings import VITAL, all_well, amiss, ill
from tests.builders import LIBRARY, MEASURES, REASON

_MINUTE = timedelta(minutes=1)
_RECENT = 150
"""Rows among which a correction is chosen: an old one is corrected rarely."""


def chart_everything(house: House, stay: Stay) -> None:
    """A whole set of a patient who is well."""
    _save(house, stay, _well(house, stay, _moment(house)))


def chart_trouble(house: House, stay: Stay) -> None:
    """A whole set with a measure or three amiss."""
    _save(house, stay, ill(house.random, _well(house, stay, _moment(house)), house.random.choice((1, 1, 1, 2, 3))))


def chart_in_part(house: House, stay: Stay) -> None:
    """Some measures alone, well or not."""
    items = _well(house, stay, _moment(house))
    chosen = house.random.sample(sorted(items), house.random.randint(1, min(12, len(items))))
    some = {name: items[name] for name in chosen}
    _save(house, stay, ill(house.random, some, house.random.choice((0, 0, 1, 2))))


def chart_vital_signs(house: House, stay: Stay) -> None:
    """What NEWS2 is made of, now and then as a very ill patient has it."""
    items = _well(house, stay, _moment(house))
    vital = {name: items[name] for name in VITAL if name in items}
    _save(house, stay, ill(house.random, vital, house.random.choice((0, 0, 1, 3, 5))))


def chart_late(house: House, stay: Stay) -> None:
    """What was true some hours ago, from memory or from paper."""
    at = house.now - house.random.randint(16, 900) * _MINUTE
    items = ill(house.random, _well(house, stay, at), house.random.choice((0, 1, 1, 2)))
    chosen = house.random.sample(sorted(items), house.random.randint(1, len(items)))
    paper = "CANARY-PAPER-9041" if house.chance(0.5) else None
    _save(house, stay, {name: items[name] for name in chosen}, paper=paper)


def chart_what_nobody_took(house: House, stay: Stay) -> None:
    """A few measures that were not taken, beside some that were."""
    items = _well(house, stay, _moment(house))
    absent = house.random.sample(sorted(items), house.random.randint(1, 4))
    kept = {name: item for name, item in items.items() if name not in absent and house.chance(0.5)}
    why = house.random.choice(list(NotTaken))
    _save(house, stay, kept, tuple(Absence(name, why, house.now) for name in absent))


def correct_a_value(house: House, stay: Stay) -> None:
    """Another value, another time, or a row withdrawn; sometimes one that was corrected already."""
    row = house.one_of(tuple(stay.sheet.observations)[-_RECENT:])
    if row is None:
        return
    change = Change(REASON)
    match house.random.choice(("value", "value", "time", "retract")):
        case "value":
            value, unit = amiss(house.random, MEASURES[row.measure]), MEASURES[row.measure].unit
            change = replace(change, value=value, unit=unit, confirmed=house.chance(0.8))
        case "time":
            change = replace(change, observed_at=row.observed_at + house.random.randint(-300, 120) * _MINUTE)
        case _:
            change = replace(change, retract=True)
    with house.act() as tx:
        correct(tx, LIBRARY, _nurse(house, stay), row.id, change)


def put_well(house: House, stay: Stay) -> None:
    """A finding or value that was amiss was a slip of the pen."""
    wrong = [row for row in stay.sheet.charted()[-_RECENT:] if row.value not in (None, MEASURES[row.measure].well)]
    row = house.one_of([one for one in wrong if MEASURES[one.measure].kind is not Kind.INTERVAL])
    if row is None or MEASURES[row.measure].well is None:
        return
    well = MEASURES[row.measure].well
    with house.act() as tx:
        correct(tx, LIBRARY, _nurse(house, stay), row.id, Change(REASON, value=well, unit=row.unit))


def ask_again(house: House, stay: Stay) -> None:
    """What does a dose call for now?"""
    dose = _dose(house, stay)
    if dose is not None:
        with house.act() as tx:
            decide_now(tx, LIBRARY, _nurse(house, stay), dose.id)


def _nurse(house: House, stay: Stay) -> Acting:
    return house.person(Role.NURSE, stay.ward_id)


def _moment(house: House) -> datetime:
    """Mostly just now, sometimes a little ahead of the clock."""
    return house.now + house.random.choice((0, 0, 0, -1, -5, -10, -30, 1)) * _MINUTE


def _well(house: House, stay: Stay, at: datetime) -> dict[str, Item]:
    held = stay.sheet.held().by_measure
    since = {name: rows[-1].at for name, rows in held.items() if MEASURES[name].kind is Kind.INTERVAL}
    return all_well(stay.protocol, at, since)


def _dose(house: House, stay: Stay) -> Dose | None:
    """The pending dose, seldom another."""
    if stay.due is not None and not house.chance(0.1):
        return stay.due.dose
    return house.one_of(stay.sheet.doses_of(stay.cycle.id))


def _save(
    house: House,
    stay: Stay,
    items: dict[str, Item],
    absences: tuple[Absence, ...] = (),
    *,
    paper: str | None = None,
) -> None:
    dose = _dose(house, stay) if house.chance(0.8) else None
    dose_id = None if dose is None else dose.id
    with house.act() as tx:
        nurse = _nurse(house, stay)
        record(tx, LIBRARY, nurse, stay.sheet.course.id, dose_id, list(items.values()), absences, paper=paper)
