"""How does a test of a figure get a course, hour by hour?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from app.domain.course import Administration, Course, Cycle, CycleEvent, Dose, Order, Patient
from app.domain.decision import Cause, DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Value
from app.domain.observation import Observation
from app.domain.protocol import Protocol
from app.domain.vocabulary import Action, Choice, CycleEventKind, NotTaken, Outcome
from app.protocols.library import load
from dashboards import pages
from dashboards.scene import Scene, scene
from dashboards.view import View

LIBRARY = load()
LVHN, CONSENSUS = LIBRARY.protocols["lvhn-2015"], LIBRARY.protocols["consensus-2014"]

FIRST = datetime(2026, 11, 19, 8, tzinfo=UTC)
"""Dose 1 is due: every hour in these tests is counted from here."""

BERLIN, NEW_YORK, ZULU = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("UTC")
EVERY = timedelta(hours=8)


def hour(hours: float, first: datetime = FIRST) -> datetime:
    """So many hours after dose 1 was due."""
    return first + timedelta(hours=hours)


Drawn: TypeAlias = dict[str, Any]
"""A figure, or a part of one."""


def a_view(start: float = -6, end: float = 60, at: float | None = None, zone: ZoneInfo = ZULU) -> View:
    """A view between two hours, seen from its end."""
    return View(hour(start), hour(end), hour(end if at is None else at), zone, LIBRARY.news2)


@dataclass
class ACourse:
    """A course under construction: every method writes one thing down and answers what it wrote."""

    first: datetime = FIRST
    doses: int = 14
    lain: int = 6
    cycles: list[Cycle] = field(default_factory=list)
    slots: list[Dose] = field(default_factory=list)
    events: list[CycleEvent] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    decisions: list[DecisionRecord] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    administrations: list[Administration] = field(default_factory=list)
    ids: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.admit(1, self.first)

    def admit(self, number: int, first: datetime) -> Cycle:
        """A cycle with all its doses, admitted `lain` hours before the first is due (under 8: no volume)."""
        lain = first - timedelta(hours=self.lain)
        cycle = Cycle(self.an_id(), "course", number, "ward", "4", lain, first, Decimal(72), lain)
        self.cycles.append(cycle)
        self.slots += [Dose(f"c{number}-d{n}", cycle.id, n) for n in range(1, self.doses + 1)]
        return cycle

    def an_id(self) -> str:
        return f"id-{next(self.ids):05d}"

    def chart(
        self, measure: str, value: str | bool, at: float, *, since: float | None = None, of: str = ""
    ) -> Observation:
        """One charted value; `of` is its set, `since` the start of an interval."""
        known = LIBRARY.measures[measure]
        plain: Value = Decimal(value) if known.numeric and not isinstance(value, bool) else value
        row = Observation(
            id=self.an_id(),
            set_id=of or f"set-{at}",
            measure=measure,
            value=plain,
            unit=known.unit,
            entered=str(value),
            entered_unit=known.unit,
            observed_at=hour(at, self.first),
            start_at=None if since is None else hour(since, self.first),
            confirmed=False,
            not_taken=None,
            recorded_at=hour(at, self.first),
            recorded_by="nurse-1",
        )
        self.observations.append(row)
        return row

    def series(self, measure: str, *pairs: tuple[float, str]) -> None:
        """Hours and values."""
        for at, value in pairs:
            self.chart(measure, value, at)

    def correct(self, row: Observation, value: str | bool, reason: str) -> Observation:
        """A later row that says what was meant."""
        plain: Value = value if isinstance(row.value, bool | str) else Decimal(value)
        new = replace(row, id=self.an_id(), set_id="correction", value=plain, supersedes=row.id, reason=reason)
        self.observations.append(new)
        return new

    def retract(self, row: Observation, reason: str) -> Observation:
        """A later row that takes it back."""
        new = replace(row, id=self.an_id(), value=None, supersedes=row.id, retracts=True, reason=reason)
        self.observations.append(new)
        return new

    def not_taken(self, measure: str, at: float, why: NotTaken = NotTaken.REFUSED) -> Observation:
        """A measure that was asked for and not taken."""
        row = replace(self.chart(measure, "0", at), value=None, not_taken=why)
        self.observations[-1] = row
        return row

    def give(self, number: int, at: float, *, cycle: int = 1, outcome: Outcome = Outcome.GIVEN) -> Administration:
        """A dose that went in, wholly, in part or not at all."""
        row = Administration(
            id=self.an_id(),
            dose_id=f"c{cycle}-d{number}",
            outcome=outcome,
            decision_id=None,
            order_id=None,
            started_at=hour(at, self.first),
            ended_at=None,
            units=Decimal(0) if outcome is Outcome.NOT_GIVEN else Decimal(43_200_000),
            deviation=None,
            recorded_at=hour(at, self.first),
            recorded_by="nurse-2",
        )
        self.administrations.append(row)
        return row

    def decide(
        self, number: int, action: Action, at: float, *, provisional: bool = False, reviews: str | None = None
    ) -> DecisionRecord:
        """A decision on a dose of cycle 1."""
        row = DecisionRecord(
            id=self.an_id(),
            course_id="course",
            cycle_id=self.cycles[0].id,
            dose_id=f"c1-d{number}",
            action=action,
            provisional=provisional,
            at=hour(at, self.first),
            valid_until=None,
            relative=1 if action.rank >= Action.HOLD.rank else 0,
            absolute=0,
            protocol=LVHN.pin,
            engine="1",
            situation=b"",
            document=b"",
            cause=Cause.OBSERVATIONS if reviews is None else Cause.REVIEW,
            cause_id=None,
            reviews=reviews,
            recorded_at=hour(at, self.first),
            recorded_by="nurse-1",
        )
        self.decisions.append(row)
        return row

    def order(self, number: int, choice: Choice, at: float, reason: str) -> Order:
        """A prescriber's order on a dose of cycle 1."""
        on = next((row.id for row in reversed(self.decisions) if row.dose_id == f"c1-d{number}"), "decision")
        row = Order(self.an_id(), f"c1-d{number}", on, choice, reason, hour(at, self.first), "prescriber-1")
        self.orders.append(row)
        return row

    def end(self, kind: CycleEventKind, at: float) -> CycleEvent:
        """The end of cycle 1."""
        when = hour(at, self.first)
        row = CycleEvent(self.an_id(), self.cycles[0].id, kind, when, "reason", when, "prescriber-1")
        self.events.append(row)
        return row

    def sheet(self) -> Flowsheet:
        """The course as one value."""
        return Flowsheet(
            patient=Patient("patient", "MRN", "DEMO-FAMILY", "Given", date(1971, 2, 3), "female"),
            course=Course("course", "patient", LVHN.pin, (), self.first, "prescriber-1"),
            cycles=tuple(self.cycles),
            events=tuple(self.events),
            doses=tuple(self.slots),
            observations=tuple(self.observations),
            decisions=tuple(self.decisions),
            orders=tuple(self.orders),
            administrations=tuple(self.administrations),
        )


