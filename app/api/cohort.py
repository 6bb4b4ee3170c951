"""How do the cycles of a person's wards compare, over REST?"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Response

from app.api.calls import Called, answered, read
from app.api.routers import router_for
from app.api.shapes import Shape
from app.domain.errors import InvalidInput
from app.domain.table import Table
from app.http.download import download
from app.http.fields import Instant, Text, Uuid
from app.protocols.published import published
from app.services.cohort import Asked, Cohort, compare, note_export

router = router_for("cohort")


class CohortColumn(Shape):
    """A column of a table: its name in files, and what people read."""

    name: str
    words: str


class CohortTable(Shape):
    """One comparison as a table, with the sentence that says what it shows."""

    id: str
    title: str
    sentence: str
    columns: list[CohortColumn]
    rows: list[list[str | int | bool | None]]


class PublishedFigure(Shape):
    """What a published series prints; it is not from here, and what it counted may differ."""

    about: str
    cycle: int | None
    value: str
    words: str
    citation: str


class Comparison(Shape):
    """Cycles compared; `data` says whether they were recorded or invented, `untold` how many are not counted yet."""

    data: str
    cycles: int
    untold: int
    tables: list[CohortTable]
    published: list[PublishedFigure]


# async: it waits for nothing, and a plain function would take another turn in the thread pool.
async def _asked(
    ward_id: Annotated[Uuid | None, Query()] = None,
    protocol: Annotated[Text | None, Query(description="Needs `version` too.")] = None,
    version: Annotated[Text | None, Query(description="Needs `protocol` too.")] = None,
    since: Annotated[Instant | None, Query(description="When the first dose was due, at the earliest.")] = None,
    until: Annotated[Instant | None, Query(description="The first moment that is too late.")] = None,
) -> Asked:
    if (protocol is None) != (version is None):
        raise InvalidInput("half_a_version", "Name protocol and version, or neither.")
    return Asked(ward_id, None if protocol is None or version is None else (protocol, version), since, until)


Wanted = Annotated[Asked, Depends(_asked)]


@router.get("/cohort", response_model=Comparison, response_description="Every table.")
def read_cohort(call: Called, asked: Wanted) -> Response:
    """Doses per cycle, still receiving, why withheld, cycle 1 against 2, creatinine, by version and by quarter."""
    found = read(call, lambda tx: compare(tx, call.library, call.acting, asked))
    return answered(_answer(found))


class _File(Response):
    media_type = "text/csv"


@router.get("/cohort/{table_id}", response_class=_File, response_description="The file, as CSV or NDJSON.")
def download_cohort(
    call: Called, table_id: Text, asked: Wanted, form: Annotated[Literal["csv", "ndjson"], Query()] = "csv"
) -> Response:
    """One table as a file; `cycles` has a line for each cycle, without names. Each call is a line of the trail."""
    found = read(call, lambda tx: compare(tx, call.library, call.acting, asked))
    table = found.table(table_id)
    with call.database.transaction() as tx:
        note_export(tx, call.acting, asked, table_id, form)
    return download(table, form, data=found.data, demo=found.demo)


def _answer(found: Cohort) -> dict[str, Any]:
    return {
        "data": found.data,
        "cycles": len(found.cycles),
        "untold": found.untold,
        "tables": [_table(table) for table in found.tables()],
        "published": [
            {
                "about": one.about,
                "cycle": one.cycle,
                "value": f"{one.value:f}",
                "words": one.words,
                "citation": one.citation,
            }
            for one in published()
        ],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "id": table.id,
        "title": table.title,
        "sentence": table.sentence,
        "columns": [{"name": name, "words": words} for name, words in table.columns],
        "rows": table.rows,
    }
