"""Are the tables under docs/protocols, which clinicians check against the papers, those of the files?"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.protocol import Protocol
from app.protocols.table import markdown_table
from tests.builders import LIBRARY, LVHN, SHIPPED, TIL, USPI

COMMITTED = Path(__file__).parents[2] / "docs" / "protocols"
EACH = [pytest.param(protocol, id=protocol.pin.id) for protocol in SHIPPED]


@pytest.mark.hazard("HZ-09")
@pytest.mark.parametrize("protocol", EACH)
def test_the_committed_table_is_current(protocol: Protocol) -> None:
    committed = COMMITTED.joinpath(f"{protocol.pin.id}.md").read_text()
    assert committed == markdown_table(LIBRARY.parse(protocol.document)), "run: make tables"


def test_every_shipped_protocol_has_a_table_and_nothing_else_has() -> None:
    assert {path.stem for path in COMMITTED.glob("*.md")} == {protocol.pin.id for protocol in SHIPPED}


@pytest.mark.parametrize("protocol", EACH)
def test_every_criterion_has_one_line_and_no_cell_is_blank_but_the_note(protocol: Protocol) -> None:
    criteria = [criterion for row in protocol.rows for criterion in row.criteria]
    table = markdown_table(protocol).split("## Criteria\n\n")[1].split("\n\n")[0].splitlines()[2:]
    assert len(table) == len(criteria)
    for line, criterion in zip(table, criteria, strict=True):
        cells = [cell.strip() for cell in line.removeprefix("| ").removesuffix(" |").split(" | ")]
        assert all(cells[:-1]), line
        assert cells[8] == criterion.source.citation
        assert not any("{" in cell or "_" in cell for cell in cells), line


def _line(protocol: Protocol, start: str) -> str:
    return next(line for line in markdown_table(protocol).splitlines() if start in line)


def test_bounds_windows_and_doubts_are_said_in_words() -> None:
    assert "120 to 130 /min | Hold" in _line(LVHN, "Heart rate | The latest value | relative")
    assert "The total of the last 8 h, of which 7 h 30 min must be charted" in _line(LVHN, "80 to 160 mL in 8 h")
    assert "site parameter" in _line(TIL, "May be given late by | 1 h")


def test_a_permanent_criterion_stays_met_for_the_course_and_a_withheld_one_until_it_clears() -> None:
    assert "once met it stays met for the course" in _line(USPI, "| ECG changes of ischaemia")
    assert "once met it stays met until oxygen saturation above 90 %" in _line(USPI, "| below 90 % |")


def test_what_a_protocol_does_not_cover_stands_on_top() -> None:
    top, _, _ = markdown_table(USPI).partition("## Criteria")
    assert [line.removeprefix("- ") for line in top.splitlines() if line.startswith("- ")] == list(USPI.uncovered)
    assert "Not covered" not in markdown_table(LVHN)
