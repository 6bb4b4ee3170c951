"""Who did what, and who read whose chart? For auditors.

What is looked for is sent by POST, so that a record number never stands in an address; the list itself is at an address
of opaque ids, to be turned over, kept and printed. Every page of it that is shown is a line of the trail first.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import StringConstraints

from app.domain.course import Patient
from app.domain.errors import NotFound
from app.domain.record import instant
from app.http.fields import Instant, Uuid
from app.services import inspecting
from app.services.accounts import OPERATOR
from app.services.acting import Acting, Permission
from app.services.looking import patients_by_mrn, require_patient
from app.store import chain, people, trail, workstations
from app.store.database import Transaction
from app.store.pages import Page
from app.store.trail import PROGRAMS, Line, Wanted
from app.web.entry.reading import Fault
from app.web.form import Form
from app.web.forms import UNPROCESSABLE, Filled, fault_of
from app.web.moments import NoMoment, read_date, read_moment
from app.web.pages import go, page
from app.web.presenters.audit import asked_words, filled_in, head_view, line_view, options, people_known
from app.web.routes.common import Posted, Signed, reading
from app.web.translate import _
from app.web.wardtime import UNIVERSAL

router = APIRouter(include_in_schema=False)
HERE = "/admin/audit"
_FIELDS = ("person", "mrn", "course", "action", "workstation", "since", "until")
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_WORD = r"[a-z_]{1,60}"
_PERSON = rf"{_UUID}|{PROGRAMS}|{OPERATOR}"
Word = Annotated[str, StringConstraints(pattern=f"^{_WORD}$")]
Person = Annotated[str, StringConstraints(pattern=f"^({_PERSON})$")]


# async: it waits for nothing, and a plain function would take another turn in the thread pool.
async def _asked(
    person: Annotated[Person | None, Query()] = None,
    patient: Annotated[Uuid | None, Query()] = None,
    course: Annotated[Uuid | None, Query()] = None,
    action: Annotated[Word | None, Query()] = None,
    workstation: Annotated[Uuid | None, Query()] = None,
    since: Annotated[Instant | None, Query()] = None,
    until: Annotated[Instant | None, Query()] = None,
) -> Wanted:
    return Wanted(person, patient, course, action, workstation, since, until)


Asked = Annotated[Wanted, Depends(_asked)]


@router.get(HERE)
def audit(
    request: Request,
    acting: Signed,
    wanted: Asked,
    show: Annotated[bool, Query()] = False,  # noqa: FBT002 - a browser says show=1
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The form alone, or with `show` what it found."""
    if not show:
        return _page(request, acting, wanted)
    with request.app.state.database.transaction() as tx:
        inspecting.note_search(tx, acting, wanted, before)
    with reading(request) as tx:
        found = inspecting.find(tx, acting, wanted, before, inspecting.AT_ONCE)
    return _page(request, acting, wanted, found=found)


@router.post(HERE)
def look_for(request: Request, acting: Signed, form: Posted) -> Response:
    with reading(request) as tx:
        filled, wanted = _read(tx, acting, form)
    if filled.faults:
        return _page(request, acting, wanted, form=form, faults=tuple(filled.faults))
    return go(request, address(wanted))


def address(wanted: Wanted) -> str:
    """Where the lines that are wanted are listed."""
    names = {"patient_id": "patient", "course_id": "course"}
    asked = wanted.asked().items()
    query = {names.get(name, name): instant(of) if isinstance(of, datetime) else of for name, of in asked}
    return f"{HERE}?{urlencode({'show': '1', **query})}"


def _read(tx: Transaction, acting: Acting, form: Form) -> tuple[Filled, Wanted]:
    filled = Filled(form, UNIVERSAL)
    patterns = {"person": _PERSON, "course": _UUID, "action": _WORD, "workstation": _UUID}
    words = {}
    for name, pattern in patterns.items():
        words[name] = form[name].strip() or None
        if words[name] is not None and re.fullmatch(pattern, form[name].strip()) is None:
            filled.blame(name, _("Write it as the lines of the trail do."))
    since, until = _moment(filled, "since", timedelta(0)), _moment(filled, "until", timedelta(days=1))
    patient_id = _patient(tx, acting, filled)
    return filled, Wanted(
        words["person"], patient_id, words["course"], words["action"], words["workstation"], since, until
    )


def _patient(tx: Transaction, acting: Acting, filled: Filled) -> str | None:
    if filled.form["mrn"].strip() == "":
        return None
    mrn = filled.words("mrn", "")
    found = () if mrn is None else patients_by_mrn(tx, acting, mrn)
    if mrn is not None and not found:
        filled.blame("mrn", _("There is no patient with this record number whom you may see."))
    return found[0].id if found else None


def _moment(filled: Filled, name: str, day_means: timedelta) -> datetime | None:
    """A moment in UTC; a day alone is its beginning, and `day_means` later for the end of it."""
    day, _space, clock = filled.form[name].strip().partition(" ")
    if day == "":
        return None
    try:
        if clock.strip():
            return read_moment(day, clock, UNIVERSAL)
        return datetime.combine(read_date(day), time(), UTC) + day_means
    except NoMoment as fault:
        filled.blame(name, fault.sentence)
        return None


def _page(
    request: Request,
    acting: Acting,
    wanted: Wanted,
    *,
    found: Page[Line] | None = None,
    form: Form | None = None,
    faults: tuple[Fault, ...] = (),
) -> Response:
    with reading(request) as tx:
        end, lately = chain.head(tx), trail.actions_lately(tx)
        names = people.all_names(tx)
        machines = {one.id: one.name for one in workstations.workstations(tx)}
        patient = _known_patient(tx, acting, wanted.patient_id)
    who = people_known(names)
    values = filled_in(wanted, patient) if form is None else {name: form[name] for name in _FIELDS}
    older = None if found is None or found.next_after is None else f"{address(wanted)}&before={found.next_after}"
    return page(
        request,
        acting,
        "audit.html",
        title=_("Audit trail"),
        status=UNPROCESSABLE if faults else 200,
        end=head_view(end),
        values=values,
        people=options("person", who, values["person"]),
        machines=options("workstation", machines, values["workstation"]),
        lately=lately,
        faults=faults,
        fault={name: fault_of(faults, name) for name in _FIELDS},
        lines=None if found is None else tuple(line_view(line, names) for line in found.items),
        asked=asked_words(wanted, patient, who, machines),
        older=older,
    )


def _known_patient(tx: Transaction, acting: Acting, patient_id: str | None) -> Patient | None:
    """Who is meant, where the reader may know; nobody and somebody else's patient are alike."""
    try:
        return None if patient_id is None else require_patient(tx, acting, patient_id, Permission.READ)
    except NotFound:
        return None
