"""Does a table leave as a file that no spreadsheet runs and every program reads?"""

import csv
import io
import json

import pytest

from app.domain.table import Table, as_csv, as_ndjson, harmless

TABLE = Table(
    "t", "T", "S.", (("name", "Name"), ("n", "n")), (("=HYPERLINK(1)", 3), ("a,b", None), ('say "x"', 0), ("é", 1))
)


@pytest.mark.hazard("HZ-15")
@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_would_be_a_formula_is_text(begins: str) -> None:
    assert harmless(f"{begins}1") == f"'{begins}1"
    assert harmless(f"a{begins}") == f"a{begins}"


def test_numbers_stay_numbers() -> None:
    assert (harmless(-3), harmless(None), harmless(False)) == (-3, None, False)


def test_a_csv_file_reads_back_with_what_the_data_are_in_every_line() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(TABLE, "demonstration, invented"), newline="")))
    assert rows[0] == ["data", "name", "n"]
    assert rows[1] == ["demonstration, invented", "'=HYPERLINK(1)", "3"]
    assert [row[1:] for row in rows[2:]] == [["a,b", ""], ['say "x"', "0"], ["é", "1"]]


def test_an_ndjson_file_has_one_object_on_a_line() -> None:
    lines = [json.loads(line) for line in as_ndjson(TABLE, "recorded").splitlines()]
    assert lines[0] == {"data": "recorded", "name": "=HYPERLINK(1)", "n": 3}
    assert [line["n"] for line in lines] == [3, None, 0, 1]
