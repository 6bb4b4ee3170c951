"""Does every open alert reach whoever may answer it, and is nothing answered unread?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.alert import Alert
from app.store import alerts
from tests.web.house import NOW, House, Stay
from tests.web.pages import fill

SOON = NOW - timedelta(minutes=20)
BAD = "<img src=x>"


@pytest.fixture
def alert(house: House, stay: Stay) -> Alert:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    return _open(house, stay)[0]


def _open(house: House, stay: Stay) -> tuple[Alert, ...]:
    with house.database.reading() as tx:
        return alerts.open_alerts(tx, course_id=stay.course.id)


def test_without_an_alert_the_page_says_so(house: House, stay: Stay) -> None:
    text = house.client("nurse").get("/alerts").text
    assert "No alert is open on the wards you may look at." in text


def test_an_alert_says_what_whose_where_and_since_when(house: House, stay: Stay, alert: Alert) -> None:
    text = house.client("nurse").get("/alerts").text
    for words in ("CANARY-FAMILY-9041, Canary-Given", "bed 1", "Dose 3", "Raised 13:40, 20 min ago", "chip-hold"):
        assert words in text
    assert f'id="course-{stay.course.id}"' in text
    assert f'id="alert-{alert.id}"' in text


def test_a_nurse_acknowledges_in_one_act(house: House, stay: Stay, alert: Alert) -> None:
    answer = fill(house.client("nurse"), "/alerts", {}, f"/alerts/{alert.id}/acknowledge")
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts")
    assert _open(house, stay) == ()
    assert "Acknowledged 14:00 by CANARY-nurse" in house.client("nurse").get("/alerts").text


@pytest.mark.hazard("HZ-18")
def test_a_worse_alert_than_the_page_showed_is_not_acknowledged(house: House, stay: Stay, alert: Alert) -> None:
    answer = fill(house.client("nurse"), "/alerts", {"seen": "caution"}, f"/alerts/{alert.id}/acknowledge")
    assert answer.status_code == 409
    assert "The alert now calls for hold: read it again before acknowledging." in answer.text
    assert f'href="#alert-{alert.id}"' in answer.text
    assert len(_open(house, stay)) == 1


def test_an_alert_somebody_answered_meanwhile_is_said_to_be(house: House, stay: Stay, alert: Alert) -> None:
    path = f"/alerts/{alert.id}/acknowledge"
    fill(house.client("charge"), "/alerts", {}, path)
    key = "11111111-1111-4111-8111-111111111111"
    bound = {"about": stay.course.id, "by": house.people["nurse"].id}
    answer = house.client("nurse").post(path, data={"key": key, "seen": "hold", **bound})
    assert answer.status_code == 409
    assert "Somebody has answered this alert already." in answer.text


def test_closing_needs_a_reason_and_keeps_it(house: House, stay: Stay, alert: Alert) -> None:
    client, path = house.client("prescriber"), f"/alerts/{alert.id}/close"
    refused = fill(client, path, {"reason": "  "})
    assert refused.status_code == 422
    assert '<a href="#reason">Say why the alert is closed.</a>' in refused.text
    assert len(_open(house, stay)) == 1
    closed = fill(client, path, {"reason": f"Repeated {BAD}"})
    assert closed.status_code == 303
    text = client.get("/alerts").text
    assert "Closed 14:00 by CANARY-prescriber. Reason: Repeated &lt;img src=x&gt;" in text
    assert BAD not in text


def test_a_pharmacist_sees_alerts_and_answers_none(house: House, stay: Stay, alert: Alert) -> None:
    client = house.client("pharmacist")
    text = client.get("/alerts").text
    assert "CANARY-FAMILY-9041" in text
    assert "acknowledge" not in text
    key = "11111111-1111-4111-8111-111111111111"
    assert client.post(f"/alerts/{alert.id}/acknowledge", data={"key": key, "seen": "hold"}).status_code == 403
    assert client.get(f"/alerts/{alert.id}/close").status_code == 403


def test_the_loudest_and_then_the_oldest_come_first(house: House, stay: Stay, alert: Alert) -> None:
    other = house.admit(first_due_at=NOW + timedelta(minutes=30), mrn="CANARY-2", family="CANARY-SECOND", bed="2")
    house.chart(other, dose=1, at=NOW - timedelta(minutes=5), heart_rate="140")
    text = house.client("nurse").get("/alerts").text
    assert text.index("CANARY-SECOND") < text.index("CANARY-FAMILY-9041")


def test_the_live_part_is_a_fragment_of_ours(house: House, alert: Alert) -> None:
    answer = house.client("nurse").get("/alerts/rows")
    assert answer.headers["doseward-live"] == "1"
    assert "<html" not in answer.text


def test_an_unknown_alert_is_not_found(house: House) -> None:
    assert house.client("nurse").get("/alerts/01a1fcd9-ab0a-76a9-86d2-544567c0a4fc/close").status_code == 404
