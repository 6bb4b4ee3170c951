"""Can somebody sign in and out, and does a page learn nothing to those who have not?"""

from __future__ import annotations

from tests.web.house import PASSWORD, House, Stay
from tests.web.pages import fill


def test_a_person_signs_in_and_lands_where_they_wanted_to_go(house: House) -> None:
    client = house.client()
    asked = client.get("/?x=1", follow_redirects=False)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in?next=/%3Fx%3D1")
    typed = {"login": "Nurse ", "password": PASSWORD}
    answer = fill(client, asked.headers["Location"], typed, "/sign-in")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?x=1")
    assert "CANARY-nurse" in client.get("/").text


def test_a_wrong_password_and_an_unknown_login_read_the_same_and_keep_the_login(house: House) -> None:
    pages = []
    for login in ("nurse", "nobody"):
        answer = fill(house.client(), "/sign-in", {"login": login, "password": "CANARY-wrong-password"})
        assert answer.status_code == 401
        assert f'value="{login}"' in answer.text
        assert "CANARY-wrong-password" not in answer.text
        pages.append(answer.text.replace(login, ""))
    assert pages[0] == pages[1]


def test_signing_out_ends_the_session(house: House) -> None:
    client = house.client("nurse")
    assert client.post("/sign-out", follow_redirects=False).status_code == 303
    assert client.get("/", follow_redirects=False).status_code == 303


def test_no_page_is_kept_by_the_browser(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    for path in ("/", "/sign-in", f"/doses/{stay.dose(3).id}", f"/doses/{stay.dose(3).id}/observe"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_a_form_from_another_site_is_refused(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    path = f"/doses/{stay.dose(3).id}/decide"
    assert client.post(path, data={"key": "x"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_poll_of_somebody_who_was_signed_out_is_no_page_to_swap_in(house: House) -> None:
    answer = house.client().get("/board/rows", headers={"HX-Request": "true"}, follow_redirects=False)
    assert answer.status_code == 401
    assert "Doseward-Live" not in answer.headers


def test_an_unknown_address_is_a_page_with_a_sentence(house: House) -> None:
    answer = house.client("nurse").get("/doses/nothing")
    assert answer.status_code == 404
    assert "To the ward board" in answer.text
