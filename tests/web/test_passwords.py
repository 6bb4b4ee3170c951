"""Can somebody set a password with a link and change it, and is guessing one slow?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

import pytest

from app.services import accounts, invitations, passwords
from app.services.throttling import FREE_HERE
from app.store import people
from tests.web.house import PASSWORD, House
from tests.web.pages import fill

NEW = "lantern over nine bridges"


def _link(house: House, login: str = "nurse") -> str:
    with house.database.transaction() as tx:
        operator = accounts.operator(house.clock.at)
        return invitations.invite(tx, operator, house.people[login].id).secret


def _opens(house: House, password: str, login: str = "nurse") -> bool:
    typed = {"login": login, "password": password}
    return fill(house.client(), "/sign-in", typed, "/sign-in").status_code == 303


def test_a_link_sets_the_password_once(house: House) -> None:
    typed = {"code": _link(house), "password": NEW, "again": NEW}
    assert not _opens(house, PASSWORD)
    done = fill(house.client(), "/welcome", typed)
    assert (done.status_code, done.headers["Location"]) == (303, "/welcome/done")
    assert "set-cookie" not in done.headers
    assert "Sign in with your login" in house.client().get("/welcome/done").text
    assert _opens(house, NEW)
    again = fill(house.client(), "/welcome", typed | {"password": "harbour lamp violet"})
    assert again.status_code == 422
    assert "was used already" in again.text
    assert not _opens(house, "harbour lamp violet")


def test_the_secret_of_a_link_is_in_no_address_the_server_sees(house: House) -> None:
    text = house.client().get("/welcome").text
    assert 'method="post" action="/welcome"' in text
    assert "welcome.js" in text
    assert house.client().get("/welcome").headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"code": "x"}, "was used already"),
        ({"code": ""}, "was used already"),
        ({"code": "\x00" * 10_000}, "was used already"),
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({"password": "", "again": ""}, "at least 12 characters"),
        ({"password": "x" * 10_000}, "at most 1024 characters"),
        ({"password": "Password2026!"}, "many people use"),
        ({"password": "canary-nurse lantern"}, "your login, your name"),
        ({"again": "lantern over ten bridges"}, "two entries differ"),
    ],
)
def test_what_cannot_be_a_password_is_refused_and_the_link_lives_on(
    house: House, changed: dict[str, str], sentence: str
) -> None:
    typed = {"code": _link(house), "password": NEW, "again": NEW}
    answer = fill(house.client(), "/welcome", typed | changed)
    assert answer.status_code == 422
    assert sentence in answer.text
    for tried in {typed["password"], changed.get("password", NEW)} - {""}:
        assert f'value="{tried}"' not in answer.text
    assert fill(house.client(), "/welcome", typed).status_code == 303


def test_a_lone_surrogate_in_a_form_is_refused(house: House) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = house.client().post("/welcome", content=b"code=%ED%A0%80&password=x&again=x", headers=headers)
    assert answer.status_code == 400


def test_of_six_who_use_a_link_at_once_one_sets_the_password(house: House) -> None:
    code = _link(house)

    def accept(number: int) -> int:
        typed = {"code": code, "password": f"{NEW} {number}", "again": f"{NEW} {number}"}
        return house.client().post("/welcome", data=typed, follow_redirects=False).status_code

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(accept, range(6)))
    assert found.count(303) == 1
    assert set(found) <= {303, 422, 503}
    assert _opens(house, f"{NEW} {found.index(303)}")


def test_ones_own_password_is_changed_with_the_old_one_and_signs_out_everywhere(house: House) -> None:
    here, elsewhere = house.client("nurse"), house.client("nurse")
    answer = fill(here, "/me/password", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/welcome/done")
    for client in (here, elsewhere):
        assert client.get("/", follow_redirects=False).status_code == 303
    assert _opens(house, NEW)
    assert not _opens(house, PASSWORD)


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"old": "wrong"}, "not your password"),
        ({"old": ""}, "not your password"),
        ({"password": "Password2026!"}, "many people use"),
        ({"again": ""}, "two entries differ"),
    ],
)
def test_a_change_that_cannot_be_is_refused(house: House, changed: dict[str, str], sentence: str) -> None:
    typed = {"old": PASSWORD, "password": NEW, "again": NEW} | changed
    answer = fill(house.client("nurse"), "/me/password", typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert NEW not in answer.text
    assert _opens(house, PASSWORD)


def test_somebody_without_a_password_here_is_told_so(house: House) -> None:
    client = house.client("nurse")
    with house.database.transaction() as tx:
        people.set_password(tx, house.people["nurse"].id, None)
    assert "You have no password here" in client.get("/me/password").text
    typed = {"old": "", "password": NEW, "again": NEW}
    assert client.post("/me/password", data=typed).status_code == 422


def test_guessing_is_slowed_and_the_right_password_opens_after_the_wait(house: House) -> None:
    client = house.client()
    pages = []
    for login in ("nurse", "nobody"):
        for _ in range(FREE_HERE):
            assert fill(client, "/sign-in", {"login": login, "password": "wrong"}, "/sign-in").status_code == 401
        answer = fill(client, "/sign-in", {"login": login, "password": PASSWORD}, "/sign-in")
        assert answer.status_code == 429
        assert "Wait 1 second, then try again." in answer.text
        assert f'value="{login}"' in answer.text
        pages.append(answer.text.replace(login, ""))
    assert pages[0] == pages[1]
    assert _opens(house, PASSWORD, "prescriber")
    house.clock.forward(seconds=1)
    assert _opens(house, PASSWORD)
    assert _opens(house, PASSWORD)


def test_the_old_password_cannot_be_guessed_on_the_page_that_changes_it(house: House) -> None:
    client = house.client("nurse")
    typed = {"old": "wrong", "password": NEW, "again": NEW}
    for _ in range(FREE_HERE):
        assert fill(client, "/me/password", typed).status_code == 422
    refused = fill(client, "/me/password", typed | {"old": PASSWORD})
    assert refused.status_code == 429
    assert "Wait 1 second" in refused.text


def test_a_house_full_of_sign_ins_says_so_and_counts_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(passwords, "_IN_LINE", BoundedSemaphore(1))
        with passwords._in_line():  # noqa: SLF001 - the line as it is when it is full
            answer = fill(house.client(), "/sign-in", {"login": "nurse", "password": PASSWORD}, "/sign-in")
    assert answer.status_code == 503
    assert "Too many people are signing in" in answer.text
    with house.database.reading() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM throttle").scalar_one() == 0