def a_story() -> ACourse:
    """Two and a half days of a cycle: fever, falling pressure, a held dose, a gap, corrections, and a note in HTML."""
    course = ACourse()
    for number in range(1, 8):
        due = 8 * (number - 1)
        held = number == 5
        course.decide(number, Action.HOLD if held else Action.PROCEED, due - 0.5)
        if not held:
            course.give(number, due + 0.1)
    for step in [*range(-1, 8), *range(11, 14)]:
        _a_set(course, step)
    for at in range(-5, 52):
        if not 30 <= at < 38:
            course.chart("urine_volume", "75" if at < 24 else "15", at + 1, since=at)
    for day, (creatinine, platelets) in enumerate((("0.90", "220"), ("1.60", "140"), ("2.70", "45"))):
        course.chart("creatinine", creatinine, 24 * day - 3)
        course.chart("platelets", platelets, 24 * day - 3)
        course.chart("bilirubin", "1.2", 24 * day - 3)
        course.chart("bicarbonate", "22", 24 * day - 3)
        course.chart("weight", f"{72 + 4 * day}.0", 24 * day - 3)
    wrong = course.chart("systolic_bp", "11", 25)
    course.correct(wrong, "110", "<b>typed</b> too fast & late")
    course.not_taken("temperature", 26)
    course.chart("heart_rate", "204", 51)
    course.order(5, Choice.HOLD, 31.8, "wait for <i>fluids</i>")
    return course


def _a_set(course: ACourse, step: int) -> None:
    at, of = 4 * step, f"set-{step}"
    worse = max(0, step)
    values = {
        "respiratory_rate": 16 + worse // 2,
        "spo2": 97 - worse // 4,
        "oxygen_flow": 0 if worse < 8 else 2,
        "systolic_bp": 120 - 3 * worse,
        "diastolic_bp": 72 - 2 * worse,
        "heart_rate": 84 + 4 * worse,
        "phenylephrine_rate": 0,
        "norepinephrine_rate": 0,
        "dopamine_rate": 0,
    }
    for measure, value in values.items():
        course.chart(measure, str(value), at, of=of)
    course.chart("temperature", "38.6" if step % 2 else "36.8", at, of=of)
    course.chart("oxygen_device", "room_air" if worse < 8 else "nasal_cannula", at, of=of)
    course.chart("consciousness", "alert" if worse < 12 else "new_confusion", at, of=of)
    course.chart("rhythm", "atrial_fibrillation" if worse == 12 else "sinus", at, of=of)
    for finding in ("confusion_or_agitation", "hallucinations", "other_vasopressor"):
        course.chart(finding, finding == "confusion_or_agitation" and worse >= 12, at, of=of)
    course.chart("serial_sevens", "pass", at, of=of)


def draw(panel: str, course: ACourse, view: View | None = None, protocol: Protocol = LVHN) -> Drawn:
    """One figure of a course."""
    return pages.figure(panel, course.sheet(), protocol, view or a_view())


def a_scene(course: ACourse, view: View | None = None, protocol: Protocol = LVHN) -> Scene:
    """What the figure is drawn with."""
    return scene(course.sheet(), protocol, view or a_view())


def the_line(figure: Drawn, axis: str = "y") -> Drawn:
    """The joined trace of a panel."""
    return next(trace for trace in figure["data"] if trace["yaxis"] == axis and trace.get("mode") == "lines+markers")


def traces_of(figure: Drawn, symbol: str) -> list[Drawn]:
    """The traces whose marker is one symbol."""
    return [trace for trace in figure["data"] if trace.get("marker", {}).get("symbol") == symbol]


def words_of(figure: Drawn) -> list[str]:
    """Every text a figure shows, as Plotly gets it."""
    found = [note["text"] for note in figure["layout"]["annotations"]]
    found += [shape["label"]["text"] for shape in figure["layout"]["shapes"] if "label" in shape]
    for trace in figure["data"]:
        found += [trace.get("name", ""), *trace.get("text", []), *trace.get("hovertext", [])]
    for name, axis in figure["layout"].items():
        if name.startswith(("xaxis", "yaxis")):
            found += axis.get("ticktext", [])
    return found
