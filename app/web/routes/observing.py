"""The bedside form: a nurse enters what was observed for a dose."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response

from app.domain.errors import Conflict, Forbidden, InvalidInput
from app.http.problems import problem_of
from app.services import drafts, observing
from app.services.acting import Acting
from app.services.similar import Similar, similar_in
from app.store.database import Transaction
from app.web.bound import bound, require_bound
from app.web.chart import require_here
from app.web.entry.bedside import Bedside, bedside, read_at, typed_so_far
from app.web.entry.checking import FINE, Checked, check, refused, said
from app.web.entry.draft import kept, place_of
from app.web.entry.layout import part
from app.web.entry.mode import RECORD, Asked, Mode, copied
from app.web.entry.preview import Preview, of_part
from app.web.entry.reading import Read, html_id
from app.web.entry.view import Sheet, sections, times
from app.web.form import EMPTY, Form
from app.web.formats import due_words
from app.web.once import submit
from app.web.pages import fragment, page
from app.web.presenters.banner import banner, page_title
from app.web.presenters.quick import quick_links
from app.web.routes.common import Posted, Signed, library, reading
from app.web.translate import _, several, told

router = APIRouter(include_in_schema=False)
_UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


class Entry(NamedTuple):
    """A form as it stands: what it holds, what is wrong with it, what saving it would decide.

    `draft` is when it was left, on the ward's clock; None for one that was not taken up again. `saved` says what was
    saved from it before.
    """

    form: Form
    read: Read
    checked: Checked
    shown: Preview
    mode: Mode
    draft: str | None = None
    saved: str | None = None


@router.get("/doses/{dose_id}/observe")
def form_page(
    request: Request,
    acting: Signed,
    dose_id: str,
    mode: Asked,
    saved: Annotated[int | None, Query(ge=0, le=999)] = None,
) -> Response:
    blank = Read(observed_at=acting.at)
    with reading(request) as tx:
        place = bedside_here(request, tx, acting, dose_id)
        similar = similar_in(place.case)
        draft = kept(tx, place, mode) if mode.drafted else None
        if draft is None:
            entry = Entry(EMPTY, blank, FINE, typed_so_far(place, blank, FINE), mode)
        else:
            read = read_at(place, draft.form)
            shown = typed_so_far(place, read, check(read, place.case))
            entry = Entry(draft.form, read, FINE, shown, mode, draft.at)
    if saved is not None:
        entry = entry._replace(saved=several("Saved: {number} value.", "Saved: {number} values.", saved))
    return _page(request, place, entry, similar=similar)


@router.post("/doses/{dose_id}/observe/preview")
def form_preview(request: Request, acting: Signed, form: Posted, dose_id: str, mode: Asked) -> Response:
    with reading(request) as tx:
        place = bedside_here(request, tx, acting, dose_id)
        read = read_at(place, form)
        copied(form, read, mode)
        shown = typed_so_far(place, read, check(read, place.case))
    if mode.only is not None:
        shown = of_part(shown, part(place.case.library.measures, mode.only))
    return fragment("entry_preview.html", preview=shown, answering=True, whole=_whole(dose_id, mode))


@router.post("/doses/{dose_id}/observe")
def save(request: Request, acting: Signed, form: Posted, dose_id: str, mode: Asked) -> Response:
    with reading(request) as tx:
        place = bedside_here(request, tx, acting, dose_id)
        similar = similar_in(place.case)
    require_bound(form, acting, place.case.course.id)
    read = read_at(place, form)
    paper = copied(form, read, mode)
    checked = check(read, place.case)
    status: int = _UNPROCESSABLE
    if not checked.faults:
        try:
            return submit(request, acting, form, lambda tx: _record(tx, place, read, mode, paper))
        except InvalidInput as refusal:
            checked = refused(read, refusal, place.case.library.measures)
        except (Conflict, Forbidden) as refusal:
            checked, status = said(told(refusal.sentence)), problem_of(refusal).status
    with reading(request) as tx:
        shown = typed_so_far(bedside_here(request, tx, acting, dose_id), read, checked)
    return _page(request, place, Entry(form, read, checked, shown, mode), similar=similar, status=status)


def _whole(dose_id: str, mode: Mode) -> str:
    """Where the fields stand that are not on this page."""
    return "" if mode.only is None else f"/doses/{dose_id}/observe"


def bedside_here(request: Request, tx: Transaction, acting: Acting, dose_id: str) -> Bedside:
    """The bedside of the patient this session is about; raises NotFound, Forbidden, Conflict."""
    place = bedside(tx, library(request), acting, dose_id)
    require_here(request, place.case)
    return place


def _record(tx: Transaction, place: Bedside, read: Read, mode: Mode, paper: str | None) -> str:
    """A part saved alone leaves what was typed into the whole form; a sheet of paper may have more columns."""
    target = None if place.target is None else place.target.id
    case = place.case
    if mode.drafted:
        drafts.throw_away(tx, case.acting, place_of(place.due.dose.id, mode))
    observing.record(tx, case.library, case.acting, case.course.id, target, read.items, read.absences, paper=paper)
    dose, saved = f"/doses/{place.due.dose.id}", len(read.items) + len(read.absences)
    return f"{dose}/observe{mode.query}&saved={saved}" if mode.paper else f"{dose}?saved={saved}"


def _page(
    request: Request, place: Bedside, entry: Entry, *, similar: tuple[Similar, ...], status: int = 200
) -> Response:
    form, read, checked, mode = entry.form, entry.read, entry.checked, entry.mode
    case, due, now = place.case, place.due, place.now
    admitted_at = case.sheet.cycle(due.dose.cycle_id).admitted_at
    sheet = Sheet(case.protocol, place.past, place.ward, now, None if mode.paper else admitted_at)
    return page(
        request,
        case.acting,
        "entry.html",
        title=page_title(case.sheet, _("observe"), due.dose.number),
        status=status,
        banner=banner(case.sheet, case.protocol, place.ward, now, dose=due.dose.number, similar=similar),
        dose=due.dose,
        due=place.ward.brief(due.window.due_at, now),
        due_in=due_words(due.window.due_at, now),
        pending=place.target is not None,
        zone=place.ward.zone_words(now),
        at=times("at", None if mode.paper else now, sheet, form, checked, read.twice),
        sections=sections(sheet, form, checked, read.twice, mode.only),
        parts=quick_links(due.dose.id, case.library.measures, mode.only),
        mode=mode,
        record=form[RECORD],
        record_fault=checked.of(html_id(RECORD)),
        saved=entry.saved,
        whole=_whole(due.dose.id, mode),
        faults=checked.faults,
        preview=entry.shown,
        draft=entry.draft,
        **bound(form, case.acting, case.course.id),
    )
