"""Is what people type shown as they typed it, whatever it looks like, on every page and in every figure?"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.vocabulary import Choice
from app.services import correcting, ordering
from app.services.correcting import Change
from tests.web.every_page import EVERYTHING, addresses, hire_everything
from tests.web.house import NOW, House, Stay
from tests.web.pages import fill

SCRIPT = "<script>alert(9041)</script>"
IMAGE = "\"'><img src=x onerror=alert(9041)>"
LINK = '<a href="javascript:alert(9041)">9041</a>'
TEMPLATE = "{{ 9041 * 2 }}{% raw %}"
ENTITY = "&lt;b&gt;9041 & <b>bold</b>"
REASON = f"{SCRIPT} {LINK} {TEMPLATE} {ENTITY}"
DANGEROUS = ("<script>alert", "<img src=x", '<a href="javascript', "<b>bold", "18082")


@pytest.fixture
def hostile(house: House) -> tuple[House, Stay]:
    """A patient, a person, a token and every kind of note with what an attacker would type."""
    stay = house.admit(first_due_at=NOW + timedelta(minutes=30) - timedelta(hours=16), family=SCRIPT, given=IMAGE)
    house.admit(first_due_at=NOW, mrn=LINK, family=f"{SCRIPT}s", given=TEMPLATE, bed="2")
    house.given_until(stay, 2)
    held = house.chart(stay, dose=3, at=NOW - timedelta(minutes=20), creatinine="2.6")
    assert held.record is not None
    prescriber = house.acting("prescriber", NOW - timedelta(minutes=10))
    wrong = next(row for row in held.observations if row.measure == "creatinine")
    with house.database.transaction() as tx:
        ordering.order(tx, house.library, prescriber, stay.dose(3).id, held.record.id, Choice.GIVE, REASON)
    with house.database.transaction() as tx:
        change = Change(REASON, Decimal("2.7"), wrong.unit, wrong.observed_at)
        correcting.correct(tx, house.library, prescriber, wrong.id, change)
    hire_everything(house)
    answer = fill(house.client(EVERYTHING), "/me/tokens", {"name": IMAGE})
    assert answer.status_code == 200
    given = {"outcome": "given", "mrn": stay.patient.mrn, "born": "03-Feb-1971", "reason": REASON}
    assert fill(house.client("nurse"), f"/doses/{stay.dose(3).id}/give", given).status_code == 303
    return house, stay


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def test_what_was_typed_is_text_on_every_page_and_in_every_figure(hostile: tuple[House, Stay]) -> None:
    house, stay = hostile
    client = house.client(EVERYTHING)
    seen_name = seen_reason = 0
    for path in addresses(house, stay):
        answer = client.get(path)
        if answer.headers.get("content-type", "").startswith("application/json"):
            for text in _texts(json.loads(answer.text)):
                found = [word for word in DANGEROUS if word in text]
                assert found == [], (path, text)
                seen_reason += "alert(9041)" in text
            continue
        found = [word for word in DANGEROUS if word.casefold() in answer.text.casefold()]
        assert found == [], path
        seen_name += html.escape(SCRIPT.upper(), quote=False) in answer.text
        seen_reason += html.escape(SCRIPT, quote=False) in answer.text
    assert seen_name > 10
    assert seen_reason > 2


def test_a_note_in_a_figure_is_escaped_for_plotly(hostile: tuple[House, Stay]) -> None:
    house, stay = hostile
    figure = house.client("nurse").get(f"/courses/{stay.course.id}/figures/doses?window=course").json()
    told = [text for text in _texts(figure["data"]) if "9041" in text]
    assert told
    assert all("&lt;script&gt;" in text or "<script" not in text for text in told)
    tags = {part.split(">")[0] for text in told for part in text.split("<")[1:]}
    assert tags <= {"br"}
