"""The bedside form: a nurse enters what was observed for a dose."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.http.problems import problem_of
from app.services import observing
from app.services.acting import Acting
from app.services.board import alike_on_ward
from app.services.cases import sheet_ward
from app.store.database import Transaction
from app.web.entry.bedside import Bedside, bedside, typed_so_far
from app.web.entry.checking import FINE, Checked, check, refused, said
from app.web.entry.preview import Preview
from app.web.entry.reading import Read, read_entry
from app.web.entry.view import Sheet, sections, times
from app.web.form import EMPTY, KEY, Form
from app.web.formats import due_words, name_words
from app.web.once import new_key, submit
from app.web.pages import fragment, page
from app.web.presenters.banner import banner
from app.web.routes.common import Posted, Signed, library, reading
from app.web.translate import _

router = APIRouter(include_in_schema=False)
_UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
BY = "by"


@router.get("/doses/{dose_id}/observe")
def form_page(request: Request, acting: Signed, dose_id: str) -> Response:
    blank = Read(observed_at=acting.at)
    with reading(request) as tx:
        place = bedside(tx, library(request), acting, dose_id)
        alike = _alike(tx, place)
        shown = typed_so_far(place, blank, FINE)
    return _page(request, place, EMPTY, blank, FINE, shown, alike=alike)


@router.post("/doses/{dose_id}/observe/preview")
def form_preview(request: Request, acting: Signed, form: Posted, dose_id: str) -> Response:
    with reading(request) as tx:
        place = bedside(tx, library(request), acting, dose_id)
        read = read_entry(form, place.case.library.measures, place.ward)
        shown = typed_so_far(place, read, check(read, place.case.library, acting.at))
    return fragment("entry_preview.html", preview=shown, answering=True)


@router.post("/doses/{dose_id}/observe")
def save(request: Request, acting: Signed, form: Posted, dose_id: str) -> Response:
    with reading(request) as tx:
        place = bedside(tx, library(request), acting, dose_id)
        alike = _alike(tx, place)
    read = read_entry(form, place.case.library.measures, place.ward)
    checked = check(read, place.case.library, acting.at)
    status: int = _UNPROCESSABLE
    if not checked.faults:
        try:
            return submit(request, acting, form, lambda tx: _record(tx, place, form, read))
        except InvalidInput as refusal:
            checked = refused(read, refusal, place.case.library.measures)
        except (Conflict, Forbidden) as refusal:
            checked, status = said(refusal.sentence), problem_of(refusal).status
    with reading(request) as tx:
        shown = typed_so_far(bedside(tx, library(request), acting, dose_id), read, checked)
    return _page(request, place, form, read, checked, shown, alike=alike, status=status)


def _record(tx: Transaction, place: Bedside, form: Form, read: Read) -> str:
    """Saves the set; a form left open by somebody else is not saved under this name (reliability, E7)."""
    acting: Acting = place.case.acting
    if form[BY] != acting.person_id:
        raise Conflict("not_yours", _("Somebody else opened this form. Open your own; nothing was saved."))
    target = None if place.target is None else place.target.id
    observing.record(tx, place.case.library, acting, place.case.course.id, target, read.items, read.absences)
    return f"/doses/{place.due.dose.id}?saved={len(read.items) + len(read.absences)}"


def _alike(tx: Transaction, place: Bedside) -> bool:
    ward_id = sheet_ward(place.case.sheet)
    return ward_id is not None and alike_on_ward(tx, ward_id, place.case.sheet.patient)


def _page(
    request: Request,
    place: Bedside,
    form: Form,
    read: Read,
    checked: Checked,
    shown: Preview,
    *,
    alike: bool,
    status: int = 200,
) -> Response:
    case, due, now = place.case, place.due, place.now
    sheet = Sheet(case.protocol, place.past, place.ward, now, case.sheet.cycle(due.dose.cycle_id).admitted_at)
    return page(
        request,
        case.acting,
        "entry.html",
        title=_("{name}: observe for dose {dose}").format(name=name_words(case.sheet.patient), dose=due.dose.number),
        status=status,
        banner=banner(case.sheet, case.protocol, place.ward, now, dose=due.dose.number, alike=alike),
        dose=due.dose,
        due=place.ward.brief(due.window.due_at, now),
        due_in=due_words(due.window.due_at, now),
        pending=place.target is not None,
        zone=place.ward.zone_words(now),
        at=times("at", now, sheet, form, checked, read.twice),
        sections=sections(sheet, form, checked, read.twice),
        faults=checked.faults,
        preview=shown,
        key=form[KEY] or new_key(),
        by=form[BY] or case.acting.person_id,
    )
