"""May a reader have the pages in another language, and does the record stay as it is?"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from app.domain.tongue import _, speaking
from app.web.translate import LANGUAGES, catalogue, told
from tests.web.every_page import EVERYTHING, addresses, hire_everything
from tests.web.house import House, Stay

BANNER = "Traducción sin revisión clínica"


def spanish(client: TestClient) -> TestClient:
    """The same browser, once its reader chose Spanish."""
    answer = client.post("/language", data={"language": "es", "next": "/sign-in"}, follow_redirects=False)
    assert answer.headers["Location"] == "/sign-in"
    return client


def test_the_sign_in_page_offers_the_other_languages_by_their_own_names(house: House) -> None:
    client = house.client()
    english = client.get("/sign-in").text
    assert '<html lang="en">' in english
    assert '<button class="quiet" lang="es">Español</button>' in english
    page = spanish(client).get("/sign-in").text
    assert '<html lang="es">' in page
    assert "Iniciar sesión" in page
    assert '<button class="quiet" lang="en">English</button>' in page


def test_a_choice_is_of_one_browser_and_can_be_taken_back(house: House) -> None:
    client = spanish(house.client("nurse"))
    assert "Panel de la planta" in client.get("/").text
    assert "Ward board" in house.client("charge").get("/").text
    client.post("/language", data={"language": "en", "next": "/me"})
    assert "Ward board" in client.get("/").text


def test_a_language_the_pages_do_not_speak_is_refused(house: House) -> None:
    client = house.client("nurse")
    assert client.post("/language", data={"language": "fr", "next": "/"}, follow_redirects=False).status_code == 422
    client.cookies.set("language", "../../etc")
    assert '<html lang="en">' in client.get("/").text


def test_choosing_leads_to_no_other_site(house: House) -> None:
    answer = house.client().post("/language", data={"language": "es", "next": "//evil.example"}, follow_redirects=False)
    assert answer.headers["Location"] == "/"


@pytest.mark.hazard("HZ-21")
def test_an_unreviewed_language_says_so_on_the_page_and_english_does_not(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    path = f"/courses/{stay.course.id}"
    assert BANNER not in client.get(path).text
    page = spanish(client).get(path).text
    assert f"<strong>{BANNER}</strong>" in page
    assert '<span lang="en">(Translation not clinically reviewed)</span>' in page


def test_times_dates_and_numbers_are_written_as_in_english(house: House, stay: Stay) -> None:
    page = spanish(house.client("nurse")).get(f"/doses/{stay.dose(3).id}").text
    assert "43,200,000 unidades (600,000 unidades/kg × 72.0 kg)" in page
    assert "21-Nov-2026" in spanish(house.client("nurse")).get(f"/doses/{stay.dose(3).id}/give").text


@pytest.mark.hazard("HZ-21")
def test_what_a_spanish_page_writes_is_recorded_in_english(house: House) -> None:
    with speaking(catalogue("es")):
        assert _("Hold this dose") == "Retener esta dosis"
        with house.database.transaction():
            assert _("Hold this dose") == "Hold this dose"
        assert _("Hold this dose") == "Retener esta dosis"


def test_programs_are_answered_in_english(house: House) -> None:
    client = spanish(house.client("nurse"))
    client.headers["accept"] = "application/json"
    assert client.get("/api/v1/nothing").json()["title"] == "Not found"


def test_a_refusal_is_told_in_the_readers_language_with_what_it_names() -> None:
    raised = "Bed 4 of North is closed. Choose another."
    assert told(raised) == raised
    with speaking(catalogue("es")):
        assert told(raised) == "La cama 4 de North está cerrada. Elija otra."
        assert told("This cycle has ended.") == "Este ciclo ha terminado."
        assert told("Nobody ever said this.") == "Nobody ever said this."
        assert told("This needs one of these roles on the ward: charge nurse, nobody.").endswith(
            "charge nurse, nobody."
        )
        assert told("This needs one of these roles on the ward: charge nurse, prescriber.") == (
            "Esto necesita una de estas funciones en la planta: enfermería responsable de turno, médico prescriptor."
        )


def test_every_language_but_english_has_its_catalogue() -> None:
    assert [name for name in LANGUAGES if catalogue(name).info().get("language", "en") != name] == []


class _Words(HTMLParser):
    """What a page says in its own language: texts and names, without what is marked as another's."""

    _ALONE = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})

    def __init__(self, own: str) -> None:
        super().__init__()
        self.own, self.said = own, list[str]()
        self._inside: list[tuple[str, bool]] = [("", True)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        own = self._inside[-1][1] and found.get("lang", self.own) == self.own and tag not in {"script", "style"}
        if tag not in self._ALONE:
            self._inside.append((tag, own))
        names = ("aria-label", "placeholder", "title", "alt", "data-words")
        self.said += [value for name in names if own and (value := found.get(name))]

    def handle_endtag(self, tag: str) -> None:
        while len(self._inside) > 1 and self._inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._inside[-1][1] and data.strip():
            self.said.append(" ".join(data.split()))


_ENGLISH = re.compile(
    r"\b(the|of|and|is|was|with|from|this|for|by|not|dose|since|ago|before|after|hold|given|each|or|over|latest|"
    r"patient|ward|alert[s]? (?:is|are)|criterion|value[s]?|nothing|nobody|save|sign|write|choose|table)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"CANARY|WORLD|pager|observations:write|doseward |\(in part\)|practices, 2014|institutional table|DOSEWARD_"
)
"""People, wards, programs, commands, published titles, and a test whose letters are English."""


def test_no_page_says_a_word_of_english_that_is_not_marked_as_english(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, creatinine="2.6")
    hire_everything(house)
    client = spanish(house.client(EVERYTHING))
    answers = {path: client.get(path) for path in addresses(house, stay)}
    left: dict[str, str] = {}
    for path, answer in answers.items():
        if answer.headers.get("content-type", "").startswith("text/html"):
            words = _Words("es")
            words.feed(answer.text)
            left |= {one: path for one in words.said if _ENGLISH.search(one) and not _NAMES.search(one)}
    assert left == {}


def test_a_figure_is_named_in_the_readers_language_and_drawn_so(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, creatinine="2.6")
    client = spanish(house.client("nurse"))
    page = client.get(f"/courses/{stay.course.id}").text
    assert "Creatinina subió de 0.9 a 2.6 mg/dL en 2 dosis; último 2.6, 14:00" in page
    drawn = client.get(f"/courses/{stay.course.id}/figures/labs").text
    assert "Creatinina, mg/dL" in drawn
    assert "retener desde 2.5 mg/dL" in drawn
    assert "Límites: lvhn-2015, versión 1.0.0." in drawn
    assert "Creatinine, mg/dL" in house.client("nurse").get(f"/courses/{stay.course.id}/figures/labs").text


@pytest.mark.hazard("HZ-21")
def test_an_alert_raised_from_a_spanish_page_is_recorded_in_english(house: House, stay: Stay) -> None:
    with speaking(catalogue("es")):
        house.chart(stay, dose=3, creatinine="2.6")
    with house.database.reading() as tx:
        summaries = [row[0] for row in tx.connection.exec_driver_sql("SELECT summary FROM alert_event")]
    assert "Dose 3: Hold. Creatinine 2.6 mg/dL (limit 2.5 to below 3.0 mg/dL)." in summaries
    page = spanish(house.client("nurse")).get("/alerts").text
    assert f'<p class="alert-words"><span lang="en">{summaries[0]}</span></p>' in page


@pytest.mark.parametrize(
    "english, said",
    [
        ("to the attending physician", "al médico responsable"),
        ("to the second attending physician", "al segundo médico responsable"),
        ("Back to within a tenth of the first", "De vuelta dentro del diez por ciento del primero"),
        (
            "{said}; not back to within a tenth of that yet",
            "{said}; aún no ha vuelto a quedar dentro del diez por ciento de ese valor",
        ),
        ("No decision", "Sin decisión"),
        ("Held occasions", "Ocasiones con retención"),
    ],
)
def test_spanish_says_what_the_english_does(english: str, said: str) -> None:
    with speaking(catalogue("es")):
        assert _(english) == said
