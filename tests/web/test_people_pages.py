"""Can an administrator run the people of a ward from the pages, and is a link shown once?"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services import accounts
from app.store import invitations, people, wards
from app.store.people import Grant, Person
from app.store.wards import Ward
from tests.web.house import NOW, House
from tests.web.pages import fields_of, fill

PEOPLE = "/admin/people"
LINK = re.compile(r'value="(http://ward\.test/welcome#([\w-]{43}))"')
NEW = {"name": "CANARY-new", "login": "New", "role": "nurse"}


def _make(house: House, login: str, *grants: Grant) -> Person:
    with house.database.transaction() as tx:
        operator = accounts.operator(house.clock.at)
        house.people[login] = accounts.create_person(tx, operator, login, f"CANARY-{login}", "x", grants)
    return house.people[login]


def _now(house: House, login: str) -> Person:
    with house.database.reading() as tx:
        return people.person(tx, house.people[login].id)


def _press(client: TestClient, login: str, house: House, act: str, **typed: str) -> Response:
    """Opens a person's page, fills in its form, and presses the button that does `act`."""
    path = f"{PEOPLE}/{house.people[login].id}"
    page = client.get(path)
    assert page.status_code == 200, page.text
    sent = fields_of(page.text, f"{path}/roles") | typed
    return client.post(f"{path}/{act}", data=sent, follow_redirects=False)


def test_the_administration_shows_what_somebody_may_do_and_nothing_to_others(house: House) -> None:
    admin, nurse = house.client("admin"), house.client("nurse")
    assert 'href="/admin"' in admin.get("/").text
    assert PEOPLE in admin.get("/admin").text
    assert 'href="/admin"' not in nurse.get("/").text
    assert nurse.get("/admin").status_code == 403
    for path in (PEOPLE, f"{PEOPLE}/new", f"{PEOPLE}/{house.people['nurse'].id}"):
        assert nurse.get(path).status_code == 403, path
        assert house.client().get(path, follow_redirects=False).status_code == 303, path


def test_people_are_found_by_name_login_role_and_account(house: House) -> None:
    client = house.client("admin")
    off = _make(house, "gone", Grant(Role.NURSE, house.ward.id))
    with house.database.transaction() as tx:
        people.set_active(tx, off.id, active=False)

    def names(query: str) -> set[str]:
        return set(re.findall(r'<a class="cell-link" href="[^"]*">CANARY-(\w+)</a>', client.get(PEOPLE + query).text))

    assert names("") == house.people.keys() - {"gone"}
    assert names("?q=%20CANARY-NU") == names("?q=nurse&role=nurse") == {"nurse"}
    assert names("?role=charge_nurse") == {"charge"}
    assert names("?state=off") == {"gone"}
    assert "gone" in names("?state=all")
    assert names("?q=" + "x" * 5000) == names("?q=%00") == names("?role=king") == set()
    assert "Nobody fits" in client.get(f"{PEOPLE}?q=zzz").text


def test_a_new_person_gets_a_link_that_is_shown_once(house: House) -> None:
    client = house.client("admin")
    page = client.get(f"{PEOPLE}/new")
    typed = fields_of(page.text, f"{PEOPLE}/new") | NEW | {"ward": house.ward.id}
    shown = client.post(f"{PEOPLE}/new", data=typed, follow_redirects=False)
    found = LINK.search(shown.text)
    assert shown.status_code == 200
    assert found is not None
    again = client.post(f"{PEOPLE}/new", data=typed, follow_redirects=False)
    assert again.status_code == 303
    there = client.get(again.headers["Location"])
    assert found[2] not in again.text + there.text
    assert "open until 24-Nov-2026 13:00 UTC" in there.text
    with house.database.reading() as tx:
        made = people.person_by_login(tx, "new")
        assert made is not None
        assert made[0].grants == {Grant(Role.NURSE, house.ward.id)}
        assert invitations.invitation_of(tx, made[0].id) is not None
        for row in tx.connection.exec_driver_sql("SELECT * FROM idempotency"):
            assert found[2] not in str(row)


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"name": ""}, "Write the name"),
        ({"login": " "}, "Write the login"),
        ({"role": "king"}, "Choose the role"),
        ({"ward": ""}, "Choose the ward"),
        ({"login": "nurse"}, "belongs to somebody already"),
        ({"name": "\x00"}, "must not hold control characters"),
        ({"login": "x" * 10_000}, "at most 200 characters"),
        ({"name": "CANARY<script>alert(1)</script>", "role": ""}, "Choose the role"),
    ],
)
def test_a_person_that_cannot_be_added_says_why_and_keeps_what_was_typed(
    house: House, changed: dict[str, str], sentence: str
) -> None:
    typed = NEW | {"ward": house.ward.id} | changed
    answer = fill(house.client("admin"), f"{PEOPLE}/new", typed)
    assert answer.status_code in (409, 422)
    assert sentence.lower() in answer.text.lower()
    assert "<script>alert" not in answer.text
    assert house.client("admin").get(f"{PEOPLE}?q=new&state=all").text.count("cell-link") == 0


def test_an_administrator_of_one_ward_gives_no_role_elsewhere(house: House) -> None:
    other = Ward(new_id(NOW), "CANARY-OTHER", "Europe/Berlin")
    with house.database.transaction() as tx:
        wards.add_ward(tx, other, NOW)
    client = house.client("admin")
    assert other.id not in client.get(f"{PEOPLE}/new").text
    for ward_id in (other.id, "*", "nowhere"):
        answer = fill(client, f"{PEOPLE}/new", NEW | {"ward": ward_id})
        assert answer.status_code == 403, ward_id
    theirs = _make(house, "theirs", Grant(Role.NURSE, other.id))
    assert client.get(f"{PEOPLE}/{theirs.id}").status_code == 404
    assert client.get(f"{PEOPLE}/{new_id(NOW)}").status_code == 404


