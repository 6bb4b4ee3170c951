"""Whose clock does a page about a patient show?"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.domain.flowsheet import Flowsheet
from app.services.cases import sheet_ward
from app.store import wards
from app.store.database import Transaction
from app.web.formats import WardTime

UNIVERSAL = WardTime(ZoneInfo("UTC"))
"""Before the first admission there is no ward, and no clock on its wall."""


def ward_time(tx: Transaction, sheet: Flowsheet) -> WardTime:
    """The clock of the ward the patient lies, or lay last, on."""
    ward_id = sheet_ward(sheet)
    return UNIVERSAL if ward_id is None else WardTime(ZoneInfo(wards.ward(tx, ward_id).time_zone))
