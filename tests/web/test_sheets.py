"""Does a ward that has lost its server find what stood, how old it is, and nobody's old sheet?"""

import os
import re
import stat
import time
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.delivery.sheet_files import put
from app.delivery.sheets import EVERY, LOUD_AFTER, Sheets
from app.domain.alert import Alert
from app.domain.ids import new_id
from app.domain.vocabulary import CycleEventKind, Level
from app.main import create_app
from app.services import courses
from app.services.courses import NewEvent
from app.settings import Settings
from app.store import alerts, wards
from app.store.opening import open_database
from app.store.wards import Ward as Place
from app.web.sheets import Drawn
from app.web.translate import LANGUAGES
from tests.web.house import NOW, House, Stay
from tests.web.pages import fill, words_of


class Ward:
    """A house, its folder, and what keeps the folder at a pace of the test's own."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder, self.ticks = house, folder, 0.0
        draw = Drawn(house.library, demo=False)
        self.sheets = Sheets(house.database, house.library, house.clock, folder, draw, lambda: self.ticks)

    def pass_(self, seconds: float = 2) -> None:
        self.ticks += seconds
        self.house.clock.forward(seconds=seconds)
        self.sheets.step()

    def of(self, stay: Stay) -> Path:
        return self.folder / self.house.ward.id / f"{stay.course.id}.html"

    def text(self, stay: Stay) -> str:
        return words_of(self.of(stay).read_text())

    def told(self) -> list[Alert]:
        with self.house.database.reading() as tx:
            found = alerts.open_alerts(tx, [self.house.ward.id])
        return [one for one in found if one.key == "sheets"]


@pytest.fixture
def ward(house: House, stay: Stay, tmp_path: Path) -> Ward:
    house.chart(stay, dose=3, creatinine="2.9")
    found = Ward(house, tmp_path / "sheets")
    found.sheets.step()
    return found


@pytest.mark.hazard("HZ-20")
def test_the_sheet_of_a_patient_says_what_stood_and_as_of_when(ward: Ward, stay: Stay) -> None:
    text = ward.text(stay)
    assert "Last state, as of 21-Nov-2026 14:00" in text
    assert "CANARY-FAMILY-9041, Canary-Given" in text
    assert "Hold Decided 21-Nov-2026 14:00, 0 min before this sheet by CANARY-nurse." in text
    assert "Creatinine 2.9 mg/dL at 21-Nov-2026 14:00 (limit 2.5 to below 3.0 mg/dL)" in text
    assert "Dose 4: due 21-Nov-2026 22:30, may be given 21-Nov-2026 21:30 to 21-Nov-2026 23:30" in text


def test_no_sheet_says_anything_that_grows_untrue_while_it_lies_there(ward: Ward) -> None:
    for path in ward.folder.rglob("*.html"):
        assert not re.search(r"\bago\b|\(in \d+ |\d late\)|\bnow\b", path.read_text().partition("<main")[2]), path


def test_the_index_leads_to_every_ward_and_patient_and_to_blank_forms(ward: Ward, stay: Stay) -> None:
    seen, ahead = set(), [ward.folder / "index.html"]
    while ahead:
        path = ahead.pop()
        if path not in seen:
            seen.add(path)
            ahead += [(path.parent / href).resolve() for href in re.findall(r'href="([^"#]+)', path.read_text())]
    blanks = {ward.folder / f"downtime-{name}.html" for name in ward.house.library.protocols}
    assert seen == {ward.folder / "index.html", ward.of(stay).parent / "index.html", ward.of(stay), *blanks}


@pytest.mark.hazard("HZ-15")
def test_only_the_owner_of_the_program_may_read_them_and_no_name_is_in_a_path(ward: Ward) -> None:
    for path in (ward.folder, *ward.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
        assert "CANARY" not in str(path.relative_to(ward.folder))


def test_a_sheet_needs_no_other_file_and_runs_nothing(ward: Ward, stay: Stay) -> None:
    text = ward.of(stay).read_text()
    assert not re.search(r"<script|<link|<img|https?://|src=", text.partition("</style>")[2])
    assert "@import" not in text


@pytest.mark.hazard("HZ-20")
def test_a_decision_is_on_its_sheet_at_the_next_look_and_touches_no_other(ward: Ward, stay: Stay) -> None:
    other = ward.house.admit(first_due_at=ward.house.clock.at + timedelta(hours=2), mrn="CANARY-2", bed="2")
    ward.pass_()
    before = ward.of(other).read_bytes()
    ward.house.clock.forward(minutes=1)
    ward.house.chart(stay, dose=3, creatinine="3.4")
    ward.pass_()
    assert "Creatinine 3.4 mg/dL" in ward.text(stay)
    assert ward.of(other).read_bytes() == before


@pytest.mark.hazard("HZ-20")
def test_the_sheets_say_when_a_held_dose_is_to_be_looked_at_again(ward: Ward, stay: Stay) -> None:
    order = f"/doses/{stay.dose(3).id}/order"
    typed = {"choice": "hold", "reason": "A bolus runs.", "recheck.clock": "14:45"}
    assert fill(ward.house.client("prescriber"), order, typed).status_code == 303
    ward.pass_()
    for path in (ward.of(stay), ward.of(stay).with_name("index.html")):
        assert "Held: look again by 21-Nov-2026 14:45" in words_of(path.read_text()), path.name


def test_an_answer_to_an_alert_reaches_the_sheet(ward: Ward, stay: Stay) -> None:
    with ward.house.database.reading() as tx:
        alert = alerts.open_alerts(tx, course_id=stay.course.id)[0]
    browser = ward.house.client("prescriber")
    assert "Open alerts" in ward.text(stay)
    assert browser.get(f"/alerts/{alert.id}").status_code == 200
    ward.pass_()
    assert "Opened by CANARY-prescriber" in (ward.of(stay).parent / "index.html").read_text()


def test_everything_is_written_anew_though_nothing_happened(ward: Ward, stay: Stay) -> None:
    ward.pass_(EVERY / 2)
    assert "as of 21-Nov-2026 14:00" in ward.text(stay)
    ward.pass_(EVERY / 2)
    assert "as of 21-Nov-2026 14:02" in ward.text(stay)


@pytest.mark.hazard("HZ-20")
def test_an_older_sheet_never_replaces_a_newer_one(tmp_path: Path) -> None:
    path, head = tmp_path / "a" / "sheet.html", '<meta name="doseward-record" content="{}">'
    put(path, head.format("0a1b-9"), "0a1b", 9)
    put(path, head.format("0a1b-8"), "0a1b", 8)
    assert "0a1b-9" in path.read_text()
    put(path, head.format("ffff-1"), "ffff", 1)
    assert "ffff-1" in path.read_text()


def test_a_patient_who_left_leaves_no_sheet_behind(ward: Ward, stay: Stay) -> None:
    leaving = NewEvent(CycleEventKind.DISCHARGED, ward.house.clock.at, "CANARY-9041 recovered")
    with ward.house.database.transaction() as tx:
        courses.add_cycle_event(tx, ward.house.library, ward.house.acting("charge"), stay.cycle.id, leaving)
    os.utime(ward.of(stay), (0, 0))
    foreign = ward.of(stay).parent / "notes-of-the-ward.html"
    foreign.write_text("not ours")
    os.utime(foreign, (0, 0))
    ward.pass_(EVERY)
    assert not ward.of(stay).exists()
    assert foreign.exists()


@pytest.mark.hazard("HZ-20")
def test_a_folder_that_cannot_be_written_is_told_and_costs_no_decision_anything(
    ward: Ward, stay: Stay, tmp_path: Path
) -> None:
    ward.folder.rename(tmp_path / "away")
    ward.folder.write_text("a file where the folder was")
    ward.pass_(EVERY)
    assert ward.sheets.trouble() == "The last-state sheets cannot be written (Not a directory)."
    assert ward.told() == []
    assert ward.house.chart(stay, dose=3, creatinine="3.9").decision is not None
    ward.pass_(LOUD_AFTER)
    ward.pass_(LOUD_AFTER)
    (alert,) = ward.told()
    assert (alert.level, alert.summary.partition(" Print")[0]) == (Level.PRIORITY, ward.sheets.trouble())
    ward.folder.unlink()
    ward.pass_(LOUD_AFTER)
    assert ward.sheets.trouble() == ""
    (alert,) = ward.told()
    assert alert.cleared is not None
    assert "Creatinine 3.9 mg/dL" in ward.text(stay)


def test_a_thread_that_writes_no_more_is_noticed(ward: Ward) -> None:
    ward.ticks += 2 * EVERY
    assert ward.sheets.trouble() == ""
    ward.ticks += 2 * EVERY
    assert "have not been written for more than six minutes" in ward.sheets.trouble()


def test_one_sheet_that_cannot_be_drawn_keeps_no_other_from_being_written(
    ward: Ward, stay: Stay, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ward.house.admit(first_due_at=ward.house.clock.at + timedelta(hours=2), mrn="CANARY-2", bed="2")
    draw = Drawn.patient

    def broken(self: Drawn, *of: object) -> str:
        if of[1].case.course.id == stay.course.id:  # type: ignore[attr-defined]
            raise ValueError("CANARY")
        return draw(self, *of)  # type: ignore[arg-type]

    monkeypatch.setattr(Drawn, "patient", broken)
    ward.pass_(EVERY)
    assert ward.of(other).exists()
    assert ward.sheets.trouble() == "The last-state sheets cannot be written (ValueError)."


def test_the_program_keeps_the_folder_while_it_serves(sqlite_url: str, tmp_path: Path) -> None:
    key = "CANARY-KEY-9041-" * 2
    database = open_database(sqlite_url, audit_key=key.encode())
    with database.transaction() as tx:
        wards.add_ward(tx, Place(new_id(NOW), "CANARY-WARD", "UTC"), NOW)
    database.close()
    folder = tmp_path / "sheets"
    settings = Settings(database_url=sqlite_url, sheets=folder, audit_key=SecretStr(key))
    with TestClient(create_app(settings, lambda: NOW + timedelta(minutes=1), by_itself=True)):
        until = time.monotonic() + 10
        while not (folder / "index.html").exists() and time.monotonic() < until:
            time.sleep(0.02)
    assert "CANARY-WARD" in (folder / "index.html").read_text()


def test_the_sheets_speak_the_language_the_site_names(house: House, stay: Stay, tmp_path: Path) -> None:
    house.chart(stay, dose=3, creatinine="2.9")
    draw = Drawn(house.library, "es", demo=False)
    Sheets(house.database, house.library, house.clock, tmp_path, draw).step()

    written = list(tmp_path.rglob("*.html"))
    assert len(written) > 3
    for path in written:
        text = path.read_text()
        assert '<html lang="es">' in text, path
        assert "Traducción sin revisión clínica" in text, path
        assert "Último estado, a fecha de" in text, path
        assert "Last state, as of" not in text, path
    assert "Retener" in (tmp_path / house.ward.id / f"{stay.course.id}.html").read_text()


def test_a_language_there_is_no_catalogue_of_is_refused_at_start() -> None:
    assert get_args(Settings.model_fields["sheets_language"].annotation) == tuple(LANGUAGES)
    with pytest.raises(ValueError, match="sheets_language"):
        Settings(sheets_language="xx")
