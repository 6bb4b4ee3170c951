"""What do a course's figures say in words and as tables, and which stretch of the course do they show?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.web.chart import Chart
from app.web.pages import Link
from app.web.translate import _, mark
from dashboards.pages import STACKS
from dashboards.panel import Panel
from dashboards.summary import TableRow, sentence, table
from dashboards.view import Span, View, course_span, cycle_span, last_hours

_STEP = timedelta(minutes=10)


class Window(StrEnum):
    """How much of the course the figures show."""

    DAY = "24h"
    CYCLE = "cycle"
    COURSE = "course"


class Shown(StrEnum):
    """Which panels stand under each other: the names of `dashboards.pages.STACKS`."""

    ALL = "course"
    CIRCULATION = "circulation"
    RESPIRATION = "respiration"
    FLUIDS = "fluids-and-labs"
    MIND = "mind"


_SHOWN = {
    Shown.ALL: mark("Everything"),
    Shown.CIRCULATION: mark("Circulation"),
    Shown.RESPIRATION: mark("Breathing"),
    Shown.FLUIDS: mark("Fluids and labs"),
    Shown.MIND: mark("Mental status"),
}
_WINDOWS = {Window.DAY: mark("Last 24 h"), Window.CYCLE: mark("This cycle"), Window.COURSE: mark("Whole course")}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One value of a figure; `struck` is true of one that no longer holds."""

    time: str
    dose: str
    measure: str
    value: str
    struck: bool
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class FigureView:
    """One panel in a sentence and a table."""

    id: str
    title: str
    sentence: str
    rows: tuple[FigureRow, ...]


def view_of(chart: Chart, window: Window) -> View:
    """The stretch of time, seen from the moment of looking, on the ward's clock."""
    setting = chart.setting
    span = _span(chart, window)
    return View(span.start, span.end, setting.now, setting.ward.zone, chart.case.library.news2)


def figure_views(chart: Chart, window: Window, shown: Shown = Shown.ALL) -> tuple[FigureView, ...]:
    """Every panel that is shown, from top to bottom; none before the first admission."""
    if not chart.case.sheet.cycles:
        return ()
    view = view_of(chart, window)
    return tuple(_figure(chart, panel, view) for panel in STACKS[shown])


def window_links(chart: Chart, window: Window, shown: Shown) -> tuple[Link, ...]:
    """The stretches of the course, by name."""
    return tuple(Link(_page(chart, one, shown), _(words), one is window) for one, words in _WINDOWS.items())


def shown_links(chart: Chart, window: Window, shown: Shown) -> tuple[Link, ...]:
    """What can be looked at by itself, so that it stands on one screen."""
    return tuple(Link(_page(chart, window, one), _(words), one is shown) for one, words in _SHOWN.items())


def stack_source(chart: Chart, window: Window, shown: Shown) -> str:
    """Where the drawing of the panels is fetched."""
    return f"/courses/{chart.case.course.id}/figures/{shown}?{_query(chart, window)}"


def permalink(chart: Chart, window: Window, shown: Shown) -> Link:
    """The address under which this view stays as it is known now."""
    setting = chart.setting
    at = f"{setting.now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    words = _("Link to these figures as known at {at}").format(at=setting.ward.moment(setting.now))
    return Link(f"/courses/{chart.case.course.id}?window={window}{_and(shown)}&at={at}#figures", words)


def _page(chart: Chart, window: Window, shown: Shown) -> str:
    return f"/courses/{chart.case.course.id}?{_query(chart, window)}{_and(shown)}#figures"


def _and(shown: Shown) -> str:
    return "" if shown is Shown.ALL else f"&show={shown}"


def _query(chart: Chart, window: Window) -> str:
    return f"window={window}{chart.suffix.replace('?', '&')}"


def _span(chart: Chart, window: Window) -> Span:
    """Of a live page the axis ends at the next ten minutes: a picture is not another one every second."""
    sheet, protocol, at = chart.case.sheet, chart.case.protocol, chart.setting.now
    if chart.live:
        at += -(at - datetime.min.replace(tzinfo=UTC)) % _STEP
    if window is Window.DAY or not sheet.cycles:
        return last_hours(at)
    if window is Window.CYCLE:
        return cycle_span(sheet, protocol, sheet.cycles[-1].id, at)
    return course_span(sheet, protocol, at)


def _figure(chart: Chart, panel: Panel, view: View) -> FigureView:
    sheet, protocol = chart.case.sheet, chart.case.protocol
    return FigureView(
        id=panel.id,
        title=panel.title,
        sentence=sentence(sheet, protocol, view, panel),
        rows=tuple(_row(chart, row) for row in reversed(table(sheet, protocol, view, panel))),
    )


def _row(chart: Chart, row: TableRow) -> FigureRow:
    return FigureRow(
        time=row.time,
        dose=f"{row.dose} + {row.since}" if row.since else row.dose,
        measure=row.measure,
        value=f"{row.value} {row.unit}".strip(),
        struck=row.corrected,
        note=row.note,
        by="" if row.recorded_by == "" else chart.setting.name(row.recorded_by),
    )
