"""Do the program and the second evaluator say the same of one context, and what is the least that tells them apart?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from app.domain.decision import Decision
from app.domain.engine import decide
from app.domain.observation import Reading, by_measure
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, Why
from app.protocols.library import load
from tests.second.charted import Chart, Context
from tests.second.evaluator import chart_of, judge
from tests.second.names import theirs
from tests.second.request import render
from tests.second.rules import RULES
from tests.second.wellness import POINTS, VOLUMES, WELL

LIBRARY = load()
COMPARED = tuple(name for name in LIBRARY.protocols if name in RULES)
NOT_USABLE = frozenset({Why.MISSING, Why.STALE})


@dataclass(frozen=True, slots=True)
class Difference:
    """One context on which the two do not agree; each answer as its comparable parts."""

    protocol: str
    context: Context
    program: Mapping[str, Any]
    second: Mapping[str, Any]

    def told(self) -> str:
        """What differs, and the request that shows it, for `doseward evaluate`."""
        differ = [
            f"{key}: the program says {self.program[key]!r}, the second evaluator {self.second[key]!r}"
            for key in self.second
            if self.program[key] != self.second[key]
        ]
        return "\n".join([f"{self.protocol}: {'; '.join(differ)}", json.dumps(render(self.context, self.protocol))])


@cache
def _well_readings(at: datetime) -> dict[str, tuple[Reading, ...]]:
    points = {measure: _points(at, measure, rows) for measure, rows in POINTS.items()}
    return points | {measure: _volumes(at, measure, rows) for measure, rows in VOLUMES.items()}


def _points(at: datetime, measure: str, rows: tuple[Any, ...]) -> tuple[Reading, ...]:
    return tuple(
        Reading(f"{measure}-{number}", measure, value, at - timedelta(microseconds=age))
        for number, (age, value) in enumerate(rows)
    )


def _volumes(at: datetime, measure: str, rows: tuple[Any, ...]) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            f"{measure}-{number}",
            measure,
            volume,
            at - timedelta(microseconds=end),
            at - timedelta(microseconds=start),
        )
        for number, (start, end, volume) in enumerate(rows)
    )


def situation(context: Context, protocol: str) -> Situation:
    """The context as the program takes it, without going through JSON."""
    at, well, rows = context.at, _well_readings(context.at), list[Reading]()
    for measure, points in context.points.items():
        rows += well[measure] if points is POINTS.get(measure) else _points(at, measure, points)
    for measure, volumes in context.volumes.items():
        rows += well[measure] if volumes is VOLUMES.get(measure) else _volumes(at, measure, volumes)
    return Situation(
        at=at,
        due_at=at - timedelta(microseconds=context.late),
        dose_number=context.number,
        cycle_number=context.cycle,
        admitted_at=None if context.admitted is None else at - timedelta(microseconds=context.admitted),
        last_given_at=None if context.given is None else at - timedelta(microseconds=context.given),
        baseline=tuple(context.baseline.items()),
        held_doses=context.held,
        previous=_previous(context),
        unresolved=theirs(protocol, context.unresolved),
        readings=by_measure(rows),
    )


def _previous(context: Context) -> Previous | None:
    if context.previous is None:
        return None
    action, spo2 = context.previous
    return Previous(Action(action), () if spo2 is None else (("spo2", spo2),))


def comparable(made: Decision, protocol: str) -> dict[str, Any]:
    """The parts of the program's decision that the second evaluator has too."""
    needs = RULES[protocol].needs
    return {
        "action": str(made.action),
        "provisional": made.provisional,
        "relative": made.counts.relative,
        "absolute": made.counts.absolute,
        "missing": sorted({row.measure for row in made.missing if row.why in NOT_USABLE and row.measure in needs}),
    }


def difference(context: Context, protocol: str) -> Difference | None:
    """None when the two agree under a protocol."""
    return _difference(chart_of(context), situation(context, protocol), protocol)


def differences(context: Context) -> list[Difference]:
    """Where the two disagree, under every protocol that the program ships."""
    chart, known = chart_of(context), situation(context, "")
    found = []
    for protocol in COMPARED:
        unresolved = theirs(protocol, context.unresolved)
        known_here = replace(known, unresolved=unresolved) if unresolved else known
        found.append(_difference(chart, known_here, protocol))
    return [one for one in found if one is not None]


def _difference(chart: Chart, known: Situation, protocol: str) -> Difference | None:
    answer = judge(chart, protocol)
    second = {
        "action": answer.action,
        "provisional": answer.provisional,
        "relative": answer.relative,
        "absolute": answer.absolute,
        "missing": sorted(answer.missing),
    }
    program = comparable(decide(known, LIBRARY.protocols[protocol], LIBRARY.news2), protocol)
    return None if program == second else Difference(protocol, chart.context, program, second)


def smallest(found: Difference) -> Difference:
    """The same kind of difference with as little charted as can be: what can be left out or made well again is."""
    kind = _kind(found)
    shrunk = True
    while shrunk:
        shrunk = False
        for less in _smaller(found.context):
            again = difference(less, found.protocol)
            if again is not None and _kind(again) == kind:
                found, shrunk = again, True
                break
    return found


def _kind(found: Difference) -> tuple[Any, ...]:
    return tuple(
        (key, found.program[key], found.second[key]) for key in ("action", "provisional", "relative", "absolute")
    )


def _smaller(context: Context) -> Iterator[Context]:
    """The context with one thing as it is for the well patient, or one reading fewer."""
    for key in ("late", "admitted", "held", "given", "previous", "unresolved", "baseline"):
        if getattr(context, key) != getattr(WELL, key):
            yield _with(context, key, getattr(WELL, key))
    for key in ("points", "volumes"):
        charted, well = getattr(context, key), getattr(WELL, key)
        for measure in (*charted, *(well.keys() - charted.keys())):
            rows = charted.get(measure)
            if measure not in well:
                yield _with(context, key, {name: kept for name, kept in charted.items() if name != measure})
            elif rows is not well[measure]:
                yield _with(context, key, {**charted, measure: well[measure]})
            if rows is not None and len(rows) > 1 and rows is not well.get(measure):
                for index in range(len(rows)):
                    yield _with(context, key, {**charted, measure: rows[:index] + rows[index + 1 :]})


def _with(context: Context, key: str, value: Any) -> Context:
    change: dict[str, Any] = {key: value}
    return replace(context, **change)
