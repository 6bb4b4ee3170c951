"""What does the rules page decide for one context, worked out a second time?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.second.charted import Chart, Context
from tests.second.judging import NOT_MET, PLAIN, Row, Said, View
from tests.second.latching import LATCHED
from tests.second.rules import AHEAD, ASSESS, DELAY, MEASURES, PAIR, RULES, Rules

ACTIONS = ("proceed", "caution", "incomplete", "hold", "skip", "stop", "discontinue")
CALLS = {"H": "hold", "W": "hold", "S": "stop", "P": "discontinue", "U": "incomplete"}
FLOW_DEVICES = ("nasal_cannula", "simple_mask", "mask_40_percent", "non_rebreather", "high_flow_nasal")
HOW: dict[str, Callable[[Row, View], Said]] = PLAIN | LATCHED


class RefusedError(ValueError):
    """The request is no request: nothing is evaluated (422)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`rows` gives the classes met and unknown by our own row name; `missing` what is required and not usable."""

    action: str
    provisional: bool
    relative: int
    absolute: int
    missing: frozenset[str]
    rows: dict[str, Said]


def chart_of(context: Context) -> Chart:
    """The readings in order, for every protocol; raises RefusedError for what fine print 1 refuses."""
    ahead = [age for points in context.points.values() for age, _ in points if age < -AHEAD]
    if ahead or any(end < -AHEAD for volumes in context.volumes.values() for _, end, _ in volumes):
        raise RefusedError("a reading lies in the future")
    return Chart(context, PAIR)


def judge(chart: Chart, protocol: str) -> Answer:
    """The decision of one protocol; raises RefusedError for a dose over the cap (fine print 17)."""
    rules, context = RULES[protocol], chart.context
    if not 1 <= context.number <= rules.cap:
        raise RefusedError("there is no dose of that number")
    view = View(chart, rules.fresh)
    rows = {row["name"]: HOW[row["how"]](row, view) for row in rules.rows}
    missing = [measure for measure in rules.needs if not view.is_fresh(measure)]
    told = [(row["how"], *rows[row["name"]]) for row in rules.rows if rows[row["name"]] != NOT_MET]
    blocked = bool(missing) or any(unknown for _, _, unknown in told)
    blocked = blocked or _dulled(rules, rows, view) or _contradicts(view) or _unlikely(rules, rows, view)
    absolute = sum("A" in met for _, met, _ in told)
    relative = sum("R" in met and (how == "sums" or "A" not in met) for how, met, _ in told)
    calls = [CALLS[name] for _, met, _ in told for name in met if name in CALLS]
    calls += ["incomplete"] if blocked else []
    calls += [_combined(rules.combine, relative, absolute, context.held), *_bound(context)]
    return Answer(
        action=max(calls, key=ACTIONS.index),
        provisional=context.late < -ASSESS,
        relative=relative,
        absolute=absolute,
        missing=frozenset(missing),
        rows=rows,
    )


def _combined(rule: str, relative: int, absolute: int, held: int) -> str:
    """Three printed ways to put classes together; the third held occasion belongs to lvhn-2015 (fine print 3)."""
    if rule == "count":
        return "hold" if absolute or relative > 2 else "caution" if relative else "proceed"
    if rule == "slots":
        third = held > 2 or (relative and held == 2)
        return "stop" if absolute or relative > 2 or third else "hold" if relative else "proceed"
    return "proceed"


def _bound(context: Context) -> list[str]:
    """What the clock and an earlier decision call for."""
    calls = ["skip"] if context.late > DELAY else []
    if context.previous is not None and context.previous[0] in ("stop", "discontinue"):
        calls.append(context.previous[0])
    return calls


def _dulled(rules: Rules, rows: dict[str, Said], view: View) -> bool:
    """Not alert, and no criterion on a neurologic finding says why."""
    explained = any("mental" in row and rows[row["name"]][0] - {"U"} for row in rules.rows)
    return not explained and any(value != "alert" for value in view.chart.pair("consciousness"))


def _contradicts(view: View) -> bool:
    """Flow against device, and systolic against diastolic pressure of the same moment."""
    flows, worn = view.chart.pair("oxygen_flow"), view.chart.pair("oxygen_device")
    wrong = any(
        (flow != 0 and device == "room_air") or (flow == 0 and device in FLOW_DEVICES)
        for flow in flows
        for device in worn
    )
    upper, lower = view.chart.pair_points("systolic_bp"), view.chart.pair_points("diastolic_bp")
    return wrong or any(at == then and high <= low for at, high in upper for then, low in lower)


def _unlikely(rules: Rules, rows: dict[str, Said], view: View) -> bool:
    """Outside `warn` and on no criterion (fine print 9)."""
    return any(
        any(not low <= value <= high for value in view.chart.pair(measure))
        and not any(rows[row["name"]][0] for row in rules.rows if row["measure"] == measure)
        for measure, low, high in rules.likely
    )


def evaluate(context: Context, protocol: str) -> Answer:
    """One context under one protocol; raises RefusedError."""
    return judge(chart_of(context), protocol)


def of_request(request: dict[str, Any]) -> Answer:
    """The answer to an evaluate request as JSON gives it; raises RefusedError."""
    from tests.second.request import parse

    for row in request["observations"]:
        if row["measure"] not in MEASURES:
            raise RefusedError("there is no such measure")
    return evaluate(parse(request), request["protocol"])
