"""Can a clinician check every line of a protocol against the paper?"""

from __future__ import annotations

import html
import re

import pytest

from app.web.presenters.protocol import protocol_view
from tests.web.house import House

PROTOCOLS = ("lvhn-2015", "consensus-2014")


def _text(house: House, path: str) -> str:
    answer = house.client("pharmacist").get(path)
    assert answer.status_code == 200
    return answer.text


def test_the_list_leads_to_each_protocol_with_its_coverage(house: House) -> None:
    text = _text(house, "/protocols")
    for name in PROTOCOLS:
        pin = house.library.protocol(name).pin
        assert f'href="/protocols/{name}"' in text
        assert pin.sha256[:12] in text


@pytest.mark.hazard("HZ-09")
@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_criterion_stands_on_the_page_with_its_source(house: House, name: str) -> None:
    protocol = house.library.protocol(name)
    text = html.unescape(_text(house, f"/protocols/{name}"))
    for row in protocol.rows:
        for criterion in row.criteria:
            line = text[text.index(f'<tr id="{criterion.id}">') :]
            line = line[: line.index("</tr>")]
            assert criterion.source.row in line
            assert criterion.note is None or criterion.note in line
            assert f"chip-{criterion.action}" in line
    assert protocol.pin.sha256 in text
    assert f"coverage: {protocol.coverage}" in text


@pytest.mark.parametrize("name", PROTOCOLS)
def test_no_window_or_limit_is_left_blank_or_in_code(house: House, name: str) -> None:
    view = protocol_view(house.library.protocol(name))
    for system in view.systems:
        for line in system.lines:
            words = (*line.window, line.limit, line.cls, line.fresh, line.verified)
            assert all(word.strip() and "_" not in word and "{" not in word for word in words), line


def test_windows_are_said_in_words(house: House) -> None:
    text = html.unescape(re.sub(r"\s+", " ", _text(house, "/protocols/lvhn-2015")))
    assert "The total of the last 8 h, of which 7 h 30 min must be charted" in text
    assert "only while oxygen device is room air" in text
    assert "3 relative criteria or more at once" in text
    assert "Dose held on 3 occasions of the cycle" in text
    assert "600,000 units/kg of aldesleukin over 15 min" in text


def test_an_unknown_protocol_is_not_found(house: House) -> None:
    assert house.client("nurse").get("/protocols/none").status_code == 404


def test_nobody_reads_them_without_signing_in(house: House) -> None:
    assert house.client().get("/protocols", follow_redirects=False).status_code == 303
