"""Does the page of a course say where the patient stands now, and how it was known to stand before?"""

from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.course import Patient
from app.domain.ids import new_id
from app.domain.vocabulary import CycleEventKind, Role
from app.services import accounts
from app.services.correcting import Change, correct
from app.services.courses import NewEvent, add_cycle_event, open_course
from app.services.registering import NewPatient, add_patient
from app.store import wards
from app.store.people import Grant
from app.store.wards import Bed, Ward
from app.web.presenters.figures import Shown
from dashboards.pages import COURSE, STACK
from tests.web.house import BORN, NOW, House, Stay

SOON = NOW - timedelta(minutes=20)
BAD = '<script>alert("x")</script>'


def _page(house: House, course_id: str, query: str = "", login: str = "nurse") -> str:
    answer = house.client(login).get(f"/courses/{course_id}{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def _unadmitted(house: House) -> tuple[Patient, str]:
    acting = house.acting("prescriber")
    with house.database.transaction() as tx:
        patient = add_patient(tx, acting, NewPatient("CANARY-7", BAD, BAD, BORN, "unknown"))
        return patient, open_course(tx, house.library, acting, patient.id, "lvhn-2015", ()).id


def test_the_banner_names_the_patient_and_what_one_dose_is(house: House, stay: Stay) -> None:
    text = _page(house, stay.course.id)
    for words in ("CANARY-FAMILY-9041, Canary-Given", "(55 y)", "43,200,000 units (600,000 units/kg)", "lvhn-2015"):
        assert words in text


def test_the_next_dose_leads_to_its_page_and_to_the_bedside_form(house: House, stay: Stay) -> None:
    text = _page(house, stay.course.id)
    assert "Dose 3 of 14, cycle 1" in text
    assert f'href="/doses/{stay.dose(3).id}"' in text
    assert f'href="/doses/{stay.dose(3).id}/observe"' in text


@pytest.mark.hazard("HZ-14")
def test_the_verdict_stands_in_words_with_its_reason(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    text = _page(house, stay.course.id)
    assert "chip-hold" in text
    assert "Creatinine 2.6 mg/dL" in text
    assert "Open alerts" in text
    assert "Priority" in text


def test_a_pharmacist_looks_and_is_offered_no_act(house: House, stay: Stay) -> None:
    text = _page(house, stay.course.id, login="pharmacist")
    assert "/observe" not in text
    for path in ("/moved", "/stopped", "/discharged"):
        assert f"{stay.cycle.id}{path}" not in text


def test_a_nurse_may_move_and_only_a_prescriber_stop(house: House, stay: Stay) -> None:
    nurse, prescriber = _page(house, stay.course.id), _page(house, stay.course.id, login="prescriber")
    assert f"/cycles/{stay.cycle.id}/moved" in nurse
    assert f"/cycles/{stay.cycle.id}/stopped" not in nurse
    assert f"/cycles/{stay.cycle.id}/stopped" in prescriber


def test_the_stack_has_a_sentence_and_every_panel_a_closed_table(house: House, stay: Stay) -> None:
    text = _page(house, stay.course.id)
    assert text.count("data-figure=") == 1
    assert f'data-figure="/courses/{stay.course.id}/figures/course?window=cycle"' in text
    assert 'role="img" aria-label="' in text
    for panel in COURSE:
        assert f'id="figure-{panel.id}"' in text
    assert '<details class="silent figure-table" open' not in text
    assert "<noscript>" in text


@pytest.mark.parametrize("window", ["24h", "cycle", "course"])
def test_each_figure_is_json_for_each_window(house: House, stay: Stay, window: str) -> None:
    client = house.client("nurse")
    for panel_id in (*(panel.id for panel in COURSE), STACK):
        answer = client.get(f"/courses/{stay.course.id}/figures/{panel_id}", params={"window": window})
        assert answer.status_code == 200
        assert {"data", "layout"} <= set(answer.json())


def test_a_drawing_a_page_has_already_is_not_sent_again(house: House, stay: Stay) -> None:
    client, path = house.client("nurse"), f"/courses/{stay.course.id}/figures/course?window=cycle"
    house.clock.at += timedelta(minutes=1)
    first = client.get(path)
    mark = {"If-None-Match": first.headers["etag"]}
    house.clock.at += timedelta(minutes=3)
    again = client.get(path, headers=mark)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["doseward-at"] > first.headers["doseward-at"]
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    other = client.get(path, headers=mark)
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]
    assert "2.6" in other.text


def test_a_drawing_is_never_kept_by_a_browser_or_for_another_course(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    answer = client.get(f"/courses/{stay.course.id}/figures/course")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-encoding"] == "gzip"
    other = house.admit(first_due_at=NOW, mrn="CANARY-2", family="CANARY-OTHER", bed="4")
    assert client.get(f"/courses/{other.course.id}/figures/course").content != answer.content
    plain = client.get(f"/courses/{stay.course.id}/figures/course", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == answer.json()


@pytest.mark.hazard("HZ-18")
def test_an_overdue_dose_is_drawn_as_one_though_nothing_was_recorded(house: House, stay: Stay) -> None:
    client, path = house.client("nurse"), f"/courses/{stay.course.id}/figures/course?window=cycle"
    before = client.get(path)
    house.clock.at += timedelta(hours=2)
    after = house.client("nurse").get(path, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]


def test_the_link_to_the_figures_shows_them_as_known_then(house: House, stay: Stay) -> None:
    (link,) = re.findall(r'<a href="([^"]*)">Link to these figures', _page(house, stay.course.id, "?window=24h"))
    path = html.unescape(link)
    assert path == f"/courses/{stay.course.id}?window=24h&at={NOW:%Y-%m-%dT%H:%M:%SZ}#figures"
    house.clock.at += timedelta(minutes=1)
    house.chart(stay, dose=3, at=NOW + timedelta(minutes=1), creatinine="2.6")
    text = house.client("nurse").get(path).text
    assert "not live" in text
    assert "2.6" not in text
    assert 'aria-current="true">Last 24 h' in text
    assert "data-follow" not in text


def test_an_unknown_figure_or_window_is_refused(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    assert client.get(f"/courses/{stay.course.id}/figures/none").status_code == 404
    assert client.get(f"/courses/{stay.course.id}/figures/heart?window=year").status_code == 422


def test_a_correction_keeps_the_old_value_struck_through(house: House, stay: Stay) -> None:
    recorded = house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    row = next(row for row in recorded.observations if row.measure == "creatinine")
    with house.database.transaction() as tx:
        correct(tx, house.library, house.acting(), row.id, Change("Misread.", value=Decimal("1.6"), unit="mg/dL"))
    text = _page(house, stay.course.id)
    assert '<s><span class="hidden">was </span>2.6 mg/dL</s> <span>1.6 mg/dL</span>' in text
    assert "Corrected: Misread." in text
    assert "CANARY-nurse" in text


@pytest.mark.hazard("HZ-15")
def test_a_look_back_shows_what_was_known_then_and_offers_nothing(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    text = _page(house, stay.course.id, "?at=2026-11-21T13:30", login="prescriber")
    assert "As known at 21-Nov-2026 13:30: not live" in text
    assert "2.6" not in text
    assert "data-live" not in text.partition("<main")[2]
    assert "/observe" not in text
    assert f"/cycles/{stay.cycle.id}/" not in text
    assert "&amp;at=2026-11-21T12:30:00Z" in text


def test_a_moment_to_come_or_before_the_course_shows_nothing(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    assert client.get(f"/courses/{stay.course.id}?at=2026-11-22T00:00").status_code == 422
    assert client.get(f"/courses/{stay.course.id}?at=2020-01-01T00:00").status_code == 404


def test_a_course_without_a_cycle_says_so_and_escapes_the_name(house: House) -> None:
    _patient, course_id = _unadmitted(house)
    text = _page(house, course_id, login="charge")
    assert "No cycle has been opened for this course yet." in text
    assert "Nothing can be drawn before the first admission." in text
    assert f'href="/courses/{course_id}/cycles/new"' in text
    assert BAD not in text
    assert "&lt;script&gt;" in text


def test_the_live_part_is_a_fragment_of_ours(house: House, stay: Stay) -> None:
    answer = house.client("nurse").get(f"/courses/{stay.course.id}/now")
    assert answer.headers["doseward-live"] == "1"
    assert "<html" not in answer.text


def test_nobody_reads_it_without_signing_in(house: House, stay: Stay) -> None:
    answer = house.client().get(f"/courses/{stay.course.id}", follow_redirects=False)
    assert answer.status_code == 303
    assert house.client("nurse").get("/courses/01a1fcd9-ab0a-76a9-86d2-544567c0a4fc").status_code == 404


@pytest.mark.parametrize("at", ["21-Nov-2026 13:30", "2026-11-21T13:30", "2026-11-21T12:30:00Z"])
def test_a_minute_may_be_written_as_the_pages_write_it(house: House, stay: Stay, at: str) -> None:
    text = house.client("nurse").get(f"/courses/{stay.course.id}", params={"at": at}).text
    assert "As known at 21-Nov-2026 13:30: not live" in text


def test_a_decision_is_listed_with_its_cycle(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3)
    assert "Cycle 1, dose 3</a>" in house.client("nurse").get(f"/courses/{stay.course.id}").text


def test_some_panels_can_be_looked_at_by_themselves_with_their_tables(house: House, stay: Stay) -> None:
    text = _page(house, stay.course.id, "?window=24h&show=circulation")
    assert f'data-figure="/courses/{stay.course.id}/figures/circulation?window=24h"' in text
    assert set(re.findall(r'id="figure-([\w-]+)"', text)) == {"doses", "events", "blood-pressure", "heart", "news2"}
    assert re.search(r'href="[^"]*window=24h&amp;show=mind#figures">Mental status</a>', text)
    assert re.search(r'show=circulation#figures" aria-current="true">Circulation</a>', text)
    (link,) = re.findall(r'<a href="([^"]*)">Link to these figures', text)
    assert "&amp;show=circulation&amp;at=" in link
    client = house.client("nurse")
    for name in Shown:
        assert client.get(f"/courses/{stay.course.id}/figures/{name}").json()["data"]
    assert client.get(f"/courses/{stay.course.id}?show=no-such").status_code == 422


@pytest.mark.hazard("HZ-08")
def test_a_look_back_goes_by_the_clock_of_the_ward_the_patient_lay_on_then(house: House, stay: Stay) -> None:
    place = Ward(new_id(NOW), "CANARY-WARD-FAR", "America/New_York")
    path = f"/courses/{stay.course.id}?at=2026-11-21T12:59:00Z"
    with house.database.transaction() as tx:
        wards.add_ward(tx, place, NOW)
        wards.add_bed(tx, Bed(place.id, "1", open=True))
        grants = [Grant(role, None) for role in (Role.CHARGE_NURSE, Role.NURSE)]
        operator = accounts.operator(NOW - timedelta(days=1))
        house.people["roaming"] = accounts.create_person(tx, operator, "roaming", "CANARY-roaming", "x", grants)
    before = house.client("roaming").get(path).text
    acting = house.acting("roaming")
    new = NewEvent(CycleEventKind.MOVED, acting.at, "CANARY-REASON", ward_id=place.id, bed="1")
    with house.database.transaction() as tx:
        add_cycle_event(tx, house.library, acting, stay.cycle.id, new)
    after = house.client("roaming").get(path).text
    assert "As known at 21-Nov-2026 13:59" in before
    assert "As known at 21-Nov-2026 13:59" in after
    assert "07:59" not in after
