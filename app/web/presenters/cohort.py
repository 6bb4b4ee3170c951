"""What stands on the page that compares many cycles?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from app.domain.cohort_tables import count_words
from app.domain.published import Published
from app.domain.table import Table
from app.protocols.published import published
from app.services.cohort import CYCLES, Cohort
from app.web.entry.fields import Option
from app.web.translate import _, mark

_ABOUT = {
    "doses": ("median_doses",),
    "creatinine": ("peak_creatinine",),
    "recovery": ("recovered_7_days", "recovered_14_days", "recovered_30_days"),
}
_NOTES = {
    "receiving": mark(
        "A running cycle counts up to its last dose and says nothing beyond it (Kaplan and Meier). "
        "The last planned dose ends a cycle too."
    ),
    "reasons": mark(
        "A dose may have several reasons. Withheld is a dose held until its time was over, or at which a "
        "criterion ended the cycle."
    ),
    "pairs": mark(
        "One circle for each pair of counts, with the number of courses. Below the dotted line the second cycle "
        "had fewer doses."
    ),
    "creatinine": mark("A circle is a cycle, the bar its median; a diamond is a published mean."),
    "recovery": mark(
        "Counted are cycles in which creatinine had moved by more than a tenth, and which were seen to come "
        "back or seen for so long. The published series do not print what they counted as back."
    ),
}
_WIDE = ("reasons", "systems", "versions", "periods")


@dataclass(frozen=True, slots=True)
class FigureView:
    """One comparison: its table, what is published beside it, and where its figure is fetched; None with no rows."""

    table: Table
    note: str
    source: str | None
    published: tuple[Published, ...]
    wide: bool


@dataclass(frozen=True, slots=True)
class CohortView:
    """The filter as it stands, also as part of an address, how many cycles it finds, and the comparisons."""

    values: Mapping[str, str]
    wards: tuple[Option, ...]
    versions: tuple[Option, ...]
    found: str
    untold: int
    figures: tuple[FigureView, ...]
    cycles_file: str
    query: str


def cohort_view(found: Cohort, values: Mapping[str, str]) -> CohortView:
    """The page of what was found for a filter."""
    query = urlencode({name: value for name, value in values.items() if value})
    courses = len({one.course_id for one in found.cycles})
    versions = {f"{name} {number}": f"{name} {number}" for name, number in found.versions}
    return CohortView(
        query=query,
        values=values,
        wards=_options("ward", found.wards, values["ward"]),
        versions=_options("protocol", versions, values["protocol"]),
        found=_("{cycles} of {courses}").format(
            cycles=count_words(len(found.cycles), "cycle"), courses=count_words(courses, "course")
        ),
        untold=found.untold,
        figures=tuple(_figure(table, query) for table in found.tables()),
        cycles_file=CYCLES,
    )


def _figure(table: Table, query: str) -> FigureView:
    address = f"/cohort/figures/{table.id}{'?' if query else ''}{query}"
    empty = not any(isinstance(cell, int) and cell > 0 for row in table.rows for cell in row[1:])
    beside = tuple(one for one in published() if one.about in _ABOUT.get(table.id, ()))
    note = _(_NOTES[table.id]) if table.id in _NOTES else ""
    return FigureView(table, note, None if empty else address, beside, table.id in _WIDE)


def _options(name: str, known: Mapping[str, str], chosen: str) -> tuple[Option, ...]:
    return tuple(Option(f"{name}-{id_}", id_, words, id_ == chosen) for id_, words in known.items())
