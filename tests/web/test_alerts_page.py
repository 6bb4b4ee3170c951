"""Does every open alert reach whoever may answer it, and is nothing answered unread?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.alert import Alert
from app.domain.deadlines import KINDS
from app.domain.ids import new_id
from app.domain.receiver import Ending
from app.domain.vocabulary import Action, AlertKind, Level
from app.services import accounts
from app.services.deciding import VOID
from app.services.receiving import add_receiver
from app.services.reported import OVERDOSE
from app.store import alerts, receivers
from app.store.receivers import Arrival, Delivery
from app.web.formats import WardTime
from app.web.presenters.alert_state import arrived, happened
from app.web.presenters.alerts import alert_line, urgency
from app.web.presenters.setting import Setting
from app.web.wardtime import UNIVERSAL
from tests.web.house import NOW, ZONE, House, Stay
from tests.web.pages import fields_of, fill

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
    assert (answer.status_code, answer.headers["location"]) == (303, f"/alerts#alert-{alert.id}")
    assert _open(house, stay) == ()
    text = house.client("nurse").get("/alerts").text
    assert "Acknowledged, outcome missing" in text
    assert "Acknowledged 14:00 by CANARY-nurse. Nothing newer has cleared it." in text


@pytest.mark.hazard("HZ-18")
def test_a_worse_alert_than_the_page_showed_is_not_acknowledged(house: House, stay: Stay, alert: Alert) -> None:
    answer = fill(house.client("nurse"), "/alerts", {"seen": "caution"}, f"/alerts/{alert.id}/acknowledge")
    assert answer.status_code == 409
    assert "The alert now calls for hold: read it again before answering it." in answer.text
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


@pytest.mark.hazard("HZ-02")
def test_an_alert_that_became_worse_is_not_closed_as_what_was_shown(house: House, stay: Stay, alert: Alert) -> None:
    client, path = house.client("prescriber"), f"/alerts/{alert.id}/close"
    page = client.get(path).text
    typed = {**fields_of(page, path), "reason": "Repeated", "seen": "caution"}
    assert client.post(path, data=typed).status_code == 409
    assert len(_open(house, stay)) == 1


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


def test_what_was_done_is_said_where_it_was_acknowledged(house: House, stay: Stay, alert: Alert) -> None:
    client = house.client("nurse")
    fill(client, "/alerts", {}, f"/alerts/{alert.id}/acknowledge")
    told = {"told": "CANARY-9041 the attending", "done": f"Held, fluids {BAD}"}
    answer = fill(client, "/alerts", told, f"/alerts/{alert.id}/outcome")
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts")
    text = client.get("/alerts").text
    assert "outcome missing" not in text
    assert "Told: CANARY-9041 the attending. Done: Held, fluids &lt;img src=x&gt; (CANARY-nurse, 14:00)" in text


def test_both_texts_of_an_outcome_are_asked_for(house: House, alert: Alert) -> None:
    client, path = house.client("nurse"), f"/alerts/{alert.id}"
    answer = fill(client, path, {"told": " ", "done": ""}, f"{path}/outcome")
    assert answer.status_code == 422
    assert '<a href="#told">Say who was told.</a>' in answer.text
    assert '<a href="#done">Say what was done.</a>' in answer.text


def test_an_alert_is_put_aside_and_says_until_when_and_why(house: House, alert: Alert) -> None:
    client, path = house.client("nurse"), f"/alerts/{alert.id}"
    assert "At most 30 min for an alert of this level." in client.get(path).text
    answer = fill(client, path, {"minutes": "20", "reason": "Repeat drawn"}, f"{path}/snooze")
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts")
    words = "Put aside until 14:20 by CANARY-nurse. Reason: Repeat drawn"
    assert words in client.get("/alerts").text
    assert "At most 30 min" not in client.get(path).text
    house.clock.forward(minutes=20)
    assert words not in client.get("/alerts").text


@pytest.mark.parametrize(
    "sent, fault",
    [
        ({"minutes": "31", "reason": "x"}, '<a href="#minutes">An alert of this level may be put aside'),
        ({"minutes": "", "reason": ""}, '<a href="#reason">Say why it is put aside.</a>'),
        ({"minutes": "2.5", "reason": "x"}, '<a href="#minutes">A whole number of minutes.</a>'),
        ({"minutes": "9999", "reason": "x"}, '<a href="#minutes">A whole number of minutes.</a>'),
    ],
)  # fmt: skip
def test_a_snooze_that_cannot_be_says_why(house: House, alert: Alert, sent: dict[str, str], fault: str) -> None:
    path = f"/alerts/{alert.id}"
    answer = fill(house.client("nurse"), path, sent, f"{path}/snooze")
    assert answer.status_code == 422
    assert fault in answer.text


def test_opening_an_alert_is_noted_once_and_its_history_said(house: House, alert: Alert) -> None:
    client = house.client("pharmacist")
    for _ in range(2):
        text = client.get(f"/alerts/{alert.id}").text
    assert "2 events" in text
    assert "Opened" in text
    assert "CANARY-pharmacist" in text
    with house.database.reading() as tx:
        assert [event.kind for event in alerts.events_of(tx, alert.id)] == ["raised", "seen"]


def test_the_history_says_to_whom_it_was_delivered_which_answers_nothing(house: House, alert: Alert) -> None:
    with house.database.transaction() as tx:
        chosen = (house.doors, "CANARY-gateway", "https://pager.example/in", None, Level.PRIORITY)
        receiver, _ = add_receiver(tx, accounts.operator(house.clock.at), *chosen)
        (raised,) = alerts.events_of(tx, alert.id)
        for delivered, outcome in ((False, Ending.REFUSED), (True, Ending.DELIVERED)):
            at = house.clock.forward(minutes=1)
            made = Delivery(new_id(at), receiver.id, raised.id, 1, at, 7, 204, delivered, outcome)
            receivers.add_delivery(tx, made)
    text = house.client("nurse").get(f"/alerts/{alert.id}").text
    assert text.count("Delivered") == 1
    assert "Raised, to CANARY-gateway" in text
    assert text.index("Raised</th>") < text.index("Delivered</th>")
    assert "Acknowledge" in text


def test_an_alert_shows_where_its_measure_goes(house: House, alert: Alert) -> None:
    text = house.client("nurse").get("/alerts").text
    trend = text[text.index("alert-trend") :]
    assert "Creatinine:" in trend
    assert trend.index("mg/dL") < trend.index("2.6 mg/dL") < trend.index("13:40")


# ---- What every page says


def test_no_page_has_an_alarm_while_nothing_is_grave(house: House, stay: Stay, alert: Alert) -> None:
    text = house.client("nurse").get("/patients").text
    assert 'data-count="1"' in text
    assert "high-priority" not in text


@pytest.mark.hazard("HZ-02")
def test_every_page_says_how_many_high_priority_alerts_nobody_answers(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="3.2")
    client = house.client("nurse")
    for path in ("/", "/patients", "/protocols", "/me", f"/doses/{stay.dose(3).id}/observe"):
        top = client.get(path).text.split("<main")[0]
        assert "1 high-priority alert is unanswered" in top, path
        assert "for 20 min" in top
    strip = client.get("/alerts/banner")
    assert strip.headers["doseward-live"] == "1"
    assert "CANARY" not in strip.text


def test_what_is_put_aside_sounds_no_alarm_until_it_wakes(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="3.2")
    client = house.client("nurse")
    for one in _open(house, stay):
        path = f"/alerts/{one.id}"
        fill(client, path, {"minutes": "10", "reason": "x"}, f"{path}/snooze")
    assert 'data-count="0"' in client.get("/alerts/banner").text
    house.clock.forward(minutes=10)
    assert "1 high-priority alert is unanswered" in client.get("/alerts/banner").text


def test_whoever_may_read_no_alert_has_no_alarm(house: House) -> None:
    assert 'id="alarm"' not in house.client(None).get("/sign-in").text


def test_a_dose_given_on_what_no_longer_holds_comes_before_a_stop(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=NOW - timedelta(minutes=30), creatinine="3.2")
    stop = _open(house, stay)[0]
    void = replace(stop, key=f"{VOID}{stop.dose_id}", action=Action.HOLD, worse_at=NOW)
    assert sorted((stop, void), key=urgency) == [void, stop]
    overdose = replace(void, key=f"{OVERDOSE}{stop.dose_id}")
    assert sorted((stop, overdose), key=urgency) == [overdose, stop]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"key": "news2"}, "NEWS2"),
        ({"key": "observations_overdue"}, "Late"),
        ({"course_id": None}, "The program"),
        ({"key": "overdose:x"}, "Overdose"),
        ({"key": "deviation:x"}, "Hold"),
        ({"key": "deviation:x", "action": Action.PROCEED}, "Deviation"),
        ({}, "Hold"),
    ],
)
def test_what_calls_for_nothing_of_the_dose_says_what_it_is(
    house: House, alert: Alert, changes: dict[str, object], words: str
) -> None:
    setting = Setting(house.library.measures, UNIVERSAL, NOW, {})
    changed = replace(alert, **changes)  # type: ignore[arg-type]
    assert alert_line(changed, None, setting).chip.words.startswith(words)


@pytest.mark.parametrize(
    "key, words",
    [
        *(
            (f"{kind}:1", "No longer waited for (since 14:45): it has come, or the time for it is over.")
            for kind in KINDS
        ),
        ("creatinine", "The newest values no longer call for it (since 14:45)."),
    ],
)
def test_what_is_no_longer_late_was_cleared_by_no_value(house: House, alert: Alert, key: str, words: str) -> None:
    with house.database.reading() as tx:
        [raised, *_] = alerts.events_of_course(tx, str(alert.course_id))
    event = replace(raised, kind=AlertKind.CLEARED, key=key, at=NOW + timedelta(minutes=45))
    setting = Setting(house.library.measures, WardTime(ZoneInfo(ZONE)), NOW, {})
    assert alert_line(replace(alert, key=key, cleared=event), None, setting).cleared == words
    arrival = Arrival(event.id, event.kind, "1", "CANARY-pager", event.at)
    for line in (happened(event, setting), arrived(arrival, key, setting)):
        assert any(words.partition(" (")[0] in part for part in line)
