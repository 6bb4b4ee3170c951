"""Do the maps of a cycle say what its decisions said, in pictures that Plotly accepts and nobody needs colour for?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import orjson
import plotly.graph_objects as go

from app.domain.assess import situation_of
from app.domain.flowsheet import Flowsheet
from app.domain.scores.book import scores
from app.domain.tolerance import CycleTolerance, tolerance
from app.services.tolerating import systems_of_terms
from dashboards.cycles import score_by_dose, units_by_dose
from dashboards.theme import Figure
from dashboards.tolerance import criteria_map, grades_map
from tests.builders import AT, LIBRARY, LVHN, MEASURES, a_flowsheet, a_record

NAMES = {term.id: term.name for term in LIBRARY.scores.ctcae.terms}


def _cycle(sheet: Flowsheet) -> CycleTolerance:
    record = a_record(situation_of(sheet, sheet.doses[4], LVHN, AT), dose=sheet.doses[4], course_id=sheet.course.id)
    scored = [scores(LIBRARY.scores, LVHN, sheet, AT)]
    told = replace(sheet, decisions=(record,))
    return tolerance(told, LVHN, scored, systems_of_terms(LIBRARY.scores, MEASURES), AT + timedelta(hours=3))[0]


def _cells(figure: Figure) -> list[tuple[int, str, str, str]]:
    """Column, words, hatching and what stands beside the pointer, of every cell."""
    return [
        (column, text, trace["marker"]["pattern"]["shape"], hover.replace("<br>", " "))
        for trace in figure["data"]
        for column, text, hover in zip(trace["x"], trace["text"], trace["hovertext"], strict=True)
    ]


def test_every_figure_is_one_plotly_accepts() -> None:
    cycles = (_cycle(a_flowsheet(creatinine="2.6", temperature="40.5")), _cycle(a_flowsheet()))
    for figure in (
        *(criteria_map(cycle, MEASURES) for cycle in cycles),
        *(grades_map(cycle, NAMES, MEASURES) for cycle in cycles),
        score_by_dose(cycles),
        units_by_dose(cycles),
        score_by_dose(()),
    ):
        assert len(go.Figure(figure).data) == len(figure["data"])
        orjson.dumps(figure)


def test_a_met_criterion_is_filled_and_says_value_limit_and_action() -> None:
    figure = criteria_map(_cycle(a_flowsheet(creatinine="2.6")), MEASURES)
    assert figure["layout"]["yaxis"]["ticktext"] == ["Creatinine, relative"]
    ((column, text, pattern, hover),) = _cells(figure)
    assert (column, text, pattern) == (4, "2.6", "")
    assert "Dose 5: Creatinine 2.6 mg/dL (limit" in hover


def test_what_could_not_be_judged_is_hatched_and_asks() -> None:
    cells = _cells(criteria_map(_cycle(a_flowsheet(absent=["creatinine"])), MEASURES))
    assert cells
    assert {(text, pattern) for _, text, pattern, _ in cells} == {("?", "/")}
    assert all("cannot be judged, not recorded" in hover for *_, hover in cells)


def test_a_dose_without_a_decision_has_no_cell() -> None:
    assert {column for column, *_ in _cells(criteria_map(_cycle(a_flowsheet(creatinine="2.6")), MEASURES))} == {4}


def test_a_grade_stands_in_its_cell_as_a_number() -> None:
    cells = _cells(grades_map(_cycle(a_flowsheet(temperature="40.5")), NAMES, MEASURES))
    assert any((column, text) == (4, "3") and "Fever, grade 3" in hover for column, text, _, hover in cells)


def test_the_columns_of_both_maps_stand_under_each_other() -> None:
    for cycle in (_cycle(a_flowsheet(creatinine="2.6", temperature="40.5")), _cycle(a_flowsheet())):
        above, below = criteria_map(cycle, MEASURES), grades_map(cycle, NAMES, MEASURES)
        assert above["layout"]["margin"] == below["layout"]["margin"]
        assert above["layout"]["xaxis"]["range"] == below["layout"]["xaxis"]["range"]


def test_a_dose_without_a_score_is_a_gap_and_units_stop_at_the_last_dose_that_went_in() -> None:
    cycle = _cycle(a_flowsheet())
    scored = score_by_dose((cycle,))["data"][0]
    assert scored["y"][3] is None
    assert scored["y"][4] == 0
    assert scored["connectgaps"] is False
    units = units_by_dose((cycle,))["data"][0]["y"]
    assert units[3] == float(cycle.units_per_kg)
    assert units[4:] == [None] * 10


def test_two_cycles_are_told_apart_by_more_than_colour() -> None:
    cycle = _cycle(a_flowsheet())
    first, second = score_by_dose((cycle, cycle))["data"]
    assert first["marker"]["symbol"] != second["marker"]["symbol"]
    assert first["line"]["dash"] != second["line"]["dash"]
