"""What does a figure say in rows and columns, and how does that leave the house as a file?

A file carries nobody's name and no record number: only what stands in the table.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Cell: TypeAlias = str | int | bool | None
DATA = "data"
"""The first column of every file: whether it is of patients or invented."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `sentence` says in words what it shows, `columns` are names of fields, with what people read."""

    id: str
    title: str
    sentence: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]


def as_csv(table: Table, data: str) -> str:
    """A header line and a line for each row (RFC 4180)."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow([DATA, *(name for name, _ in table.columns)])
    lines.writerows([harmless(data), *map(harmless, row)] for row in table.rows)
    return written.getvalue()


def harmless(cell: Cell) -> Cell:
    """The cell, with an apostrophe before a text that a spreadsheet would run as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell


def as_ndjson(table: Table, data: str) -> str:
    """An object for each row, one on a line."""
    names = [DATA, *(name for name, _ in table.columns)]
    return "".join(
        f"{json.dumps(dict(zip(names, (data, *row), strict=True)), ensure_ascii=False)}\n" for row in table.rows
    )


FORMS: Final[Mapping[str, Callable[[Table, str], str]]] = {"csv": as_csv, "ndjson": as_ndjson}
"""The kinds of files, by what their names end with."""
