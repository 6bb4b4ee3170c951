"""What did this person type at a bedside form before they had to leave it?"""

from __future__ import annotations

from dataclasses import dataclass

from app.services import drafts
from app.services.acting import Acting
from app.store.database import Transaction
from app.web.entry.bedside import Bedside
from app.web.entry.mode import Mode
from app.web.form import Form, read_form
from app.web.once import was_sent

_ATTEMPT = ("about", "by", "proof")


@dataclass(frozen=True, slots=True)
class Kept:
    """The form as it was left, and when, on the ward's clock."""

    form: Form
    at: str


def place_of(dose_id: str, mode: Mode) -> str:
    """The name of the form in the store: what is copied from paper is another than what was seen just now."""
    return f"copy {dose_id}" if mode.paper else f"observe {dose_id}"


def keep(tx: Transaction, place: Bedside, form: Form, mode: Mode) -> None:
    """Keeps the form for whoever acts; its key too, so that a set is not saved a second time out of its own draft."""
    case = place.case
    drafts.keep(tx, case.acting, place_of(place.due.dose.id, mode), case.course.id, form.without(_ATTEMPT).encoded())


def kept(tx: Transaction, place: Bedside, mode: Mode) -> Kept | None:
    """What whoever acts left here; None where there is nothing, or it was saved after all."""
    acting: Acting = place.case.acting
    found = drafts.left(tx, acting, place_of(place.due.dose.id, mode))
    if found is None:
        return None
    form = read_form(found.document)
    if was_sent(tx, acting, form):
        return None
    return Kept(form, place.ward.clock(found.saved_at))
