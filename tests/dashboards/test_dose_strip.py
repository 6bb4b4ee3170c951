"""Does the strip tell what was decided for each dose, and what was done?"""

from __future__ import annotations

import pytest

from app.domain.explain import SHOWN_AS
from app.domain.vocabulary import Action, Choice, CycleEventKind, Outcome
from dashboards import dose_strip
from dashboards.theme import ACTIONS
from tests.dashboards.builders import ACourse, Drawn, a_scene, a_view, draw, words_of


def lines(figure: Drawn) -> dict[str, Drawn]:
    """The marks by the words beside their line."""
    axis = figure["layout"]["yaxis"]
    names = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))
    return {names[trace["y"][0]].replace("<br>", " "): trace for trace in figure["data"]}


@pytest.mark.parametrize("action", list(Action))
def test_an_action_is_a_word_a_symbol_and_a_colour(action: Action) -> None:
    course = ACourse()
    course.decide(1, action, -0.5)
    marks = lines(draw("doses", course))[SHOWN_AS[action]]
    assert marks["marker"]["symbol"] == [ACTIONS[action].symbol]
    assert marks["marker"]["color"] == [ACTIONS[action].fill]
    assert marks["x"] == ["2026-11-19 08:00"]


def test_decisions_stand_from_the_mildest_down_and_what_was_done_below_them() -> None:
    course = ACourse()
    course.decide(2, Action.STOP, 7.5)
    course.decide(1, Action.PROCEED, -0.5)
    course.order(2, Choice.GIVE, 7.8, "reason")
    course.give(1, 0)
    labels = [
        words.replace("<br>", " ") for words in draw("doses", course, a_view(-6, 10))["layout"]["yaxis"]["ticktext"]
    ]
    assert labels == ["No hold criterion met", "Stop the cycle", "Ordered: give", "Given", "Not given"]


def test_a_provisional_decision_is_none() -> None:
    course = ACourse()
    course.decide(2, Action.HOLD, 3, provisional=True)
    assert "Hold" not in lines(draw("doses", course))


def test_the_last_decision_of_a_dose_counts() -> None:
    course = ACourse()
    course.decide(1, Action.HOLD, -1)
    course.decide(1, Action.PROCEED, -0.5)
    found = lines(draw("doses", course))
    assert "No hold criterion met" in found
    assert "Hold" not in found


def test_a_decision_taken_again_on_corrected_data_is_hollow_beside_the_first() -> None:
    course = ACourse()
    first = course.decide(1, Action.PROCEED, -0.5)
    course.decide(1, Action.STOP, -0.5, reviews=first.id)
    figure = draw("doses", course)
    found = lines(figure)
    assert found["No hold criterion met"]["marker"]["symbol"] == ["circle"]
    assert found["Stop the cycle"]["marker"]["symbol"] == ["x-open"]
    assert any("corrected since" in words for words in words_of(figure))


def test_an_order_carries_its_reason() -> None:
    course = ACourse()
    course.decide(1, Action.HOLD, -0.5)
    course.order(1, Choice.HOLD, -0.3, "await ECG")
    text = lines(draw("doses", course))["Ordered: hold"]["hovertext"][0].replace("<br>", " ")
    assert text == "Dose 1 due 19-Nov-2026 08:00, ordered: hold, await ECG"


def test_given_partly_given_and_not_given_are_told_apart() -> None:
    course = ACourse()
    course.give(1, 0.25)
    course.give(2, 8, outcome=Outcome.INTERRUPTED)
    course.give(3, 16, outcome=Outcome.NOT_GIVEN)
    found = lines(draw("doses", course, a_view(-6, 18)))
    (text,) = found["Given"]["hovertext"]
    assert text.replace("<br>", " ") == "Dose 1 due 19-Nov-2026 08:00, given, 43,200,000 units at 19-Nov-2026 08:15"
    assert (len(found["Given in part"]["x"]), len(found["Not given"]["x"])) == (1, 1)


def test_a_dose_that_nobody_decided_or_gave_is_missed_once_its_window_has_closed() -> None:
    course = ACourse()
    found = lines(draw("doses", course, a_view(-6, 12, at=2)))
    assert found["Not given"]["hovertext"] == ["Dose 1 due 19-Nov-2026 08:00, not given, missed"]
    assert found["Due"]["hovertext"] == ["Dose 2 due 19-Nov-2026 16:00, due"]


def test_doses_an_ended_cycle_never_reached_are_not_drawn() -> None:
    course = ACourse()
    course.give(1, 0)
    course.decide(2, Action.STOP, 7.5)
    course.end(CycleEventKind.STOPPED, 7.6)
    figure = draw("doses", course, a_view(-6, 40))
    assert figure["layout"]["xaxis"]["tickvals"] == ["2026-11-19 08:00", "2026-11-19 16:00"]
    assert lines(figure)["Stop the cycle"]["x"] == ["2026-11-19 16:00"]


def test_the_title_tells_the_last_dose_decided_and_what_became_of_it() -> None:
    course = ACourse()
    course.decide(1, Action.HOLD, -0.5)
    words = words_of(draw("doses", course, a_view(-6, 6)))
    assert "Dose 1 due 08:00: Hold; not given" in words


def test_a_dose_recorded_as_not_given_says_why_as_one_nothing_is_recorded_of() -> None:
    course = ACourse()
    for number in (2, 3):
        course.decide(number, Action.HOLD, 8 * number - 8.5)
    course.give(3, 16, outcome=Outcome.NOT_GIVEN)
    done = dose_strip.PANEL.tracks(a_scene(course))[-1]
    assert [(point.text, point.note) for point in done.points[1:3]] == [("Not given", "a criterion was met")] * 2
