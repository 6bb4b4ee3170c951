"""Can an administrator add a receiver, see whether it is told, and do something about it?"""

from __future__ import annotations

import re

from tests.web.every_page import EVERYTHING, hire_everything
from tests.web.house import House
from tests.web.pages import fields_of, fill

PAGE = "/admin/receivers"
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
TYPED = {"name": "CANARY-gateway", "url": "https://pager.example/in", "ward": "everywhere", "least": "priority"}


def _added(house: House) -> str:
    """The address of a new receiver's page."""
    client = house.client(EVERYTHING)
    assert fill(client, PAGE, TYPED).status_code == 200
    (found,) = set(re.findall(rf"{PAGE}/([0-9a-f-]{{36}})", client.get(PAGE).text))
    return f"{PAGE}/{found}"


def test_the_secret_is_shown_once(house: House) -> None:
    hire_everything(house)
    client = house.client(EVERYTHING)
    text = client.get(PAGE).text
    assert "<code>https://pager.example</code>" in text
    sent = {**fields_of(text, PAGE), **TYPED}
    made = client.post(PAGE, data=sent, follow_redirects=False)
    (secret,) = set(_SECRET.findall(made.text))
    again = client.post(PAGE, data=sent, follow_redirects=False)
    assert (again.status_code, again.headers["Location"]) == (303, PAGE)
    listed = client.get(PAGE).text
    assert secret not in listed
    assert "CANARY-gateway" in listed
    assert "Working" in listed


def test_what_is_left_out_or_not_open_is_asked_for(house: House) -> None:
    hire_everything(house)
    client = house.client(EVERYTHING)
    for changes, sentence in (
        ({"name": ""}, "Say who gets its messages."),
        ({"ward": ""}, "Say whose alerts it is told."),
        ({"least": ""}, "Say from which level on it is told."),
        ({"url": "https://other.example/in"}, "The site has not opened this origin"),
        ({"url": "pager"}, "Give an address like https://pager.example/alerts."),
    ):
        answer = fill(client, PAGE, {**TYPED, **changes})
        assert (answer.status_code, sentence in answer.text) == (422, True), changes


def test_a_test_message_shows_how_it_ended(house: House) -> None:
    hire_everything(house)
    here, client = _added(house), house.client(EVERYTHING)
    answer = fill(client, here, {}, f"{here}/test")
    assert (answer.status_code, answer.headers["Location"]) == (303, here)
    text = client.get(here).text
    assert "<code>Test</code>" in text
    assert "Nobody knows its name" in text


def test_it_is_renamed_rotated_replayed_and_removed(house: House) -> None:
    hire_everything(house)
    here, client = _added(house), house.client(EVERYTHING)
    assert fill(client, here, {"name": "CANARY-other"}, f"{here}/name").status_code == 303
    assert "<h1>CANARY-other</h1>" in client.get(here).text
    assert _SECRET.search(fill(client, here, {}, f"{here}/rotation").text)
    assert "The last change counts until" in client.get(here).text
    assert fill(client, here, {"cursor": ""}, f"{here}/replay").status_code == 303
    refused = fill(client, here, {"cursor": "nonsense"}, f"{here}/replay")
    assert (refused.status_code, "A cursor of this feed looks like" in refused.text) == (422, True)
    assert fill(client, here, {"reason": ""}, f"{here}/removal").status_code == 422
    assert fill(client, here, {"reason": "replaced"}, f"{here}/removal").status_code == 303
    text = client.get(here).text
    assert "Removed" in text
    assert "Send a test message" not in text


def test_a_nurse_has_no_business_there(house: House) -> None:
    hire_everything(house)
    here = _added(house)
    nurse = house.client("nurse")
    assert [nurse.get(path).status_code for path in (PAGE, here)] == [403, 403]
