"""How are the label's rows judged: once met they stay met, a W until cleared and a P for ever?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.second.charted import HOUR, Point
from tests.second.judging import NOT_MET, NOTHING, Row, Said, View

SET, CLEAR, NEITHER, VOID = "set", "clear", "neither", "void"
W, P, WP = frozenset("W"), frozenset("P"), frozenset("WP")


def effects_of(view: View, series: tuple[Point, ...], kind: Callable[[Any], str]) -> list[tuple[int, str]]:
    """Age and effect of each reading, oldest first; one that a reading close in time contradicts has none (VOID)."""
    effects = [(age, kind(value)) for age, value in series]
    if len({effect for _, effect in effects}) > 1:
        span = view.chart.pair_span
        effects = [
            (age, VOID if any(abs(age - other) <= span and effect != said for other, said in effects) else effect)
            for age, effect in effects
        ]
    return effects[::-1]


def told_apart(view: View, series: tuple[Point, ...], kind: Callable[[Any], str]) -> list[tuple[int, str]]:
    """The same without those that are contradicted: a discordant pair neither sets nor clears."""
    return [one for one in effects_of(view, series, kind) if one[1] != VOID]


def latched(effects: list[tuple[int, str]], before: bool) -> bool:
    for _, effect in effects:
        before = effect == SET or (before and effect == NEITHER)
    return before


def was_set(row: Row, view: View, name: str) -> bool:
    return f"{row['name']}/{name}" in view.context.unresolved


def otherwise(row: Row, view: View, *, contradicted: bool) -> Said:
    """Nothing is latched: not met if the latest reading may be relied on, or need not exist."""
    if contradicted or ("taken" not in row and not view.is_fresh(row["measure"])):
        return NOTHING, row["classes"]
    return NOT_MET


def withheld(row: Row, view: View) -> Said:
    series = view.chart.series(row["measure"])
    effects = told_apart(view, series, lambda value: SET if value == row["value"] else CLEAR)
    if latched(effects, was_set(row, view, "W")):
        return W, NOTHING
    return otherwise(row, view, contradicted=len(set(view.chart.pair(row["measure"]))) > 1)


def saturation(row: Row, view: View) -> Said:
    """Set below the bound, cleared above it, left alone by exactly the bound."""
    bound, previous = row["bound"], view.context.previous
    held = previous is not None and previous[0] in ("hold", "skip") and previous[1] is not None and previous[1] <= bound
    effects = told_apart(
        view,
        view.chart.series(row["measure"]),
        lambda value: SET if value < bound else CLEAR if value > bound else NEITHER,
    )
    if latched(effects, held or was_set(row, view, "W")):
        return W, NOTHING
    sides = {value < bound for value in view.chart.pair(row["measure"])}
    return otherwise(row, view, contradicted=len(sides) > 1)


def bleeding(row: Row, view: View) -> Said:
    """Frank blood counts at any reading and is cleared by an occult test that is negative afterwards."""
    seen = [age for age, value in view.chart.series(row["measure"]) if value is True]
    tests = told_apart(
        view, view.chart.series(row["cleared_by"]), lambda value: CLEAR if value == "negative" else NEITHER
    )
    if seen or was_set(row, view, "W"):
        negative = [age for age, effect in tests if effect == CLEAR and (not seen or age < min(seen))]
        if not negative:
            return W, NOTHING
    return otherwise(row, view, contradicted=False)


def recovering(row: Row, view: View) -> Said:
    """Rhythm and pressure: until sinus rhythm with a pressure, and no pain or dyspnoea there or recorded since."""
    rhythms = row.get("set", ())
    kinds: dict[str, Callable[[Any], str]] = {
        "rhythm": lambda value: CLEAR if value == "sinus" else SET if value in rhythms else NEITHER,
        "systolic_bp": lambda value: SET if value < row["pressure"] else CLEAR,
    }
    said = {measure: effects_of(view, view.chart.series(measure), kind) for measure, kind in kinds.items()}
    symptoms = [view.chart.series(symptom) for symptom in ("chest_pain", "dyspnoea_at_rest")]
    other = "rhythm" if row["measure"] == "systolic_bp" else "systolic_bp"
    course = _Recovery(said[row["measure"]], said[other], symptoms, view)
    if course.still_on(before=was_set(row, view, "W")):
        return W, NOTHING
    return otherwise(row, view, contradicted=_contradicted(row, view))


class _Recovery:
    """One latch over time; ages run backwards, so that later is less."""

    def __init__(
        self, own: list[tuple[int, str]], other: list[tuple[int, str]], symptoms: list[tuple[Point, ...]], view: View
    ) -> None:
        self.own, self.other, self.symptoms = own, other, symptoms
        self.given, self.pair_span = view.context.given, view.chart.pair_span

    def still_on(self, *, before: bool) -> bool:
        """Whether what was set has not been cleared; a set while set goes on from the first."""
        ages = [age for age, effect in self.own if effect == SET]
        start = last = 1 << 62 if before else None
        for age in ages:
            if start is None or last is None or self.cleared(start, last, age):
                start = age
            last = age
        return start is not None and last is not None and not self.cleared(start, last, 0)

    def cleared(self, start: int, last: int, until: int) -> bool:
        """By the age `until`, or by a dose given before it, which settles what came later."""
        ends = [until] if self.given is None or not until < self.given < last else [until, self.given]
        return any(self._well(last, end) and not self._ailing(start, end) for end in ends)

    def _ailing(self, start: int, end: int) -> bool:
        """Whether a symptom came after the first set, or was there by then and nothing up to `end` denies it."""
        for series in self.symptoms:
            present = [age for age, value in series if value is True and age >= end]
            latest = min((age for age, _ in series if age >= end), default=0)
            if present and (min(present) < start or min(present) - latest <= self.pair_span):
                return True
        return False

    def _well(self, last: int, end: int) -> bool:
        """Some moment after the last set, up to `end`, with both latest readings as they should be."""
        moments = {age for age, _ in (*self.own, *self.other) if end <= age < last}
        return any(self._latest(self.own, at) == CLEAR == self._latest(self.other, at) for at in moments)

    @staticmethod
    def _latest(effects: list[tuple[int, str]], at: int) -> str | None:
        return next((effect for age, effect in reversed(effects) if age >= at), None)


def _contradicted(row: Row, view: View) -> bool:
    values = view.chart.pair(row["measure"])
    if "set" not in row:
        return len({value < row["pressure"] for value in values}) > 1
    return len({value in row["set"] for value in values}) > 1


def run(row: Row, view: View) -> Said:
    """W while it lasts, P once it has lasted longer than the printed hours, measured from the first of the run."""
    limit = row["hours"] * HOUR
    series = view.chart.series(row["measure"])
    effects = told_apart(view, series, lambda value: SET if value == row["value"] else CLEAR)
    first, permanent, on = None, was_set(row, view, "P"), was_set(row, view, "W")
    for age, effect in effects:
        on = effect == SET
        first = None if not on else age if first is None else first
        permanent = permanent or (first is not None and first - age > limit)
    contradicted = len({value == row["value"] for value in view.chart.pair(row["measure"])}) > 1
    long = on and first is not None and first > limit
    if permanent or (long and view.is_fresh(row["measure"]) and not contradicted):
        return WP, NOTHING
    if on:
        return W, P if long else NOTHING
    return otherwise(row, view, contradicted=contradicted)


def seizures(row: Row, view: View) -> Said:
    """Each true at its own time is one seizure; one clears on false after the next administration, two never do."""
    series = view.chart.series(row["measure"])
    seen, open_before = sorted({age for age, value in series if value is True}), was_set(row, view, "W")
    if was_set(row, view, "P") or len(seen) > 1:
        return WP, NOTHING
    if not seen and not open_before:
        return otherwise(row, view, contradicted=False)
    given = view.context.given
    if given is not None and (given < seen[0] if seen else view.chart.reaches_back_beyond(given)):
        effects = told_apart(view, series, lambda value: SET if value is True else CLEAR)
        if any(effect == CLEAR and age < given for age, effect in effects):
            return otherwise(row, view, contradicted=False)
    return W, NOTHING


def ever(row: Row, view: View) -> Said:
    series = view.chart.series(row["measure"])
    effects = told_apart(view, series, lambda value: SET if value == row["value"] else str(value))
    if was_set(row, view, "P") or any(effect == SET for _, effect in effects):
        return P, NOTHING
    return otherwise(row, view, contradicted=row["value"] in view.chart.pair(row["measure"]))


def ever_event(row: Row, view: View) -> Said:
    values = [value for _, value in view.chart.series(row["measure"])]
    least = row.get("least")
    happened = True in values if least is None else any(value >= least for value in values)
    if happened or was_set(row, view, "P"):
        return P, NOTHING
    return otherwise(row, view, contradicted=False)


LATCHED: dict[str, Callable[[Row, View], Said]] = {
    "bleeding": bleeding,
    "ever": ever,
    "ever_event": ever_event,
    "recovering": recovering,
    "run": run,
    "saturation": saturation,
    "seizures": seizures,
    "withheld": withheld,
}
