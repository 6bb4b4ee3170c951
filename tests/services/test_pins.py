"""Does a course go on with the bytes it was opened with, whatever the files say later?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.course import ProtocolPin
from app.domain.errors import NotFound
from app.domain.vocabulary import Action
from app.services import pins
from app.services.observing import record
from app.services.replaying import replay
from tests.builders import AT, LIBRARY, LVHN, reading
from tests.protocols.test_library import variant
from tests.services.ward import Ward, entries

SAME_VERSION = LIBRARY.parse(variant().replace(b"to = 130 }", b"to = 139 }").replace(b"above = 130", b"above = 139"))
"""The text of lvhn-2015 1.0.0 as somebody edited it in place."""
EDITED = replace(LIBRARY, texts=(SAME_VERSION,), protocols={"lvhn-2015": SAME_VERSION})


@pytest.mark.hazard("HZ-09")
def test_a_course_whose_file_was_edited_in_place_decides_by_its_pinned_bytes(ward: Ward) -> None:
    with ward.database.transaction() as tx:
        items = entries(reading("heart_rate", 135, at=AT))
        saved = record(tx, EDITED, ward.nurse, ward.course.id, ward.doses[0].id, items)
    assert saved.record is not None
    assert (saved.record.action, saved.record.protocol) == (Action.STOP, LVHN.pin)
    with ward.database.reading() as tx:
        assert [item.same for item in replay(tx, EDITED)] == [True]


def test_it_is_known_that_the_file_reads_otherwise_or_is_gone() -> None:
    assert not pins.file_differs(LIBRARY, LVHN.pin)
    assert pins.file_differs(EDITED, LVHN.pin)
    assert pins.file_differs(replace(LIBRARY, texts=(), protocols={}), LVHN.pin)


def test_a_version_that_is_no_file_any_more_is_read_from_a_course_that_is_pinned_to_it(ward: Ward) -> None:
    gone = replace(LIBRARY, texts=(), protocols={})
    with ward.database.reading() as tx:
        assert pins.version(tx, gone, "lvhn-2015", "1.0.0").document == LVHN.document
        assert pins.version(tx, EDITED, "lvhn-2015", "1.0.0") is SAME_VERSION
        with pytest.raises(NotFound):
            pins.version(tx, gone, "lvhn-2015", "1.0.1")


def test_bytes_nobody_kept_are_not_found(ward: Ward) -> None:
    with ward.database.reading() as tx, pytest.raises(NotFound):
        pins.pinned(tx, LIBRARY, ProtocolPin("lvhn-2015", "1.0.0", "0" * 64))
