"""Are words and findings drawn so that present, absent and not asked are three things?"""

from __future__ import annotations

from app.domain.vocabulary import Action
from dashboards.theme import ACTIONS, INK
from tests.dashboards.builders import CONSENSUS, ACourse, Drawn, a_view, draw, words_of


def lines(figure: Drawn, axis: str = "yaxis") -> dict[str, list[Drawn]]:
    """The traces of a panel by the words beside their line."""
    names = dict(zip(figure["layout"][axis]["tickvals"], figure["layout"][axis]["ticktext"], strict=True))
    found: dict[str, list[Drawn]] = {name.replace("<br>", " "): [] for name in names.values()}
    for trace in figure["data"]:
        if trace["yaxis"] == axis.replace("yaxis", "y"):
            found[names[trace["y"][0]].replace("<br>", " ")].append(trace)
    return found


def test_a_well_word_is_a_dash_and_any_other_a_symbol_of_what_the_protocol_calls_for() -> None:
    course = ACourse()
    course.chart("rhythm", "sinus", 1)
    course.chart("rhythm", "atrial_fibrillation", 5)
    found = lines(draw("heart", course), "yaxis2")
    assert found["Sinus"][0]["marker"]["symbol"] == ["line-ew-open"]
    (fast,) = found["Atrial fibrillation"]
    assert fast["marker"]["symbol"] == [ACTIONS[Action.STOP].symbol]
    assert fast["hovertext"] == ["Before dose 1, 19-Nov-2026 13:00, atrial fibrillation, stop"]


def test_a_word_the_protocol_has_no_row_for_is_a_plain_square_and_says_so() -> None:
    course = ACourse()
    course.chart("rhythm", "bradycardia_treated_or_recurrent", 1)
    (trace,) = lines(draw("heart", course), "yaxis2")["Bradycardia treated or recurrent"]
    assert (trace["marker"]["symbol"], trace["marker"]["color"]) == (["square"], [INK])
    assert trace["hovertext"][0].replace("<br>", " ").endswith("cannot evaluate")


def test_only_words_that_occur_and_the_well_one_have_a_line() -> None:
    course = ACourse()
    course.chart("consciousness", "voice", 1)
    assert list(lines(draw("mental-status", course))) == ["Alert", "Voice"]


def test_present_absent_and_not_asked_are_three_things() -> None:
    course = ACourse()
    course.chart("hallucinations", False, 1)
    course.chart("confusion_or_agitation", True, 1)
    figure = draw("mental-status", course)
    found = lines(figure, "yaxis2")
    assert set(found) == {"Hallucinations", "Confusion or agitation"}
    assert found["Hallucinations"][0]["hoverinfo"] == "skip"
    assert found["Confusion or agitation"][0]["hovertext"] == ["Before dose 1, 19-Nov-2026 09:00, present, stop"]
    notes = " ".join(words_of(figure)).replace("<br>", " ")
    assert "Not charted here: serial sevens, WORLD backward, vivid dreams," in notes


def test_the_title_names_what_is_there_at_the_last_check() -> None:
    course = ACourse()
    course.chart("confusion_or_agitation", True, 1)
    course.chart("hallucinations", False, 1)
    assert "At the last check: confusion or agitation" in words_of(draw("mental-status", course))
    course.chart("confusion_or_agitation", False, 5)
    assert "At the last check: none" in words_of(draw("mental-status", course))


def test_a_failed_attention_test_says_under_which_condition_it_counts() -> None:
    course = ACourse()
    course.chart("serial_sevens", "fail", 1)
    (trace,) = lines(draw("mental-status", course, protocol=CONSENSUS), "yaxis2")["Serial sevens"]
    text = trace["hovertext"][0].replace("<br>", " ")
    assert text.endswith("fail, hold where the test was passed before the cycle")


def test_a_finding_taken_back_is_hollow() -> None:
    course = ACourse()
    course.retract(course.chart("hallucinations", True, 1), "wrong patient")
    (trace,) = lines(draw("mental-status", course), "yaxis2")["Hallucinations"]
    assert trace["marker"]["symbol"] == ["square-open"]


def test_a_score_that_was_charted_gets_a_panel_of_its_own() -> None:
    course = ACourse()
    course.chart("hallucinations", False, 1)
    assert "ICE score, points" not in words_of(draw("mental-status", course))
    course.chart("ice_score", "7", 1)
    assert "ICE score, points" in words_of(draw("mental-status", course))


def test_inspired_oxygen_has_a_panel_only_where_it_was_charted() -> None:
    course = ACourse()
    assert "Inspired oxygen, %" not in words_of(draw("breathing", course))
    course.chart("fio2", "50", 1)
    assert "Inspired oxygen, %" in words_of(draw("breathing", course, a_view()))
