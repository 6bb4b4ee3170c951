"""Which patients do the properties try? Any charting at all, and charting that a ward could have written."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from app.domain.measure import Kind, Measure, Value
from app.domain.observation import Reading, by_measure
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action
from tests.builders import AT, MEASURES, SHIPPED, Plain, a_situation, ago, reading, well_readings

PROFILE = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=100,
    phases=(Phase.explicit, Phase.generate),
)
"""The same examples on every machine and every run; nothing is remembered between them.

A failure is told at once: shrinking takes minutes on patients this large. Add Phase.shrink to study one.
"""

protocols = st.sampled_from(SHIPPED)

EDGES = sorted(
    {
        bound
        for protocol in SHIPPED
        for row in protocol.rows
        for criterion in row.criteria
        for band in criterion.bands
        for bound in (band.low, band.high)
        if bound is not None
    }
)
MINUTES = (0, 5, 10, 15, 16, 25, 30, 60, 119, 120, 121, 239, 240, 241, 245, 300, 480, 481, 720, 960, 1440, 1441)
moments = st.sampled_from(MINUTES) | st.integers(-2, 2000) | st.fractions(-2, 1500, max_denominator=60)


def numbers(measure: Measure) -> st.SearchStrategy[Decimal]:
    """Numbers that a person may enter, the printed ones and their neighbours most of all."""
    if measure.hard is None or measure.warn is None or measure.decimals is None:
        raise ValueError(f"{measure.name} has no limits")
    low, high = measure.hard
    step = Decimal(1).scaleb(-measure.decimals)
    near = [bound + off * step for bound in (*EDGES, *measure.hard, *measure.warn) for off in (-1, 0, 1)]
    fitting = sorted({number for number in near if low <= number <= high})
    return st.sampled_from(fitting) | st.decimals(low, high, places=measure.decimals, allow_nan=False)


def values(measure: Measure) -> st.SearchStrategy[Value]:
    """Any value that may be charted for the measure."""
    if measure.numeric:
        return numbers(measure)
    return st.sampled_from(measure.choices) if measure.kind is Kind.CHOICE else st.booleans()


@st.composite
def charted(draw: Callable[..., Any], measures: st.SearchStrategy[Measure] | None = None) -> Reading:
    """One reading as a ward could have written it."""
    measure = draw(st.sampled_from(list(MEASURES.values())) if measures is None else measures)
    at = ago(draw(moments))
    length = timedelta(minutes=draw(st.sampled_from((30, 60, 240, 450, 480, 720, 1440))))
    start = at - length if measure.kind is Kind.INTERVAL else None
    return Reading(draw(st.uuids()).hex, measure.name, draw(values(measure)), at, start)


@st.composite
def anything(draw: Callable[..., Any]) -> Reading:
    """A reading as nobody should ever have let in: any value, any time, any measure."""
    value = draw(st.booleans() | st.decimals() | st.text(max_size=3) | st.sampled_from(("flutter", "room_air", "0")))
    at = draw(st.datetimes(timezones=st.just(UTC)) | st.builds(ago, moments))
    start = draw(st.none() | st.datetimes(timezones=st.just(UTC)) | st.just(at))
    return Reading("odd", draw(st.sampled_from([*MEASURES, "", "unheard_of"])), value, at, start)


previous = st.none() | st.builds(
    Previous, st.sampled_from(Action), st.just(()) | numbers(MEASURES["spo2"]).map(lambda value: (("spo2", value),))
)
criteria = sorted({criterion.id for protocol in SHIPPED for row in protocol.rows for criterion in row.criteria})
unresolved = st.just(()) | st.lists(st.sampled_from(criteria), max_size=3, unique=True).map(tuple)
few = st.lists(charted(), max_size=12)
many = st.lists(charted(), max_size=40)


@st.composite
def patients(draw: Callable[..., Any], readings: st.SearchStrategy[list[Reading]] = few) -> Situation:
    """A well patient with these readings instead, some measures left out, at some dose of some course."""
    weight = draw(st.none() | st.decimals(40, 150, places=1))
    return a_situation(
        draw(readings),
        minutes_past_due=draw(st.sampled_from((-200, -121, -120, -60, 0, 30, 60, 61, 500))),
        dose_number=draw(st.integers(1, 14)),
        admitted_at=draw(st.none() | st.builds(ago, st.sampled_from((10, 300, 479, 480, 2000)))),
        last_given_at=draw(st.none() | st.builds(ago, st.sampled_from((60, 470, 480, 490, 1000)))),
        baseline_weight=None if weight is None else str(weight),
        baseline_tests=draw(st.sampled_from((None, "pass", "fail"))),
        held_doses=draw(st.integers(0, 4)),
        previous=draw(previous),
        unresolved=draw(unresolved),
        absent=draw(st.sampled_from(([], ["creatinine"], ["spo2", "urine_volume"], list(MEASURES)))),
    )


# ---- Histories that a label remembers: what sets, what clears, and what does neither, close together and far apart

_FINDING = (True, False)
REMEMBERED: dict[str, tuple[Plain, ...]] = {
    "spo2": (88, 89, 90, 91),
    "rhythm": ("sinus", "sinus", "atrial_fibrillation", "uncontrolled", "ventricular_ectopy_frequent"),
    "systolic_bp": (85, 89, 90, 118),
    "oxygen_device": ("room_air", "intubated", "intubated"),
    "stool_occult_blood": ("negative", "positive"),
    "vt_beats": (0, 4, 5),
    "dyspnoea_at_rest": _FINDING,
    "chest_pain": _FINDING,
    "frank_blood": _FINDING,
    "seizure": _FINDING,
    "coma_or_toxic_psychosis": _FINDING,
    "infection_suspected": _FINDING,
    "disorientation": _FINDING,
}
_FAR = (0, 5, 10, 30, 60, 120, 240, 241, 470, 480, 490, 900, 2000, 2881, 4321, 9000)


def histories(seed: int, count: int) -> Iterator[Situation]:
    """A well patient with three of the remembered measures charted up to six times each; always the same ones."""
    dice, base = random.Random(seed), a_situation()
    well = well_readings()
    for _ in range(count):
        changed = dice.sample(list(REMEMBERED), 3)
        rows = [row for row in well if row.measure not in changed]
        for name in changed:
            moments = [dice.choice(_FAR) + dice.choice((0, 0, 3, 5, 6)) for _ in range(dice.randint(0, 6))]
            rows += [reading(name, dice.choice(REMEMBERED[name]), minutes) for minutes in moments]
        left = dice.choice((None, None, *criteria))
        yield replace(
            base,
            readings=by_measure(rows),
            last_given_at=dice.choice((None, AT - timedelta(minutes=480), AT - timedelta(minutes=60))),
            previous=dice.choice((None, None, Previous(Action.HOLD, (("spo2", Decimal(dice.choice((88, 90, 91)))),)))),
            unresolved=() if left is None else (left,),
        )
