"""Which contexts stand on the limits themselves: each bound and each time, a step below, at and above?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from tests.second.charted import HOUR, MINUTE, Context, Point, Value
from tests.second.contexts import BOUNDS, EVENTS, JUDGED_POINTS, MILD, POINT_MEASURES, SECOND, step, within
from tests.second.rules import MEASURES, RULES
from tests.second.wellness import WELL, hourly

HALF = 30 * MINUTE
AROUND = (-1, 0, 1)
PAIR_GAPS = (0, 5 * MINUTE, 5 * MINUTE + 1, 5 * MINUTE + SECOND)
ACTIONS = ("proceed", "caution", "incomplete", "hold", "skip", "stop", "discontinue")


def charted(context: Context, **points: tuple[Point, ...]) -> Context:
    """The context with these measures charted so instead."""
    return replace(context, points={**context.points, **points})


def taken(measure: str, value: Value, age: int = HALF) -> Context:
    return charted(WELL, **{measure: ((age, value),)})


def values(measure: str) -> list[Value]:
    """Every choice, both answers, or each bound one step below, at and above."""
    entry = MEASURES[measure]
    if entry["kind"] == "choice":
        return list(entry["choices"])
    if entry["kind"] == "finding":
        return [False, True]
    steps = {within(measure, bound + sign * step(measure)) for bound in BOUNDS[measure] for sign in AROUND}
    return sorted(steps)


def contexts() -> Iterator[Context]:
    """The whole grid."""
    yield WELL
    for part in (_bounds, _pairs, _ages, _absent, _tachycardia, _oxygen, _weights, _volumes, _coverage, _admission):
        yield from part()
    for part in (_durations, _events, _latches, _previous, _clock, _held, _counted, _attention, _unresolved):
        yield from part()


def _bounds() -> Iterator[Context]:
    for measure in POINT_MEASURES:
        for value in values(measure):
            yield taken(measure, value)


def _pairs() -> Iterator[Context]:
    """Two readings in both orders, five minutes apart and just not; sometimes settled by a third."""
    for measure in JUDGED_POINTS:
        near = values(measure)
        pairs = product(near, near) if isinstance(near[0], str | bool) else [*pairwise(near)]
        for one, other in pairs:
            for gap, (later, earlier) in product(PAIR_GAPS, ((one, other), (other, one))):
                yield charted(WELL, **{measure: ((10 * MINUTE, later), (10 * MINUTE + gap, earlier))})
            three = ((0, other), (5 * MINUTE, other), (5 * MINUTE + 1, one))
            yield charted(WELL, **{measure: three})


def _ages() -> Iterator[Context]:
    """Exactly as old as each limit of freshness, and a microsecond less and more, well and not."""
    for measure, hours, nudge in product(POINT_MEASURES, (4, 12, 24), AROUND):
        for value in (values(measure)[0], values(measure)[-1], WELL.points.get(measure, ((0, Decimal(30)),))[0][1]):
            yield taken(measure, value, hours * HOUR + nudge)
    for measure, age in product(POINT_MEASURES, (-1, -2 * MINUTE, 0)):
        yield taken(measure, values(measure)[-1], age)


def _absent() -> Iterator[Context]:
    for measure in POINT_MEASURES:
        yield replace(WELL, points={name: rows for name, rows in WELL.points.items() if name != measure})
        yield charted(WELL, **{measure: ()})


def _tachycardia() -> Iterator[Context]:
    rates = [Decimal(rate) for rate in (99, 100, 130, 131)]
    gaps = (15 * MINUTE - 1, 15 * MINUTE, 4 * HOUR, 4 * HOUR + 1)
    for later, earlier, gap in product(rates, rates, gaps):
        yield charted(WELL, heart_rate=((0, later), (gap, earlier)))
        for between in rates:
            yield charted(WELL, heart_rate=((0, later), (10 * MINUTE, between), (gap, earlier)))
    fast = charted(WELL, heart_rate=((0, Decimal(131)), (HALF, Decimal(131))))
    for heat, age, nudge in product(("37.9", "38.0", "38.1"), (0, 4 * HOUR), AROUND):
        yield charted(fast, temperature=((max(0, age + nudge), Decimal(heat)),))
        yield charted(fast, temperature=((0, Decimal("37.0")), (age + 6 * MINUTE, Decimal(heat))))
    for rate, age in product(("0", "0.1"), (0, 4 * HOUR, 4 * HOUR + 1)):
        yield charted(fast, dopamine_rate=((age, Decimal(rate)),))


def _oxygen() -> Iterator[Context]:
    flows = [Decimal(text) for text in ("0", "0.1", "2.9", "3", "4", "4.1", "60", "60.1")]
    for worn, flow, spo2 in product(MEASURES["oxygen_device"]["choices"], flows, (89, 90, 91, 94, 95)):
        worn_now = charted(
            WELL, oxygen_device=((HALF, worn),), oxygen_flow=((HALF, flow),), spo2=((HALF, Decimal(spo2)),)
        )
        yield worn_now
        if worn == "simple_mask":
            for fio2, age in product((39, 40, 41), (HALF, 4 * HOUR, 4 * HOUR + 1)):
                yield charted(worn_now, fio2=((age, Decimal(fio2)),))


def _weights() -> Iterator[Context]:
    for base, tenths in product(("40.0", "61.4", "80.0", "82.0"), range(-2, 3)):
        weight = (Decimal(base) * 115 / 100).quantize(Decimal("0.1")) + Decimal(tenths) / 10
        yield replace(taken("weight", weight), baseline={**WELL.baseline, "weight": Decimal(base)})
    without = {name: value for name, value in WELL.baseline.items() if name != "weight"}
    yield replace(WELL, baseline=without)
    for base, now, millilitres in product(("80.0", "82.0"), ("80.0", "82.0"), (319, 320, 321, 327, 328, 329)):
        heavier = replace(taken("weight", Decimal(now)), baseline={**WELL.baseline, "weight": Decimal(base)})
        yield replace(heavier, volumes={**WELL.volumes, "urine_volume": hourly(Decimal(millilitres))})


def _with_volumes(measure: str, *rows: tuple[int, int, Any], admitted: int | None = None) -> Context:
    volumes = tuple((start, end, Decimal(volume)) for start, end, volume in rows if start > end)
    return replace(WELL, volumes={**WELL.volumes, measure: volumes}, admitted=admitted)


def _volumes() -> Iterator[Context]:
    """Each printed total a thousandth of a millilitre below, at and above, even and pro rata."""
    for measure, totals in (("urine_volume", (0, 80, 160, 320)), ("stool_volume", (0, 1000))):
        for total, nudge in product(totals, ("-0.001", "0", "0.001")):
            volume = max(Decimal(0), Decimal(total) + Decimal(nudge))
            yield _with_volumes(measure, (8 * HOUR, 0, volume))
            yield _with_volumes(measure, (24 * HOUR, 0, volume * 3))
            yield _with_volumes(measure, (16 * HOUR, 8 * HOUR, volume), (8 * HOUR, 0, volume))
            for before in ("999.999", "1000", "1000.001"):
                yield _with_volumes(measure, (16 * HOUR, 8 * HOUR, before), (8 * HOUR, 0, volume))


def _coverage() -> Iterator[Context]:
    """Seven and a half hours and a microsecond less and more, at either end and in the middle; overlaps; the future."""
    for measure, nudge, volume in product(("urine_volume", "stool_volume"), AROUND, (0, 80, 160, 1001)):
        yield _with_volumes(measure, (8 * HOUR, HALF + nudge, volume))
        yield _with_volumes(measure, (450 * MINUTE + nudge, 0, volume))
        yield _with_volumes(measure, (8 * HOUR, 4 * HOUR + HALF + nudge, volume), (4 * HOUR, 0, volume))
        yield _with_volumes(measure, (8 * HOUR, 4 * HOUR, volume), (4 * HOUR + nudge, 0, volume))
        yield _with_volumes(measure, (9 * HOUR, 8 * HOUR + nudge, volume), (8 * HOUR, 0, volume))
        yield _with_volumes(measure, (8 * HOUR, nudge - MINUTE, volume))
        yield _with_volumes(measure, (8 * HOUR, -2 * MINUTE, volume))
        yield _with_volumes(measure, (930 * MINUTE + nudge, 8 * HOUR, 1000), (8 * HOUR, 0, 1000))
    yield _with_volumes("urine_volume")
    yield _with_volumes("stool_volume")


def _admission() -> Iterator[Context]:
    for hours, nudge, volume in product((1, 7, 8, 12), AROUND, (0, 1000)):
        admitted = hours * HOUR + nudge
        yield replace(WELL, admitted=admitted)
        for measure, gap in product(("urine_volume", "stool_volume"), (0, 1, HALF)):
            yield _with_volumes(measure, (admitted, gap, volume), admitted=admitted)
            yield _with_volumes(measure, (admitted - gap, 0, volume), admitted=admitted)
            yield _with_volumes(measure, (admitted, HALF + gap, volume), (HALF, 0, volume), admitted=admitted)


def _durations() -> Iterator[Context]:
    limits = {"oxygen_device": 72 * HOUR, "coma_or_toxic_psychosis": 48 * HOUR}
    for measure in JUDGED_POINTS:
        if MEASURES[measure]["kind"] != "finding" and measure not in limits:
            continue
        on: Value = "intubated" if measure == "oxygen_device" else True
        off: Value = "room_air" if measure == "oxygen_device" else False
        for nudge, latest in product((-SECOND, -1, 0, 1, SECOND), (HALF, 4 * HOUR, 4 * HOUR + 1)):
            first = limits.get(measure, 2 * HOUR) + nudge
            yield charted(WELL, **{measure: ((first, on), (latest, on))})
            yield charted(WELL, **{measure: ((first, on), (HOUR, off), (latest, on))})
            yield charted(WELL, **{measure: ((first, on), (first - 10 * MINUTE, off), (latest, on))})
            yield charted(WELL, **{measure: ((first + 5 * HOUR, on), (5 * HOUR, on), (latest, off))})


def _events() -> Iterator[Context]:
    """True at, before and after the last dose; the latest true or false; an ECG before, with and after the pain."""
    for measure, given, latest in product(EVENTS, (2 * HOUR - 1, 2 * HOUR, 2 * HOUR + 1, None), (False, True)):
        value: Value = Decimal(5) if measure == "vt_beats" else True
        quiet: Value = Decimal(4 if latest else 0) if measure == "vt_beats" else latest
        yield replace(charted(WELL, **{measure: ((2 * HOUR, value), (HALF, quiet))}), given=given)
        yield replace(taken(measure, value, 2 * HOUR), given=given)
    for measure, hours, nudge in product(EVENTS, (4, 24), AROUND):
        happened: Value = Decimal(5) if measure == "vt_beats" else True
        yield replace(taken(measure, happened, hours * HOUR + nudge), given=HOUR)
    for age, ischaemia in product((2 * HOUR - 1, 2 * HOUR, 2 * HOUR + 1), (False, True)):
        yield charted(WELL, chest_pain=((2 * HOUR, True), (HALF, False)), ecg_ischaemia=((age, ischaemia),))
    for measure, rate, given in product(
        ("phenylephrine_rate", "norepinephrine_rate", "dopamine_rate"),
        ("0", "0.5", "1.0", "1.5"),
        (None, HOUR, 6 * HOUR),
    ):
        high = ((5 * HOUR, Decimal(rate)), (HALF, Decimal(0)))
        yield replace(charted(WELL, **{measure: high}), given=given)


def _latches() -> Iterator[Context]:
    """Set a day ago, left alone or cleared since, and each way a pair can stand in between."""
    settings: dict[str, tuple[Value, ...]] = {
        "spo2": tuple(Decimal(number) for number in (89, 90, 91)),
        "systolic_bp": tuple(Decimal(number) for number in (89, 90)),
        "rhythm": ("sinus", "atrial_fibrillation", "uncontrolled", "ventricular_tachycardia"),
        "stool_occult_blood": ("negative", "positive"),
        "oxygen_device": ("room_air", "intubated"),
        "infection_suspected": (False, True),
        "hallucinations": (False, True),
        "frank_blood": (False, True),
        "seizure": (False, True),
        "bowel_ischaemia_or_perforation": (False, True),
    }
    for measure, known in settings.items():
        for first, second, third in product(known, repeat=3):
            for gap in (HOUR, 5 * MINUTE, 5 * MINUTE + 1):
                yield charted(WELL, **{measure: ((24 * HOUR, first), (HALF + gap, second), (HALF, third))})
    for given, age in product((None, 3 * HOUR, 5 * HOUR), (HALF, 4 * HOUR)):
        yield replace(charted(WELL, seizure=((4 * HOUR, True), (age - HALF, False))), given=given)
        yield charted(WELL, frank_blood=((4 * HOUR, True), (HALF, False)), stool_occult_blood=((age, "negative"),))
    for age, systolic, dyspnoea in product((HOUR, 3 * HOUR, 4 * HOUR), (89, 90, 91), (None, HOUR, 2 * HOUR, 3 * HOUR)):
        ill = charted(WELL, rhythm=((3 * HOUR, "atrial_fibrillation"), (90 * MINUTE, "sinus")))
        ill = charted(ill, systolic_bp=((age, Decimal(systolic)),))
        yield ill if dyspnoea is None else charted(ill, dyspnoea_at_rest=((dyspnoea, True), (HALF, False)))
    for age, denied in product((2 * HOUR, 3 * HOUR, 5 * HOUR), (None, 5 * MINUTE, 5 * MINUTE + 1, 4 * HOUR)):
        ill = charted(WELL, rhythm=((3 * HOUR, "atrial_fibrillation"), (HOUR, "sinus")))
        told = ((age, True),) if denied is None else ((age, True), (max(age - denied, 0), False))
        for given in (None, 2 * HOUR, HALF):
            yield replace(charted(ill, dyspnoea_at_rest=told), given=given)


def _previous() -> Iterator[Context]:
    for action, before, now in product(ACTIONS, (None, 88, 89, 90, 91), (89, 90, 91)):
        spo2 = None if before is None else Decimal(before)
        yield replace(taken("spo2", Decimal(now)), previous=(action, spo2))


def _clock() -> Iterator[Context]:
    for late, nudge in product((-2 * HOUR, -HOUR, 0, HOUR, 8 * HOUR), (-SECOND, -1, 0, 1, SECOND)):
        for context in (WELL, *_graded()):
            yield replace(context, late=late + nudge)


def _graded() -> tuple[Context, ...]:
    absent = replace(WELL, points={name: rows for name, rows in WELL.points.items() if name != "temperature"})
    return (
        taken("creatinine", Decimal("2.5")),
        taken("creatinine", Decimal("3.0")),
        taken("chest_pain", True),
        taken("infection_suspected", True),
        taken("dopamine_rate", Decimal(2)),
        absent,
    )


def _held() -> Iterator[Context]:
    for held, context in product(range(6), (WELL, *_graded())):
        yield replace(context, held=held)


def _counted() -> Iterator[Context]:
    """Every number of relatives from none to nine, with and without an absolute, held and not."""
    for count, absolute, held in product(range(len(MILD) + 1), (False, True), (0, 1, 2, 3)):
        points: dict[str, tuple[Point, ...]] = {measure: ((HALF, value),) for measure, value in MILD[:count]}
        points |= {"abdominal_pain_severe": ((HALF, True),)} if absolute else {}
        yield replace(charted(WELL, **points), held=held)


def _attention() -> Iterator[Context]:
    for test, before, now in product(("serial_sevens", "world_backward"), ("pass", "fail", None), ("pass", "fail")):
        baseline = {name: value for name, value in WELL.baseline.items() if name != test}
        yield replace(taken(test, now), baseline=baseline if before is None else {**baseline, test: before})


def _unresolved() -> Iterator[Context]:
    for row in RULES["uspi-2023"].rows:
        for name in sorted(row["classes"] & {"W", "P"}):
            for context in (WELL, *_graded(), taken("spo2", Decimal(90))):
                yield replace(context, unresolved=(f"{row['name']}/{name}",))
            yield replace(WELL, unresolved=(f"{row['name']}/{name}",), given=HOUR)
