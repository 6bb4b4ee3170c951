"""Does the demo ward live in a real database, through the same services as a nurse's entry?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from app.demo.acts import Act, ChartSet, OpenCourse, WriteOrder
from app.demo.people import DEMO_MARK, VISITORS, Staff, acting, set_up, staff
from app.demo.performing import ANSWERED_AFTER
from app.demo.player import Player, keep_playing
from app.demo.scenario import Scenario
from app.demo.scenarios import WARD
from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.progress import progress
from app.domain.vocabulary import AlertKind, DoseState, Outcome
from app.services import administering, replaying
from app.services.administering import Done, Identifiers
from app.store import alerts, courses, flowsheets, ledger, meta, people
from app.store.database import Database
from app.store.opening import open_database
from tests.demo.ward import LIBRARY, NOW, ward_of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Demo:
    """A demonstration that began at NOW and has been played up to then."""

    database: Database
    player: Player
    acts: list[Act]

    def sheet(self, scenario: Scenario) -> Flowsheet:
        with self.database.reading() as tx:
            patient = courses.patient_by_mrn(tx, scenario.person.mrn)
            assert patient is not None
            return flowsheets.load(tx, courses.courses_of_patient(tx, patient.id)[0])

    def staff(self) -> Staff:
        with self.database.reading() as tx:
            return staff(tx)


def begin(url: str, scenarios: tuple[Scenario, ...]) -> Demo:
    database = open_database(url)
    with database.transaction() as tx:
        set_up(tx, NOW, "no password", "UTC")
    demo = Demo(database, Player(database, LIBRARY, scenarios), [])
    assert demo.player.play(NOW, demo.acts.append) == len(demo.acts) > 0
    return demo


@pytest.fixture(scope="module")
def whole(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The whole ward on SQLite; read only, please."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copyfile(sqlite_template, path)
    demo = begin(f"sqlite:///{path}", WARD)
    yield demo
    demo.database.close()


@pytest.fixture
def small(sqlite_url: str) -> Iterator[Demo]:
    """Three patients with short histories: first dose due, on a pressor, attention tests refused."""
    demo = begin(sqlite_url, (WARD[0], WARD[3], WARD[11]))
    yield demo
    demo.database.close()


def test_the_history_is_written_in_order_of_time_over_all_patients(whole: Demo) -> None:
    times = [act.at for act in whole.acts]
    assert times == sorted(times)
    assert times[-1] <= NOW


def test_the_services_decide_what_the_ward_in_memory_decided_to_the_last_act(whole: Demo) -> None:
    for scenario in WARD:
        alone = ward_of(scenario)
        assert list(alone.run(NOW))
        stored = whole.sheet(scenario)
        assert alone.sheet is not None
        here = [(row.at, row.action, row.provisional) for row in stored.decisions if row.reviews is None]
        # A correction makes the ward decide again; the ward in memory leaves that out.
        corrected = {row.recorded_at for row in stored.observations if row.supersedes is not None}
        assert [row for row in here if row[0] not in corrected] == [
            (row.at, row.action, row.provisional) for row in alone.sheet.decisions
        ]
        assert [row.outcome for row in stored.administrations] == [row.outcome for row in alone.sheet.administrations]


def test_every_stored_decision_comes_out_the_same_on_replay(whole: Demo) -> None:
    with whole.database.reading() as tx:
        replayed = list(replaying.replay(tx, LIBRARY))
    assert len(replayed) > 300
    assert all(row.same for row in replayed)


def test_the_clock_of_the_record_never_runs_ahead_of_now(whole: Demo) -> None:
    with whole.database.reading() as tx:
        newest = ledger.newest_at(tx)
    assert newest is not None
    assert NOW - HOUR < newest <= NOW


def test_the_database_says_that_it_is_a_demonstration_and_since_when(whole: Demo) -> None:
    with whole.database.reading() as tx:
        assert meta.get(tx, DEMO_MARK) == NOW.isoformat()


def test_visitors_can_sign_in_and_the_simulated_staff_cannot(whole: Demo) -> None:
    with whole.database.reading() as tx:
        everybody = {person.login: people.person_by_login(tx, person.login) for person in people.people(tx)}
    with_password = {login for login, found in everybody.items() if found is not None and found[1] is not None}
    assert with_password == {account.login for account in VISITORS}
    assert all(found is not None and found[0].name.startswith("DEMO") for found in everybody.values())


def test_alerts_older_than_an_hour_are_answered_at_the_next_visit_and_fresh_ones_are_open(whole: Demo) -> None:
    birke = whole.sheet(WARD[2])
    with whole.database.reading() as tx:
        fresh = alerts.open_alerts(tx, course_id=birke.course.id)
        kinds = {event.kind for event in alerts.events_of_course(tx, whole.sheet(WARD[10]).course.id)}
    assert [alert.key for alert in fresh]
    assert all(alert.last_at > NOW - ANSWERED_AFTER for alert in fresh)
    assert AlertKind.ACKNOWLEDGED in kinds


def test_what_a_patient_refused_is_stored_without_a_value(whole: Demo) -> None:
    refused = [row for row in whole.sheet(WARD[11]).observations if row.not_taken is not None]
    assert {row.measure for row in refused} == {"serial_sevens", "world_backward"}
    assert all(row.value is None for row in refused)


def test_playing_to_the_same_moment_again_does_nothing(small: Demo) -> None:
    assert small.player.play(NOW) == 0


def test_a_restart_goes_on_where_the_record_ends(small: Demo) -> None:
    again = Player(small.database, LIBRARY, (WARD[0], WARD[3], WARD[11]))
    acts: list[Act] = []
    assert again.play(NOW + 8 * HOUR, acts.append) > 10
    assert not any(isinstance(act, OpenCourse) for act in acts)
    assert all(act.at > NOW - 10 * MINUTE for act in acts)


def test_minute_by_minute_the_ward_does_what_it_does_in_one_long_step(small: Demo) -> None:
    minutes: list[Act] = []
    for n in range(1, 91):
        small.player.play(NOW + n * MINUTE, minutes.append)
    alone = [ward_of(scenario) for scenario in (WARD[0], WARD[3], WARD[11])]
    expected = sorted((act.at, type(act).__name__) for ward in alone for act in ward.run(NOW + 90 * MINUTE))
    assert sorted((act.at, type(act).__name__) for act in [*small.acts, *minutes]) == expected


def test_a_dose_that_a_visitor_gave_is_neither_given_again_nor_missed(small: Demo) -> None:
    interloper = small.staff().nurse
    taken: list[str] = []

    def visitor(act: Act) -> None:
        """Quicker than the simulated nurse: gives the dose as soon as the prescriber has ordered it."""
        if isinstance(act, WriteOrder):
            give(small, replace(interloper, name="DEMO Visitor"), act)
            taken.append(act.dose_id)

    small.player.play(NOW + 30 * MINUTE, visitor)
    assert len(taken) == 1
    small.player.play(NOW + 10 * HOUR)
    sheet = small.sheet(WARD[3])
    mine = [row for row in sheet.administrations if row.dose_id == taken[0]]
    assert [row.outcome for row in mine] == [Outcome.GIVEN]
    protocol = LIBRARY.protocol(WARD[3].protocol)
    later = progress(sheet, sheet.cycles[0], protocol, NOW + 10 * HOUR)[WARD[3].dose]
    assert later.administration is not None or later.order is not None, "the next dose was looked after"


def give(demo: Demo, person: people.Person, order: WriteOrder) -> None:
    """By the order just written, at once (the dose is due within the hour)."""
    sheet = demo.sheet(WARD[3])
    at = order.at + MINUTE
    dose = next(
        row
        for row in progress(sheet, sheet.cycles[0], LIBRARY.protocol(WARD[3].protocol), at)
        if row.dose.id == order.dose_id
    )
    written = sheet.orders[-1]
    identifiers = Identifiers(sheet.patient.mrn, sheet.patient.birth_date)
    report = Done(Outcome.GIVEN, at, at + 15 * MINUTE, dose.units, identifiers, order.decision_id, written.id)
    with demo.database.transaction() as tx:
        administering.administer(tx, LIBRARY, acting(person, at + 15 * MINUTE), order.dose_id, report)


def test_an_act_that_changed_nothing_is_not_done_for_ever(sqlite_url: str) -> None:
    late = replace(LIBRARY.protocol("lvhn-2015").timing, assess_before=timedelta(minutes=10))
    site = replace(LIBRARY.protocol("lvhn-2015"), timing=late)
    library = replace(LIBRARY, protocols={**LIBRARY.protocols, "lvhn-2015": site})
    database = open_database(sqlite_url)
    with database.transaction() as tx:
        set_up(tx, NOW, "no password", "UTC")
    player = Player(database, library, (WARD[1],))
    acts: list[Act] = []
    assert player.play(NOW, acts.append) < 60, "the set before the dose stays provisional: no dose can be given on it"
    assert any(isinstance(act, ChartSet) and act.dose_id is None for act in acts[20:]), "the rounds go on"
    database.close()


def test_two_sets_of_one_moment_are_both_charted_and_the_rounds_go_on(sqlite_url: str) -> None:
    """A round and the set before a dose fell on 06:00 of these days, and nobody charted anything after it."""
    at = datetime(2026, 11, 21, 16, 25, tzinfo=UTC)
    seventh, ninth = WARD[6], WARD[8]
    database = open_database(sqlite_url)
    with database.transaction() as tx:
        set_up(tx, at, "no password", "Europe/London")
    demo = Demo(database, Player(database, LIBRARY, (seventh, ninth)), [])
    demo.player.play(at)
    for scenario, day in ((seventh, datetime(2026, 11, 13, tzinfo=UTC)), (ninth, datetime(2026, 11, 1, tzinfo=UTC))):
        assert max(row.observed_at for row in demo.sheet(scenario).observations) > day, scenario.bed
    database.close()


def test_the_first_patients_dose_waits_for_the_visitor_and_is_missed_without_one(small: Demo) -> None:
    small.player.play(NOW + 3 * HOUR)
    sheet = small.sheet(WARD[0])
    first = progress(sheet, sheet.cycles[0], LIBRARY.protocol(WARD[0].protocol), NOW + 3 * HOUR)[0]
    assert first.state is DoseState.SKIPPED
    assert first.administration is None


def test_a_database_that_is_no_demonstration_is_not_played_on(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with pytest.raises(NotFound, match="no demonstration"):
        Player(database, LIBRARY)
    database.close()


def test_the_ward_goes_on_charting_on_its_own_until_it_is_told_to_stop(small: Demo) -> None:
    stop, before = Event(), len(small.sheet(WARD[0]).observations)
    thread = Thread(target=keep_playing, args=(small.player, lambda: NOW + 4 * HOUR, stop, 0.01))
    thread.start()
    for _ in range(500):
        if len(small.sheet(WARD[0]).observations) > before:
            break
        stop.wait(0.01)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert len(small.sheet(WARD[0]).observations) > before


def test_the_demonstration_runs_on_either_database(database_url: str) -> None:
    demo = begin(database_url, (WARD[0], WARD[11]))
    assert demo.player.play(NOW + HOUR) > 0
    with demo.database.reading() as tx:
        assert all(row.same for row in replaying.replay(tx, LIBRARY))
    demo.database.close()


def test_people_and_beds_are_older_than_every_act(whole: Demo) -> None:
    assert whole.acts[0].at > NOW - timedelta(days=35)
