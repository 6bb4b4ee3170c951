"""At which bed does the nurse stand: which dose is observed for, and what was charted before?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.course import Dose
from app.domain.entry import Item
from app.domain.observation import Reading
from app.domain.progress import PENDING, DoseProgress, dose_progress
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.cases import Case
from app.services.deciding import preview
from app.services.looking import case_of_dose
from app.services.observing import preview_set
from app.store.database import Transaction
from app.web.entry.checking import Checked
from app.web.entry.preview import Preview, Typed, preview_view
from app.web.entry.reading import Read, read_entry
from app.web.form import Form
from app.web.formats import WardTime
from app.web.presenters.past import Past, past_of
from app.web.wardtime import ward_time


@dataclass(frozen=True, slots=True)
class Bedside:
    """`target` is the dose to be decided, None when this one is past: then the values are charted all the same."""

    case: Case
    due: DoseProgress
    target: Dose | None
    ward: WardTime
    past: dict[str, Past]

    @property
    def now(self) -> datetime:
        """The moment of looking."""
        return self.case.acting.at


def bedside(tx: Transaction, library: Library, acting: Acting, dose_id: str) -> Bedside:
    """Raises NotFound."""
    case = case_of_dose(tx, library, acting, dose_id)
    dose = case.sheet.dose(dose_id)
    due = dose_progress(case.sheet, dose, case.protocol, acting.at)
    past = past_of(case.sheet.charted(), acting.at)
    return Bedside(case, due, dose if due.state in PENDING else None, ward_time(tx, case.sheet), past)


def read_at(place: Bedside, form: Form) -> Read:
    """What the form says at this bed. A page shows no seconds: a volume goes on where another ended in that minute."""
    read = read_entry(form, place.case.library.measures, place.ward)
    charted = place.case.sheet.held().by_measure
    read.items = [_joined(item, charted.get(item.measure, ())) for item in read.items]
    return read


def _joined(item: Item, charted: Sequence[Reading]) -> Item:
    if item.start_at is None:
        return item
    ends = (row.at for row in charted if row.at.replace(second=0, microsecond=0) == item.start_at)
    return replace(item, start_at=max(ends, default=item.start_at))


def typed_so_far(place: Bedside, read: Read, checked: Checked) -> Preview:
    """The panel beside the form. While anything is wrong there is no verdict: it would rest on older values."""
    decision = None
    if place.target is not None and not checked.faults:
        items = read.items
        decision = (
            preview_set(place.case, place.target, items)
            if items
            else preview(place.case, place.target, place.case.protocol)
        )
    typed = Typed(read, checked, place.past)
    return preview_view(decision, place.target, typed, place.case.library.measures, place.ward, place.now)
