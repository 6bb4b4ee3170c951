"""Where is a line of a protocol printed, and how sure are we that it says so?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verification(StrEnum):
    """How sure we are that a row says what its source says."""

    READ_AT_SOURCE = "read_at_source"
    COLUMN_INFERRED = "column_inferred"
    SITE_PARAMETER = "site_parameter"
    CAUTIOUS_READING = "cautious_reading"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row is printed."""

    ref: str
    table: str | None
    row: str
    citation: str
