"""Which emergency accesses are to be reviewed, and what was found?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.services.access_reviews import Verdict, access_queue, review_access, reviewable
from app.services.acting import Acting
from app.store import courses, people, wards
from app.store.database import Transaction
from app.web.bound import bound, require_bound
from app.web.entry.reading import Fault
from app.web.form import EMPTY, Form
from app.web.forms import UNPROCESSABLE, Filled, refusal_status
from app.web.once import submit
from app.web.pages import page
from app.web.presenters.access import FINDINGS, AccessLine, Around, access_lines
from app.web.routes.common import Posted, Signed, reading
from app.web.translate import _, told
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
_QUEUE = "/admin/access-reviews"


@router.get("/admin/access-reviews")
def queue(request: Request, acting: Signed) -> Response:
    return _page(request, acting, EMPTY, (), 200)


@router.post("/admin/access-reviews/{access_id}")
def review(request: Request, acting: Signed, form: Posted, access_id: str) -> Response:
    with reading(request) as tx:
        reviewable(tx, acting, access_id)
    require_bound(form, acting, access_id)
    filled = Filled(form, UNIVERSAL)
    finding = filled.one_of("finding", FINDINGS, _("Say whether it was justified."))
    note = filled.words("note", _("Say what you found."), long=True)
    if finding is None or note is None:
        return _page(request, acting, form, tuple(filled.faults), UNPROCESSABLE)

    def act(tx: Transaction) -> str:
        review_access(tx, acting, access_id, Verdict(finding), note)
        return _QUEUE

    try:
        return submit(request, acting, form, act)
    except (Conflict, Forbidden, InvalidInput) as refusal:
        return _page(request, acting, form, (Fault("", told(refusal.sentence)),), refusal_status(refusal))


def _page(request: Request, acting: Acting, form: Form, faults: tuple[Fault, ...], status: int) -> Response:
    with reading(request) as tx:
        lines = _lines(tx, acting)
    return page(
        request,
        acting,
        "access_reviews.html",
        title=_("Emergency access to review"),
        status=status,
        to_review=[one for one in lines if one.found == ""],
        reviewed=[one for one in reversed(lines) if one.found != ""],
        findings=[(str(value), _(words)) for value, words in FINDINGS.items()],
        form=form,
        # The faults stand above: the ids of the fields are those of the one that was sent.
        faults=tuple(Fault(f"{one.field}-{form['about']}" if one.field else "", one.message) for one in faults),
        bound={one.id: bound(EMPTY, acting, one.id) for one in lines},
    )


def _lines(tx: Transaction, acting: Acting) -> tuple[AccessLine, ...]:
    found = access_queue(tx, acting)
    owners = {one.glass.course_id: courses.course(tx, one.glass.course_id).patient_id for one in found}
    around = Around(
        people=people.all_names(tx),
        patients={course_id: courses.patient(tx, patient_id) for course_id, patient_id in owners.items()},
        wards={ward.id: ward for ward in wards.wards(tx)},
    )
    return access_lines(found, around, acting.person_id, acting.at)
