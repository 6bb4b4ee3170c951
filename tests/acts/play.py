"""Which acts come one after another, and does the record hold after each?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Final

from app.domain.errors import DosewardError
from app.store import ledger
from tests.acts import admitting, answering, charting, deciding, dosing, keeping, staffing, telling
from tests.acts.house import House, Stay, a_house, a_stay
from tests.acts.looking import Look, Looks

Act = Callable[[House, Stay], None]
Invariant = Callable[[Look], Iterator[str]]

ACTS: Final[dict[Act, int]] = {
    charting.chart_everything: 22,
    charting.chart_trouble: 12,
    charting.chart_in_part: 8,
    charting.chart_vital_signs: 8,
    charting.chart_late: 6,
    charting.chart_what_nobody_took: 3,
    charting.correct_a_value: 7,
    charting.put_well: 8,
    charting.ask_again: 6,
    dosing.give: 14,
    dosing.order_a_dose: 9,
    dosing.ask_for_a_second: 2,
    dosing.sign_as_second: 3,
    dosing.correct_a_dose: 4,
    admitting.happen_to_the_cycle: 3,
    admitting.admit_again: 4,
    answering.answer_an_alert: 14,
    answering.answer_them_all: 3,
    answering.run_the_timers: 16,
    staffing.change_the_roster: 2,
    staffing.come_from_elsewhere: 1,
    staffing.hand_over_to_another_process: 1,
}
"""How often each, in proportion."""

ALWAYS: Final[tuple[Invariant, ...]] = (
    deciding.decisions_hold,
    deciding.what_was_charted_is_decided_on,
    deciding.the_last_order_counts,
    deciding.doses_were_allowed,
    keeping.each_dose_was_given_once,
    keeping.the_past_stays,
    telling.a_hold_is_told,
    telling.an_early_warning_is_told,
)
NOW_AND_THEN: Final[tuple[Invariant, ...]] = (
    keeping.the_process_knows_what_is_stored,
    telling.an_alert_ends_by_a_person,
    telling.what_is_late_is_told,
    telling.an_unanswered_alert_climbs,
)
"""They read a whole course."""

OF_THE_HOUSE: Final[tuple[Invariant, ...]] = (
    keeping.summaries_follow,
    keeping.the_trail_is_whole,
    keeping.the_feed_is_whole,
)
"""They read every course at once."""

_STEPS = (*[timedelta()] * 4, *[timedelta(seconds=20)] * 2, *[timedelta(minutes=one) for one in (1, 3, 7, 15, 15, 30)])
_LONG = tuple(timedelta(hours=one) for one in (1, 2, 3, 5, 8))


class Broken(AssertionError):
    """An invariant does not hold after an act, or the act failed with what is no refusal."""


@dataclass
class Played:
    """What came of a seed: how often each act was done, and how often it was refused, by code."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def play(url: str, seed: int, acts: int, every: int = 1, back: float = 0.0) -> Played:
    """So many acts in a house of its own at `url`; what reads the whole record is asked after each `every`-th.

    `back` is the share of acts before which the clock is set back a little. Raises Broken with seed and act.
    """
    random = Random(seed)
    house, looks, played = a_house(url, random), Looks(), Played()
    try:
        for number in range(acts):
            house.tick(step(random, back))
            act = random.choices(list(ACTS), list(ACTS.values()))[0]
            where = f"seed {seed}, act {number} ({act.__name__}) at {house.now:%d %H:%M:%S}"
            refused = _do(house, act, played, where)
            whole = number % every == 0 or number == acts - 1
            look(house, looks, where, refused=refused, everything=whole)
            looks.before, looks.latest = house.now, max(house.now, looks.latest or house.now)
    finally:
        house.database.close()
    return played


def step(random: Random, back: float = 0.0) -> timedelta:
    """How far the clocks move: mostly minutes, sometimes nothing, sometimes hours, now and then a little back."""
    if random.random() < back:
        return -random.choice((timedelta(seconds=5), timedelta(seconds=50), timedelta(minutes=4)))
    return random.choice(_LONG if random.random() < 0.12 else _STEPS)


def _do(house: House, act: Act, played: Played, where: str) -> bool:
    """Does it; True where it was refused, and then nothing of it is left."""
    stay = a_stay(house, house.random.choice(house.courses))
    with house.database.reading() as tx:
        stood, saved = ledger.position(tx), house.saved
    try:
        act(house, stay)
    except DosewardError as refusal:
        played.refused[f"{act.__name__}: {refusal.code}"] += 1
        with house.database.reading() as tx:
            if saved == house.saved and ledger.position(tx) != stood:
                raise Broken(f"{where}: refused, and something is left") from refusal
        return True
    except Exception as fault:
        raise Broken(f"{where}: {fault!r}") from fault
    played.done[act.__name__] += 1
    return False


def look(house: House, looks: Looks, where: str, *, refused: bool = False, everything: bool = True) -> None:
    """Asks every invariant that is asked now; raises Broken with the first that does not hold."""
    of_each = (*ALWAYS, *NOW_AND_THEN) if everything else ALWAYS
    of_each = (*of_each, keeping.the_process_knows_what_is_stored) if refused else of_each
    for number, course_id in enumerate(house.courses):
        look = Look(house, house.sheet(course_id), looks)
        of_all = OF_THE_HOUSE if everything and number == 0 else ()
        for invariant in (*of_each, *of_all):
            for fault in invariant(look):
                raise Broken(f"{where}: {invariant.__name__}: {fault}")
