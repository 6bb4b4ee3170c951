"""What holds on every page there is, whoever wrote it?"""

from __future__ import annotations

import re

import pytest

from tests.web.every_page import EVERYTHING, addresses, hire_everything
from tests.web.house import BORN, FAMILY_NAME, GIVEN_NAME, MRN, House, Stay

_WHO = (FAMILY_NAME.casefold(), GIVEN_NAME.casefold(), MRN.casefold(), BORN.isoformat(), "03-feb-1971")


@pytest.fixture
def pages(house: House, stay: Stay) -> dict[str, str]:
    """Every page by its address, as somebody with every role sees it."""
    house.chart(stay, dose=3, creatinine="2.6")
    hire_everything(house)
    client = house.client(EVERYTHING)
    answers = {path: client.get(path) for path in addresses(house, stay)}
    shown = {
        path: answer.text
        for path, answer in answers.items()
        if answer.headers.get("content-type", "").startswith("text/html") and "Doseward-Live" not in answer.headers
    }
    drawn = sum(answers[path].status_code == 200 for path in shown)
    assert drawn > len(shown) * 0.8, {path: answers[path].status_code for path in shown}
    return shown


@pytest.mark.hazard("HZ-15")
def test_no_tab_says_who_the_patient_is(pages: dict[str, str]) -> None:
    titles = {path: re.findall(r"<title>(.*?)</title>", text) for path, text in pages.items()}
    assert all(len(found) == 1 and found[0] for found in titles.values()), titles
    told = {path: found[0] for path, found in titles.items() if any(word in found[0].casefold() for word in _WHO)}
    assert told == {}


def test_the_tab_says_where_and_what(house: House, stay: Stay) -> None:
    client = house.client("nurse")
    dose = stay.dose(3).id
    for path, title in (
        (f"/doses/{dose}/observe", "Bed 1, dose 3: observe"),
        (f"/doses/{dose}/give", "Bed 1, dose 3: give"),
        (f"/doses/{dose}", "Bed 1, dose 3: decision"),
        (f"/courses/{stay.course.id}", "Bed 1: course"),
    ):
        assert f"<title>{title} · Doseward</title>" in client.get(path).text


@pytest.mark.hazard("HZ-15")
def test_over_an_open_line_every_page_says_so(pages: dict[str, str]) -> None:
    assert [path for path, text in pages.items() if "This connection is not protected" not in text] == []


def test_no_page_has_script_or_style_of_its_own(pages: dict[str, str]) -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    assert {path: inline.findall(text) for path, text in pages.items() if inline.search(text)} == {}
