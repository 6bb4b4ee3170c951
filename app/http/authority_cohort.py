"""Which pages compare the cycles of many courses? One rule holds for all of them (`app.http.authority`)."""

from __future__ import annotations

from typing import Final

PAGES: Final = (
    ("GET", "/cohort"),
    ("GET", "/cohort/figures/{comparison_id}"),
    ("POST", "/cohort/export"),
    ("GET", "/cohort/what-if"),
    ("GET", "/cohort/what-if/part"),
    ("POST", "/cohort/what-if/export"),
)
