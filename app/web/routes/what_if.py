"""What would another protocol have called for in the courses of a cohort?

A page asks for a few courses at a time, so that it shows how far it has come and is stopped by leaving it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from app.domain.errors import InvalidInput, ProofNeeded
from app.domain.table import FORMS
from app.http.download import download
from app.services.acting import Acting
from app.services.cohort import Asked, compare, cycles_asked, note_export
from app.services.cohort_rehearsing import TABLE, differing_table, look_again
from app.services.rehearsing import LIMIT
from app.web.entry.fields import Option
from app.web.form import Form
from app.web.forms import fault_of, refusal_faults, refusal_status
from app.web.pages import fragment, page
from app.web.presenters.what_if import NOTHING, read_tally, what_if_part
from app.web.routes.cohort import Wanted, read_filter
from app.web.routes.common import Posted, Proven, Signed, library, reading
from app.web.translate import _, told

router = APIRouter(include_in_schema=False)
HERE: Final = "/cohort/what-if"
AT_A_TIME: Final = 1.0
"""Seconds of one look: a reader sees it come on, and no other waits for it."""
FOR_A_FILE: Final = 10.0
_FILTER = ("ward", "protocol", "since", "until")

Other = Annotated[str, Query(max_length=200)]


@router.get(HERE)
def what_if(request: Request, acting: Signed, wanted: Wanted, other: Other = "") -> Response:
    return _page(request, acting, wanted, other)


@router.get(HERE + "/part")
def part(
    request: Request,
    acting: Signed,
    wanted: Wanted,
    other: Other = "",
    start: Annotated[int, Query(ge=0)] = 0,
    told: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    tally = NOTHING if told == "" else read_tally(told)
    if tally is None:
        raise InvalidInput("bad_filter", _("Begin again: what was counted so far cannot be read."))
    rules = library(request)
    other = other or next(iter(rules.protocols))
    protocol = rules.protocol(other)
    with reading(request) as tx:
        looked = look_again(tx, rules, acting, _asked(wanted), protocol, start, _after(AT_A_TIME))
    found = what_if_part(looked, tally.and_(looked), _address(wanted, other))
    return fragment("what_if_part.html", part=found, back=_back(wanted))


@router.post(HERE + "/export")
def export(request: Request, acting: Proven, form: Posted) -> Response:
    """The decisions that differ, as a file; who took it is a line of the trail before it leaves."""
    kind, asked, rules = form["file"].partition(".")[2], _asked(form), library(request)
    if kind not in FORMS:
        raise InvalidInput("bad_filter", _("There is no file of that kind."))
    protocol = rules.protocol(form["other"])
    with reading(request) as tx:
        demo = (found := compare(tx, rules, acting, asked)).demo
        if acting.proved:
            looked = look_again(tx, rules, acting, asked, protocol, 0, _after(FOR_A_FILE))
            if not looked.over:
                sentence = _(
                    "These are too many courses for one file: ask for fewer, or use doseward replay --protocol."
                )
                raise InvalidInput("too_many", sentence)
    try:
        with request.app.state.database.transaction() as tx:
            note_export(tx, acting, asked, f"{TABLE} {protocol.pin.id} {protocol.pin.version}", kind)
    except ProofNeeded as refusal:
        return _page(request, acting, form, form["other"], refusal)
    return download(differing_table(looked, protocol), kind, data=found.data, demo=demo)


def _page(request: Request, acting: Acting, wanted: Form, other: str, refusal: ProofNeeded | None = None) -> Response:
    rules = library(request)
    if other:
        rules.protocol(other)
    asked = _asked(wanted)
    with reading(request) as tx:
        cycles = cycles_asked(tx, acting, asked)
    faults = () if refusal is None else refusal_faults(refusal, {"/proof": "proof"})
    return page(
        request,
        acting,
        "what_if.html",
        title=_("Cohort: another protocol"),
        status=200 if refusal is None else refusal_status(refusal),
        faults=faults,
        fault={"proof": fault_of(faults, "proof")},
        values={name: wanted[name] for name in _FILTER},
        others=tuple(Option("other", name, name, checked=name == other) for name in rules.protocols),
        other=other,
        courses=len({one.course_id for one in cycles}),
        first=_address(wanted, other),
        back=_back(wanted),
        limit=told(LIMIT),
    )


def _asked(wanted: Form) -> Asked:
    asked, faults = read_filter(wanted)
    if faults:
        raise InvalidInput("bad_filter", faults[0].message)
    return asked


def _query(wanted: Form) -> str:
    return urlencode({name: wanted[name] for name in _FILTER if wanted[name]})


def _back(wanted: Form) -> str:
    return f"/cohort?{_query(wanted)}"


def _address(wanted: Form, other: str) -> str:
    return f"{HERE}/part?{urlencode({'other': other})}&{_query(wanted)}".rstrip("&")


def _after(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until
