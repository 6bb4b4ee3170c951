"""How much went in or out over the hours before a dose?

By the engine's own function, over the hours the protocol sums urine, from what was known then; the balance is what went
in minus urine and stool, and only where each is charted without a gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from app.domain.course import Cycle
from app.domain.decision import DecisionRecord
from app.domain.explain import why_words
from app.domain.facts import Facts
from app.domain.observation import Observation, Reading, by_measure, current
from app.domain.protocol import Row, WindowKind
from app.domain.situation import AHEAD, Situation
from app.domain.tongue import worded
from app.domain.windows_volume import charted_volume
from dashboards.doses import DueDose
from dashboards.points import Point, Track, observations
from dashboards.scene import Scene
from dashboards.words import inline, length_words, rounded_words

URINE, WEIGHT, INTAKE, STOOL = "urine_volume", "weight", "fluid_intake", "stool_volume"
BALANCE = "fluid_balance"


def period_row(scene: Scene) -> Row | None:
    """The protocol's row for the volume of one period; None where it has none, and then there is nothing to sum."""
    rows = (row for row in scene.protocol.rows if row.measure == URINE and row.window.kind is WindowKind.SUM)
    return next(rows, None)


def ends(one: DueDose, scene: Scene) -> list[datetime]:
    """When a dose was last decided for dosing, then its due time: a volume may be known at one and not at the other."""
    decided = [row.at for row in scene.flowsheet.decisions if row.dose_id == one.dose.id and _for_dosing(row)]
    return [end for end in (*decided[-1:], one.at) if scene.view.holds(end) and end <= scene.view.at]


def _for_dosing(row: DecisionRecord) -> bool:
    return not row.provisional and row.reviews is None


def summed(
    row: Row, rows: Iterable[Observation], end: datetime, one: DueDose, scene: Scene, edges: Iterable[Decimal]
) -> Point:
    """What the engine answers on the volume at `end`, from what it would know of then inside the hours it sums."""
    cycle = scene.flowsheet.cycle(one.dose.cycle_id)
    start = max(since(cycle, scene), end - row.window.span)
    known = (
        Reading(seen.id, seen.measure, seen.value, seen.observed_at, seen.start_at)
        for seen in rows
        if seen.value is not None and start <= seen.observed_at <= (end + AHEAD if seen.recorded_at <= end else end)
    )
    situation = Situation(
        at=end,
        due_at=one.at,
        dose_number=one.dose.number,
        cycle_number=one.cycle,
        admitted_at=cycle.admitted_at,
        last_given_at=None,
        baseline=(),
        held_doses=0,
        previous=None,
        unresolved=(),
        readings=by_measure(known),
    )
    found = charted_volume(row, Facts(situation, scene.protocol))
    note = worded("from {at}", at=scene.clock.label(end - row.window.span))
    if isinstance(found, Decimal | Fraction):
        return Point(end, Fraction(found), rounded_words(Fraction(found), edges), note, "")
    _, _, _, _, why, _ = found
    return Point(end, None, worded("no volume") if why is None else why_words(why), note, "")


def since(cycle: Cycle, scene: Scene) -> datetime:
    """From when on a cycle counts what was charted."""
    return cycle.admitted_at - scene.protocol.timing.admission_lookback


def balance(scene: Scene) -> Track:
    """What went in minus what came out over the hours before each dose; no intake charted in the view: no points."""
    row, found = period_row(scene), Track(BALANCE, worded("Fluid balance"), "mL", ())
    charted = observations(scene.flowsheet, (INTAKE, URINE, STOOL))
    if row is None or not any(scene.view.holds(one.observed_at) for one in charted[INTAKE]):
        return found
    rows = {name: current(tuple(found)) for name, found in charted.items()}
    tried = [[_balance(row, rows, end, one, scene) for end in ends(one, scene)] for one in scene.due]
    chosen = [next((point for point in points if point.value is not None), points[0]) for points in tried if points]
    return replace(
        found,
        label=worded("Fluid balance in {length}", length=length_words(row.window.span)),
        points=tuple(point for point in chosen if point.value is not None),
        missed=tuple(point for point in chosen if point.value is None),
    )


def _balance(row: Row, rows: dict[str, tuple[Observation, ...]], end: datetime, one: DueDose, scene: Scene) -> Point:
    """In minus out at `end`. Stool counts where it was charted in those hours: most patients pass none."""
    names = [INTAKE, URINE]
    if any(end - row.window.span < seen.observed_at <= end and seen.value is not None for seen in rows[STOOL]):
        names.append(STOOL)
    parts = {name: summed(replace(row, measure=name), rows[name], end, one, scene, ()) for name in names}
    labels = {name: inline(scene.protocol.measures[name].label) for name in names}
    lacking = next((name for name in names if parts[name].value is None), None)
    if lacking is not None:
        return parts[lacking]._replace(text=f"{labels[lacking]}: {parts[lacking].text}")
    values = {name: Fraction(part.value) for name, part in parts.items() if isinstance(part.value, Fraction)}
    total = values[INTAKE] - sum(values[name] for name in names[1:])
    words = rounded_words(total, ())
    note = ", ".join(f"{labels[name]} {parts[name].text}" for name in names)
    return Point(end, total, f"+{words}" if total > 0 else words, note, "")
