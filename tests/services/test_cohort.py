"""Are many cycles compared without reading their courses, and only by those who may?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.errors import Forbidden, NotFound, ProofNeeded
from app.domain.vocabulary import Role
from app.services.cohort import Asked, Cohort, compare, note_export
from app.store.database import Database
from app.store.recent import Recent
from tests.builders import LIBRARY
from tests.services.ward import Ward, a_ward, later, somebody
from tests.store.overhearing import Overheard


def _compare(ward: Ward, asked: Asked = Asked(), minutes: float = 0) -> Cohort:
    with ward.database.reading() as tx:
        return compare(tx, LIBRARY, later(ward.charge, minutes), asked)


def test_a_comparison_reads_summaries_and_wards_and_nothing_of_a_course(database: Database) -> None:
    ward = a_ward(database)
    ward.chart(creatinine="2.9")
    database.memory = Recent(1)  # of one row: all else is forgotten
    with database.reading() as tx:
        overheard = Overheard(tx)
        found = compare(tx, LIBRARY, ward.charge, Asked())
        found.tables()
    assert len(found.cycles) == 1
    assert len(overheard.texts) == 5
    for table in ("observation", "decision", "dose", "course ", "patient", "administration", "alert_event"):
        assert not any(f"FROM {table}" in text for text in overheard.texts)


def test_a_dose_is_withheld_once_its_time_is_over_and_nobody_had_to_record_that(ward: Ward) -> None:
    ward.chart(creatinine="2.9")
    assert _compare(ward).withheld == 0
    assert [one.name for one in _compare(ward, minutes=600).reasons] == ["Creatinine, relative"]


def test_a_ward_of_others_is_not_found_and_without_the_role_it_is_refused(ward: Ward) -> None:
    with ward.database.reading() as tx:
        with pytest.raises(NotFound):
            compare(tx, LIBRARY, ward.charge, Asked(ward_id="elsewhere"))
        with pytest.raises(Forbidden):
            compare(tx, LIBRARY, ward.nurse, Asked())
        everywhere = compare(tx, LIBRARY, somebody(Role.ADMINISTRATOR), Asked())
    assert [one.cycle_id for one in everywhere.cycles] == [ward.cycle.id]


@pytest.mark.hazard("HZ-15")
def test_a_file_needs_a_fresh_proof(ward: Ward) -> None:
    stale = later(ward.charge, 5)
    unproved = replace(stale, proved_at=ward.charge.at)
    with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
        note_export(tx, unproved, Asked(), "cycles", "csv")