def test_roles_are_given_and_taken_on_the_page(house: House) -> None:
    client = house.client("admin")
    nurse = house.client("nurse")
    given = _press(client, "nurse", house, "roles", role="charge_nurse", ward=house.ward.id)
    assert given.status_code == 303
    assert nurse.get("/", follow_redirects=False).status_code == 303
    assert _now(house, "nurse").grants == {Grant(Role.NURSE, house.ward.id), Grant(Role.CHARGE_NURSE, house.ward.id)}
    taken = _press(client, "nurse", house, "roles/removal", taken=f"nurse {house.ward.id}")
    assert taken.status_code == 303
    assert _now(house, "nurse").grants == {Grant(Role.CHARGE_NURSE, house.ward.id)}
    for wrong in ("", "king *", "nurse", "nurse \x00", f"nurse {house.ward.id}"):
        assert _press(client, "nurse", house, "roles/removal", taken=wrong).status_code in (403, 404, 422), wrong
    assert _press(client, "nurse", house, "roles", role="", ward="").status_code == 422


def test_an_account_is_switched_off_with_a_reason_and_on_again(house: House) -> None:
    client, nurse = house.client("admin"), house.client("nurse")
    assert "Say why" in _press(client, "nurse", house, "disabling", reason=" ").text
    assert _now(house, "nurse").active
    assert _press(client, "nurse", house, "disabling", reason="CANARY-left").status_code == 303
    assert nurse.get("/", follow_redirects=False).status_code == 303
    assert "switched off" in client.get(f"{PEOPLE}/{house.people['nurse'].id}").text
    assert _press(client, "nurse", house, "enabling").status_code == 303
    assert _now(house, "nurse").active


def test_a_forgotten_password_gets_a_new_link_and_the_old_one_opens_no_more(house: House) -> None:
    client = house.client("admin")
    shown = _press(client, "nurse", house, "invitation")
    assert LINK.search(shown.text) is not None
    assert shown.headers["Cache-Control"] == "no-store"
    with house.database.reading() as tx:
        assert people.password_of(tx, house.people["nurse"].id) is None
    off = _make(house, "off", Grant(Role.NURSE, house.ward.id))
    with house.database.transaction() as tx:
        people.set_active(tx, off.id, active=False)
    assert _press(client, "off", house, "invitation").status_code == 409


def test_nobody_changes_their_own_account_and_pages_offer_it_to_none(house: House) -> None:
    client = house.client("admin")
    text = client.get(f"{PEOPLE}/{house.people['admin'].id}").text
    assert "This is you" in text
    assert "formaction" not in text
    for act, typed in (
        ("roles", {"role": "prescriber", "ward": house.ward.id}),
        ("roles/removal", {"taken": f"administrator {house.ward.id}"}),
        ("disabling", {"reason": "x"}),
        ("enabling", {}),
        ("invitation", {}),
    ):
        answer = _press(client, "admin", house, act, **typed)
        assert answer.status_code == 403, act
        assert "Nobody changes their own account" in answer.text


def test_somebody_of_other_wards_too_is_left_to_the_administrator_of_all(house: House) -> None:
    other = Ward(new_id(NOW), "CANARY-OTHER", "Europe/Berlin")
    with house.database.transaction() as tx:
        wards.add_ward(tx, other, NOW)
    _make(house, "float", Grant(Role.NURSE, house.ward.id), Grant(Role.NURSE, other.id))
    _make(house, "boss", Grant(Role.ADMINISTRATOR, None))
    here, everywhere = house.client("admin"), house.client("boss")
    text = here.get(f"{PEOPLE}/{house.people['float'].id}").text
    assert "works on other wards as well" in text
    assert text.count("Take away") == 1
    assert _press(here, "float", house, "invitation").status_code == 403
    assert _press(everywhere, "float", house, "invitation").status_code == 200


def test_a_minute_after_the_last_proof_the_password_is_asked_for(house: House) -> None:
    client = house.client("admin", begun=house.clock.at)
    assert _press(client, "nurse", house, "roles", role="charge_nurse", ward=house.ward.id).status_code == 303
    house.clock.forward(seconds=61)
    refused = _press(client, "nurse", house, "invitation")
    assert refused.status_code == 422
    assert 'name="proof"' in refused.text
    with house.database.reading() as tx:
        assert people.password_of(tx, house.people["nurse"].id) is not None


def test_a_form_of_a_person_does_nothing_when_enter_is_pressed(house: House) -> None:
    path = f"{PEOPLE}/{house.people['nurse'].id}"
    text = house.client("admin").get(path).text
    form = text[text.index(f'action="{path}/roles"') :]
    assert re.search(r"<button[^>]*>", form)[0] == "<button disabled hidden>"  # type: ignore[index]


def test_the_last_sign_in_stands_on_the_page(house: House) -> None:
    fill(house.client(), "/sign-in", {"login": "nurse", "password": "CANARY-correct-horse-9041"}, "/sign-in")
    house.clock.at += timedelta(minutes=1)
    assert "21-Nov-2026 13:00 UTC" in house.client("admin").get(f"{PEOPLE}/{house.people['nurse'].id}").text
