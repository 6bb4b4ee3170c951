"""How does a table leave as a file, and where does its name say that the data are invented?"""

from __future__ import annotations

from fastapi import Response

from app.domain.table import FORMS, Table

_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson; charset=utf-8"}


def download(table: Table, kind: str, *, data: str, demo: bool) -> Response:
    """The file; `kind` is one of `FORMS`, `data` says in every line of what it is."""
    name = f"doseward-{'demonstration-' if demo else ''}cohort-{table.id}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(FORMS[kind](table, data), media_type=_TYPES[kind], headers=headers)
