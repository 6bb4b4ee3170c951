"""Are numbers, moments, forms and words read and written without a guess?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app.domain.errors import InvalidInput, Malformed
from app.domain.tongue import speaking
from app.web import translate
from app.web.chart import read_at
from app.web.entry.layout import parts
from app.web.form import read_form
from app.web.formats import WardTime, due_words, length_words, number_words, units_words
from app.web.moments import NoMoment, TwoMoments, read_date, read_moment
from app.web.numbers import NotANumber, read_number
from app.web.pages import own_path
from tests.builders import MEASURES

BERLIN = WardTime(ZoneInfo("Europe/Berlin"))
FIRST_HALF_PAST_TWO = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed, value", [("38,4", "38.4"), (" 92 ", "92"), ("0", "0"), ("1.80", "1.80")])
def test_a_number_keeps_its_digits_and_a_comma_is_a_point(typed: str, value: str) -> None:
    assert str(read_number(typed)) == value


@pytest.mark.parametrize("typed", ["1,200", "1.200", "3 8", "1e3", "1.2.3", "-5", ".5", "NaN", "9x", "٣٨", "", "1,5,0"])
def test_what_could_be_read_two_ways_is_no_number(typed: str) -> None:
    with pytest.raises(NotANumber):
        read_number(typed)


@pytest.mark.parametrize("typed", ["21-Nov-2026", "21 nov 2026", "2026-11-21", "21-November-2026"])
def test_a_date_with_the_month_as_a_word_or_the_year_first_is_read(typed: str) -> None:
    assert read_date(typed).isoformat() == "2026-11-21"


@pytest.mark.parametrize("typed", ["11/12/2026", "21.11.2026", "31-Feb-2026", "21-Nov-26", "soon", ""])
def test_a_date_that_could_be_another_is_refused(typed: str) -> None:
    with pytest.raises(NoMoment):
        read_date(typed)


@pytest.mark.parametrize("typed", ["14:00", "1400", "14.00"])
def test_a_time_is_that_of_the_wall(typed: str) -> None:
    assert read_moment("21-Nov-2026", typed, BERLIN) == datetime(2026, 11, 21, 13, tzinfo=UTC)


@pytest.mark.hazard("HZ-10")
def test_the_hour_that_comes_twice_is_asked_and_never_guessed() -> None:
    with pytest.raises(TwoMoments) as asked:
        read_moment("25-Oct-2026", "02:30", BERLIN)
    first, second = asked.value.choices
    assert (first, second) == (FIRST_HALF_PAST_TWO, FIRST_HALF_PAST_TWO + timedelta(hours=1))
    assert read_moment("25-Oct-2026", "02:30", BERLIN, "2") == second
    assert read_moment("25-Oct-2026", "02:30 UTC+2", BERLIN) == first


def test_what_the_clock_says_in_that_hour_reads_back_as_itself() -> None:
    for at in (FIRST_HALF_PAST_TWO, FIRST_HALF_PAST_TWO + timedelta(hours=1)):
        assert read_moment(BERLIN.date(at), BERLIN.clock(at), BERLIN) == at


@pytest.mark.hazard("HZ-10")
def test_a_look_back_into_the_hour_that_comes_twice_is_asked_and_reads_what_the_pages_write() -> None:
    for at in (FIRST_HALF_PAST_TWO, FIRST_HALF_PAST_TWO + timedelta(hours=1)):
        assert read_at(BERLIN.moment(at), BERLIN, at + timedelta(days=1)) == at
    with pytest.raises(InvalidInput) as refusal:
        read_at("25-Oct-2026 02:30", BERLIN, FIRST_HALF_PAST_TWO + timedelta(days=1))
    assert refusal.value.sentence.endswith("25-Oct-2026 02:30 UTC+2, 25-Oct-2026 02:30 UTC+1")
    at = FIRST_HALF_PAST_TWO + timedelta(hours=12)
    assert read_at("2026-10-25T13:30:20", BERLIN, at) == at


def test_the_hour_that_is_left_out_in_spring_never_was() -> None:
    with pytest.raises(NoMoment, match="no such time"):
        read_moment("29-Mar-2026", "02:30", BERLIN)


def test_dates_doses_and_lengths_are_written_one_way() -> None:
    at = datetime(2026, 11, 21, 13, tzinfo=UTC)
    assert BERLIN.moment(at) == "21-Nov-2026 14:00"
    assert units_words(Decimal("43200000.0")) == "43,200,000 units"
    assert number_words(Decimal(600000)) == "600,000"
    assert length_words(timedelta(hours=5, minutes=10)) == "5 h 10 min"
    assert due_words(at, at + timedelta(minutes=40)) == "40 min late"
    assert due_words(at, at - timedelta(minutes=25)) == "in 25 min"


@pytest.mark.parametrize("body", [b"a=%ED%A0%80", b"a=\xff", b"a=1&a=2", b"a", b"&".join([b"f=1"] * 2)])
def test_a_body_no_form_sends_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_form(body)


def test_a_field_left_empty_and_one_not_sent_are_told_apart() -> None:
    form = read_form(b"a=&b=0")
    assert (form["a"], form.sent("a"), form["b"]) == ("", True, "0")
    assert (form["c"], form.sent("c"), form.sent_or("c", "x")) == ("", False, "x")


def test_every_measure_has_its_place_on_the_form_once() -> None:
    placed = [name for part in parts(MEASURES) for name in part.measures]
    assert sorted(placed) == sorted(MEASURES)


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\nb"])
def test_after_signing_in_nobody_is_sent_to_another_site(path: str) -> None:
    assert own_path(path) == "/"


def test_a_catalogue_changes_what_the_pages_say(tmp_path: Path) -> None:
    made = Catalog(locale="de")
    made.add("Ward board", "Stationstafel")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "doseward.mo").open("wb") as file:
        write_mo(file, made)
    with speaking(translate.catalogue("de", tmp_path)):
        assert translate._("Ward board") == "Stationstafel"
        assert translate._("Alerts") == "Alerts"
    assert translate._("Ward board") == "Ward board"
