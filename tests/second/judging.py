"""How is one row of a printed table judged: which classes are met, and which cannot be known?

Each judgement takes a row of rules.toml and gives two sets of classes, met and unknown. What is in neither is not met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from tests.second.charted import HOUR, MINUTE, Chart, Point, Value

Classes: TypeAlias = frozenset[str]
Said: TypeAlias = tuple[Classes, Classes]
Row: TypeAlias = dict[str, Any]

NOTHING: Classes = frozenset()
NOT_MET: Said = (NOTHING, NOTHING)
EIGHT_HOURS = 8 * HOUR
COVERED = 7 * HOUR + 30 * MINUTE


class View:
    """One chart under one protocol: adds how long a reading may be relied on."""

    def __init__(self, chart: Chart, fresh: dict[str, int]) -> None:
        self.chart, self.context, self.fresh = chart, chart.context, fresh

    def is_fresh(self, measure: str) -> bool:
        latest = self.chart.latest.get(measure)
        return latest is not None and latest <= self.fresh[measure]

    def usable(self, measure: str) -> list[Value]:
        """The values that must agree, latest included; none when the latest is missing or stale."""
        latest = self.chart.latest.get(measure)
        return self.chart.pairs[measure] if latest is not None and latest <= self.fresh[measure] else []

    def since_last_dose(self, measure: str) -> list[Value]:
        """The readings since the last administration, and the latest one, whenever it was, while it is fresh."""
        series, given = self.chart.series(measure), self.context.given
        if given is None:
            return [value for _, value in series]
        latest = series[0][0] if self.is_fresh(measure) else -1
        return [value for age, value in series if age <= given or age == latest]


def common(answers: Iterable[Classes]) -> Said:
    """What every answer meets is met; what only some meet is unknown."""
    every = list(answers)
    met = every[0].intersection(*every[1:])
    return met, every[0].union(*every[1:]) - met


def reached(levels: list[tuple[str, str, Any]], value: Any) -> Classes:
    """The classes of the levels a value is on."""
    return frozenset(name for name, sign, bound in levels if compares(value, sign, bound))


def compares(value: Any, sign: str, bound: Any) -> bool:
    """Exact comparison of a charted or computed number with a printed bound."""
    if sign == "<":
        return bool(value < bound)
    if sign == "<=":
        return bool(value <= bound)
    if sign == ">":
        return bool(value > bound)
    return bool(value >= bound)


def band(row: Row, view: View) -> Said:
    values = view.usable(row["measure"])
    if not values:
        return NOTHING, row["classes"]
    if len(values) == 1:
        return reached(row["levels"], values[0]), NOTHING
    return common(reached(row["levels"], value) for value in values)


def choice(row: Row, view: View) -> Said:
    values = view.chart.pair(row["measure"])
    if not view.is_fresh(row["measure"]):
        calls = any(value in row["choices"] for value in values)
        return NOTHING, (row["classes"] if calls or "taken" not in row else NOTHING)
    if len(values) == 1:
        return row["choices"].get(values[0], NOTHING), NOTHING
    return common(row["choices"].get(value, NOTHING) for value in values)


def finding(row: Row, view: View) -> Said:
    values = view.usable(row["measure"])
    if not values:
        return NOTHING, row["classes"]
    if len(values) == 1:
        return (row["classes"], NOTHING) if values[0] is True else NOT_MET
    return common(row["classes"] if value is True else NOTHING for value in values)


def event(row: Row, view: View) -> Said:
    """True at any reading since the last dose (fine print 8)."""
    if True in view.since_last_dose(row["measure"]):
        return row["classes"], NOTHING
    if "taken" in row and not view.is_fresh(row["measure"]):
        return NOTHING, (row["classes"] if True in view.chart.pair(row["measure"]) else NOTHING)
    return finding(row, view)


def running(row: Row, view: View) -> Said:
    """The greatest rate since the last dose."""
    met, unknown = band(row, view)
    for value in view.since_last_dose(row["measure"]):
        met |= reached(row["levels"], value)
    return met, unknown - met


def beats(row: Row, view: View) -> Said:
    """Any run since the last dose; never taken is none."""
    if any(value > 0 for value in view.since_last_dose(row["measure"])):
        return row["classes"], NOTHING
    positive = any(value > 0 for value in view.chart.pair(row["measure"]))
    return NOTHING, row["classes"] if positive else NOTHING


def answered(row: Row, view: View) -> Said:
    """Pain is answered by an ECG recorded after the last time it was felt."""
    series, given = view.chart.series(row["measure"]), view.context.given
    latest = series[0][0] if series else 0
    felt = [age for age, value in series if value is True and (given is None or age <= given or age == latest)]
    close = [age for age, value in series if value is True and age - latest <= view.chart.pair_span]
    ecg = min((age for age, _ in view.chart.series(row["by"])), default=None)
    if felt and (ecg is None or ecg >= min(felt)):
        return row["classes"], NOTHING
    doubtful = bool(close) and (ecg is None or ecg >= min(close))
    return NOTHING, row["classes"] if doubtful or not view.is_fresh(row["measure"]) else NOTHING


def nasal(row: Row, view: View) -> Said:
    devices, flows = view.usable("oxygen_device"), view.usable(row["measure"])
    if not devices or ("nasal_cannula" in devices and not flows):
        return NOTHING, row["classes"]
    if "nasal_cannula" not in devices:
        return NOT_MET
    return common(
        reached(row["levels"], flow) if device == "nasal_cannula" else NOTHING for device in devices for flow in flows
    )


def device(row: Row, view: View) -> Said:
    devices = view.usable(row["measure"])
    if not devices:
        return NOTHING, row["classes"]
    masks = [frozenset("A" if fio2 >= row["fio2"] else "U") for fio2 in view.usable("fio2")] or [frozenset("U")]
    if len(set(devices)) > 1:
        masks = [NOTHING, row["classes"]]
    answers: list[Classes] = []
    for worn in devices:
        answers += masks if worn == row["mask"] else [row["choices"].get(worn, NOTHING)]
    return common(answers)


def target(row: Row, view: View) -> Said:
    """Below the target on air or little nasal oxygen: nobody has titrated yet, and no row covers it."""
    devices, flows, values = (view.usable(measure) for measure in ("oxygen_device", "oxygen_flow", row["measure"]))
    if not devices or not values or ("nasal_cannula" in devices and not flows):
        return NOTHING, row["classes"]
    little = [
        worn == "room_air" or (worn == "nasal_cannula" and flow <= row["flow"])
        for worn in devices
        for flow in (flows or [Decimal(0)])
    ]
    return common(row["classes"] if low and value < row["below"] else NOTHING for low in little for value in values)


def charted_sum(row: Row, view: View) -> Fraction | str | None:
    """The 8 h figure, None where it cannot be known, "early" where charting since a recent admission has no gap."""
    admitted = view.context.admitted
    if admitted is not None and admitted < EIGHT_HOURS:
        last = min((max(end, 0) for _, end, _ in view.context.volumes.get(row["measure"], ())), default=0)
        end = min(last, EIGHT_HOURS - COVERED, admitted)
        if view.chart.total(row["measure"], admitted, end, admitted - end) is not None:
            return "early"
    return view.chart.total(row["measure"], EIGHT_HOURS, 0, COVERED)


def sum_(row: Row, view: View) -> Said:
    total = charted_sum(row, view)
    if total is None:
        return NOTHING, row["classes"]
    return NOT_MET if total == "early" else (reached(row["levels"], total), NOTHING)


def sums(row: Row, view: View) -> Said:
    """The second period is asked for only when the last one is on the first level (fine print 11)."""
    met, unknown = sum_(row, view)
    if not met:
        return met, unknown
    before = view.chart.total(row["measure"], 2 * EIGHT_HOURS, EIGHT_HOURS, COVERED)
    twice = frozenset(row["twice"])
    if before is None:
        return met, twice
    return (met | twice if reached(row["levels"], before) else met), NOTHING


def sum_per_kg(row: Row, view: View) -> Said:
    total, baseline, weights = charted_sum(row, view), view.context.baseline.get("weight"), view.usable("weight")
    if total == "early":
        return NOT_MET
    if not isinstance(total, Fraction) or baseline is None or not weights:
        return NOTHING, row["classes"]
    return common(
        frozenset(name for name, sign, bound in row["levels"] if compares(total, sign, bound * Fraction(heavier)))
        for heavier in (max(baseline, weight) for weight in weights)
    )


def gain(row: Row, view: View) -> Said:
    """Per cent of the baseline, without dividing: (now - then) x 100 against bound x then."""
    baseline, weights = view.context.baseline.get("weight"), view.usable(row["measure"])
    if not isinstance(baseline, Decimal) or not weights:
        return NOTHING, row["classes"]
    return common(
        frozenset(
            name for name, sign, bound in row["levels"] if compares((weight - baseline) * 100, sign, bound * baseline)
        )
        for weight in weights
    )


def attention(row: Row, view: View) -> Said:
    before = view.context.baseline.get(row["measure"])
    values = view.usable(row["measure"])
    if not values:
        return NOTHING, row["classes"]
    failed = {"pass": row["classes"], "fail": NOTHING}.get(str(before), frozenset("U"))
    return common(failed if value == "fail" else NOTHING for value in values)


def lasting(row: Row, view: View) -> Said:
    """From the first true of the unbroken run to the decision; shorter than that, nobody can say yet."""
    values = view.usable(row["measure"])
    if not values or len(set(values)) > 1:
        return NOTHING, row["classes"]
    if values[0] is False:
        return NOT_MET
    series = view.chart.series(row["measure"])
    true = {age for age, value in series if value is True}
    broken = min((age for age, value in series if value is False and age not in true), default=None)
    first = max(age for age in true if broken is None or age < broken)
    return (row["classes"], NOTHING) if first >= row["minutes"] * MINUTE else (frozenset("U"), NOTHING)


def persistent(row: Row, view: View) -> Said:
    """Fine print 7: tachycardia counts when an earlier reading confirms it, without fever and without dopamine."""
    values = view.usable(row["measure"])
    if not values or (min(values) < row["from"] <= max(values)):
        return NOTHING, row["classes"]
    if max(values) < row["from"]:
        return NOT_MET
    series = view.chart.series(row["measure"])
    before = confirming(row, series)
    if not before or not afebrile(row, view, series[0][0]) or set(view.usable("dopamine_rate")) != {0}:
        return NOTHING, row["classes"]
    above = [value > row["above"] for value in values]
    if not any(above):
        return frozenset("R"), NOTHING
    if all(above) and max(before) > row["above"]:
        return row["classes"], NOTHING
    return frozenset("R"), frozenset("A")


def confirming(row: Row, series: tuple[Point, ...]) -> list[Any]:
    """The earlier readings in range, far enough back and with none below between."""
    latest = series[0][0]
    below = [age for age, value in series if value < row["from"]]
    back = min([latest + row["span_hours"] * HOUR, *below])
    return [
        value for age, value in series if latest + row["gap_minutes"] * MINUTE <= age <= back and value >= row["from"]
    ]


def afebrile(row: Row, view: View, age: int) -> bool:
    """Whether the temperature nearest in time is fresh, below the limit, and not contradicted."""
    series = view.chart.series("temperature")
    if not view.is_fresh("temperature"):
        return False
    gap = min(abs(taken - age) for taken, _ in series)
    nearest = [taken for taken, _ in series if abs(taken - age) == gap]
    if any(taken > view.fresh["temperature"] for taken in nearest):
        return False
    span = view.chart.pair_span
    return all(value < row["fever"] for taken, value in series if any(abs(taken - near) <= span for near in nearest))


PLAIN: dict[str, Callable[[Row, View], Said]] = {
    "answered": answered,
    "attention": attention,
    "band": band,
    "beats": beats,
    "choice": choice,
    "device": device,
    "event": event,
    "finding": finding,
    "gain": gain,
    "lasting": lasting,
    "nasal": nasal,
    "persistent": persistent,
    "running": running,
    "sum": sum_,
    "sum_per_kg": sum_per_kg,
    "sums": sums,
    "target": target,
}
