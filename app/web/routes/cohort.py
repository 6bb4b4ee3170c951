"""How do many cycles compare: in figures with their tables, and as files for whoever proves who they are?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from app.domain.cohort import by_quarter, by_version
from app.domain.errors import DosewardError, InvalidInput, NotFound, ProofNeeded
from app.domain.table import FORMS
from app.http.download import download
from app.protocols.published import published
from app.services.acting import Acting
from app.services.cohort import Asked, Cohort, compare, note_export
from app.web.entry.reading import Fault
from app.web.form import Form
from app.web.forms import UNPROCESSABLE, Filled, fault_of, refusal_faults, refusal_status
from app.web.moments import NoMoment, read_date
from app.web.pages import page
from app.web.presenters.cohort import cohort_view
from app.web.routes.common import Posted, Proven, Signed, library, reading
from app.web.translate import _
from app.web.wardtime import UNIVERSAL
from dashboards.cohort import doses_figure, groups_figure, pairs_figure, receiving_figure
from dashboards.cohort_labs import creatinine_figure, recovery_figure
from dashboards.cohort_reasons import reasons_figure
from dashboards.theme import Figure

router = APIRouter(include_in_schema=False)
HERE = "/cohort"
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_VERSION = r"([^ ]{1,200}) ([^ ]{1,200})"
_DAY = timedelta(days=1)
_FIELDS = {"/proof": "proof", "/until": "until"}

_FIGURES: dict[str, Callable[[Cohort], Figure]] = {
    "doses": lambda found: doses_figure(found.cycles, published()),
    "receiving": lambda found: receiving_figure(found.cycles),
    "reasons": lambda found: reasons_figure(found.reasons, found.withheld),
    "systems": lambda found: reasons_figure(found.systems, found.withheld),
    "pairs": lambda found: pairs_figure(found.cycles),
    "creatinine": lambda found: creatinine_figure(found.cycles, published()),
    "recovery": lambda found: recovery_figure(found.cycles, published()),
    "versions": lambda found: groups_figure(by_version(found.cycles)),
    "periods": lambda found: groups_figure(by_quarter(found.cycles)),
}


# async: it waits for nothing, and a plain function would take another turn in the thread pool.
async def _asked_for(
    ward: Annotated[str, Query(max_length=100)] = "",
    protocol: Annotated[str, Query(max_length=500)] = "",
    since: Annotated[str, Query(max_length=100)] = "",
    until: Annotated[str, Query(max_length=100)] = "",
) -> Form:
    """The fields of the filter as they stand in the address."""
    return Form({"ward": ward, "protocol": protocol, "since": since, "until": until})


Wanted = Annotated[Form, Depends(_asked_for)]


@router.get(HERE)
def cohort(request: Request, acting: Signed, wanted: Wanted) -> Response:
    return _page(request, acting, wanted)


@router.get(HERE + "/figures/{comparison_id}")
def cohort_figure(request: Request, acting: Signed, comparison_id: str, wanted: Wanted) -> Response:
    if comparison_id not in _FIGURES:
        raise NotFound("unknown_panel", _("There is no figure of that name."))
    asked, faults = read_filter(wanted)
    if faults:
        raise InvalidInput("bad_filter", faults[0].message)
    return JSONResponse(_FIGURES[comparison_id](_look(request, acting, asked)))


@router.post(HERE + "/export")
def export(request: Request, acting: Proven, form: Posted) -> Response:
    """One table as a file; who took it is a line of the trail before it leaves."""
    asked, faults = read_filter(form)
    table_id, _dot, kind = form["file"].partition(".")
    if faults or kind not in FORMS:
        raise InvalidInput("bad_filter", faults[0].message if faults else _("There is no file of that kind."))
    found = _look(request, acting, asked)
    table = found.table(table_id)
    try:
        with request.app.state.database.transaction() as tx:
            note_export(tx, acting, asked, table_id, kind)
    except ProofNeeded as refusal:
        return _page(request, acting, form, refusal)
    return download(table, kind, data=found.data, demo=found.demo)


def _look(request: Request, acting: Acting, asked: Asked) -> Cohort:
    with reading(request) as tx:
        return compare(tx, library(request), acting, asked)


def _page(request: Request, acting: Acting, wanted: Form, refusal: DosewardError | None = None) -> Response:
    asked, faults = read_filter(wanted)
    status = UNPROCESSABLE if faults else 200
    if refusal is not None:
        faults, status = (*faults, *refusal_faults(refusal, _FIELDS)), refusal_status(refusal)
    try:
        found = _look(request, acting, asked)
    except InvalidInput as empty:
        faults, status = (*faults, *refusal_faults(empty, _FIELDS)), UNPROCESSABLE
        found = _look(request, acting, Asked(asked.ward_id, asked.protocol))
    return page(
        request,
        acting,
        "cohort.html",
        title=_("Cohort"),
        status=status,
        faults=faults,
        fault={name: fault_of(faults, name) for name in ("since", "until", "proof")},
        view=cohort_view(found, {name: wanted[name] for name in ("ward", "protocol", "since", "until")}),
    )


def read_filter(wanted: Form) -> tuple[Asked, tuple[Fault, ...]]:
    """What the fields ask for; of a ward or version nobody knows there is nothing to see."""
    filled = Filled(wanted, UNIVERSAL)
    ward, version = wanted["ward"], re.fullmatch(_VERSION, wanted["protocol"])
    if (ward and re.fullmatch(_UUID, ward) is None) or (wanted["protocol"] and version is None):
        raise NotFound("not_found", _("There is nothing here under that address that you may see."))
    since, until = _day(filled, "since"), _day(filled, "until")
    asked = Asked(
        ward or None,
        None if version is None else (version[1], version[2]),
        since,
        None if until is None else until + _DAY,
    )
    return asked, tuple(filled.faults)


def _day(filled: Filled, name: str) -> datetime | None:
    if filled.form[name].strip() == "":
        return None
    try:
        return datetime.combine(read_date(filled.form[name].strip()), time(), UTC)
    except NoMoment as fault:
        filled.blame(name, fault.sentence)
        return None
