"""Can people sign a protocol on its page, acknowledge its gaps, and see what keeps it from deciding?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx2 import Response

from app.services.registering import NewPatient, add_patient
from app.store import meta
from app.store.opening import open_database
from tests.builders import LIBRARY, LVHN, USPI
from tests.protocols.test_library import variant
from tests.web.house import BORN, NOW, House, Stay
from tests.web.pages import fill

STATEMENT = "CANARY: every line against Table 1"


@pytest.fixture
def bare(sqlite_url: str) -> Iterator[House]:
    """A house where nobody has signed anything."""
    opened = House(open_database(sqlite_url), approved=False)
    yield opened
    opened.database.close()


def _words(answer: Response) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.text))


def _page(house: House, login: str, path: str = "/protocols/lvhn-2015") -> str:
    answer = house.client(login).get(path)
    assert answer.status_code == 200
    return _words(answer)


def _sign(house: House, login: str, statement: str = STATEMENT) -> Response:
    path = "/protocols/lvhn-2015"
    return fill(house.client(login), path, {"statement": statement}, f"{path}/signoffs")


def _acknowledge(house: House, systems: tuple[str, ...]) -> Response:
    ticked = {f"system.{name}": "1" for name in systems}
    path = "/protocols/uspi-2023"
    return fill(house.client("admin"), path, ticked, f"{path}/acknowledgements")


@pytest.mark.hazard("HZ-09")
def test_a_page_says_what_is_missing_and_two_people_put_it_right(bare: House) -> None:
    assert "May not decide yet: lvhn-2015 1.0.0 is not signed" in _page(bare, "nurse")
    for login in ("prescriber", "pharmacist"):
        answer = _sign(bare, login)
        assert (answer.status_code, answer.headers["location"]) == (303, "/protocols/lvhn-2015#approval")
    text = _page(bare, "nurse")
    assert "May not decide yet" not in text
    assert f"Signed by CANARY-prescriber (prescriber) on 21-Nov-2026 13:00 UTC: {STATEMENT}" in text
    assert "Signed by CANARY-pharmacist (pharmacist)" in text


def test_a_spanish_page_says_in_spanish_what_is_missing(bare: House) -> None:
    client = bare.client("admin")
    client.cookies.set("language", "es")
    signed = _words(client.get("/protocols/lvhn-2015"))
    assert "lvhn-2015 1.0.0 no está firmado" in signed
    assert "Firma una persona con la función farmacéutico o médico prescriptor en la página" in signed
    partial = _words(client.get("/protocols/uspi-2023"))
    assert "uspi-2023 no dice nada sobre: renal, hepático, hematológico" in partial
    assert ">Hepático<" in partial.replace("> ", ">").replace(" <", "<")
    _sign(bare, "prescriber")
    assert "firmado solo por CANARY-prescriber" in _words(client.get("/protocols/lvhn-2015"))


def test_a_form_is_offered_to_whom_it_is_open(bare: House) -> None:
    assert "Sign this text" in _page(bare, "prescriber")
    for login in ("nurse", "charge", "admin"):
        assert "Sign this text" not in _page(bare, login)
    _sign(bare, "prescriber")
    assert "Sign this text" not in _page(bare, "prescriber")
    assert "1 of 2 signatures" in _page(bare, "pharmacist")


def test_a_signature_without_a_word_is_asked_for_one(bare: House) -> None:
    answer = _sign(bare, "prescriber", " ")
    assert answer.status_code == 422
    assert "Say what you have checked." in _words(answer)


def test_a_nurse_cannot_sign(bare: House) -> None:
    typed = {"key": "0" * 36, "sha256": LVHN.pin.sha256, "statement": STATEMENT}
    assert bare.client("nurse").post("/protocols/lvhn-2015/signoffs", data=typed).status_code == 403


def test_a_text_that_changed_since_the_page_was_read_is_not_signed(bare: House) -> None:
    path = "/protocols/lvhn-2015"
    answer = fill(bare.client("prescriber"), path, {"statement": STATEMENT, "sha256": "0" * 64}, f"{path}/signoffs")
    assert answer.status_code == 409
    assert "read it again" in _words(answer)


@pytest.mark.hazard("HZ-09")
def test_an_administrator_acknowledges_every_gap_by_name(bare: House) -> None:
    assert "uspi-2023 says nothing about: renal, hepatic" in _page(bare, "nurse", "/protocols/uspi-2023")
    refused = _acknowledge(bare, USPI.uncovered[1:])
    assert refused.status_code == 422
    assert "Not named: renal." in _words(refused)
    assert refused.text.count(" checked>") == len(USPI.uncovered) - 1
    assert _acknowledge(bare, USPI.uncovered).status_code == 303
    text = _page(bare, "admin", "/protocols/uspi-2023")
    assert "CANARY-admin acknowledged on 21-Nov-2026 13:00 UTC that it says nothing about: renal" in text
    assert "Acknowledge what is not covered" not in text


def test_the_list_says_of_each_protocol_whether_it_may_decide(bare: House) -> None:
    assert _page(bare, "nurse", "/protocols").count("May not decide yet") == len(LIBRARY.protocols)
    for login in ("prescriber", "pharmacist"):
        _sign(bare, login)
    assert _page(bare, "nurse", "/protocols").count("May not decide yet") == len(LIBRARY.protocols) - 1


@pytest.mark.hazard("HZ-09")
def test_choosing_an_unsigned_protocol_is_refused_where_it_was_chosen(bare: House) -> None:
    with bare.database.transaction() as tx:
        new = NewPatient("CANARY-8", "CANARY", "CANARY", BORN, "female")
        patient = add_patient(tx, bare.acting("prescriber"), new)
    answer = fill(bare.client("prescriber"), f"/courses/new?patient={patient.id}", {"protocol": "lvhn-2015"})
    assert answer.status_code == 409
    assert '<p class="fault" id="protocol-fault">lvhn-2015 1.0.0 is not signed' in answer.text


def test_a_course_goes_on_with_its_bytes_and_its_page_says_that_the_file_changed(house: House, stay: Stay) -> None:
    assert "reads otherwise" not in _page(house, "nurse", f"/courses/{stay.course.id}")
    text = LIBRARY.parse(variant().replace(b"above = 130", b"above = 139").replace(b"to = 130 }", b"to = 139 }"))
    house.app.state.library = replace(LIBRARY, texts=(text,), protocols={"lvhn-2015": text})
    page = _page(house, "nurse", f"/courses/{stay.course.id}")
    assert "The file of lvhn-2015 1.0.0 reads otherwise today. This course goes on with the text it began with." in page
    pinned = f"/protocols/lvhn-2015/1.0.0?sha256={LVHN.pin.sha256}"
    assert f'href="{pinned}"' in page
    assert "Above 130 /min" in _page(house, "prescriber", pinned)
    assert "Sign this text" not in _page(house, "prescriber", pinned)
    assert "Above 139 /min" in _page(house, "nurse", "/protocols/lvhn-2015/1.0.0")


def test_a_course_of_an_older_version_says_which_version_is_newer(house: House, stay: Stay) -> None:
    newer = LIBRARY.parse(variant(version="2.0.0"))
    house.app.state.library = replace(
        LIBRARY, texts=(*LIBRARY.texts, newer), protocols={**LIBRARY.protocols, "lvhn-2015": newer}
    )
    page = _page(house, "nurse", f"/courses/{stay.course.id}")
    assert "Decided by lvhn-2015 version 1.0.0" in page
    assert "New courses are decided by version 2.0.0." in page
    assert "version 2.0.0" in _page(house, "nurse", "/protocols/lvhn-2015")
    assert "version 1.0.0" in _page(house, "nurse", "/protocols/lvhn-2015/1.0.0")


def test_a_demonstration_decides_unsigned_and_says_so(bare: House) -> None:
    with bare.database.transaction() as tx:
        meta.put(tx, meta.DEMO, NOW.isoformat())
    assert "only because this is a demonstration: not signed" in _page(bare, "nurse")
    admitted = bare.admit(first_due_at=NOW)
    page = _page(bare, "nurse", f"/courses/{admitted.course.id}")
    assert "Demonstration: nobody has signed this protocol here." in page


def test_an_unknown_version_is_not_found(house: House) -> None:
    assert house.client("nurse").get("/protocols/lvhn-2015/9").status_code == 404
