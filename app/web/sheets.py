"""What does a ward read while the server is away: pages that need nothing but the file they stand in?

Every time has its date, and no age runs on: such a page may be opened hours after it was written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from jinja2 import FileSystemLoader

from app.domain.progress import PENDING, progress
from app.domain.protocol import Protocol
from app.domain.tongue import speaking
from app.protocols.library import Library
from app.services.handing_over import LastState, WardHandover
from app.store.database import Transaction
from app.web.assets import STATIC
from app.web.chart import Chart
from app.web.pages import ENVIRONMENT, TEMPLATES, Link
from app.web.presenters.banner import page_title
from app.web.presenters.downtime import downtime_form
from app.web.presenters.handover import handover
from app.web.presenters.protocol import protocol_line
from app.web.presenters.setting import PaperSetting, Setting
from app.web.presenters.ward_handover import PatientLine, setting_of, ward_sheet
from app.web.translate import REVIEWED, _, catalogue, language

INDEX = "index.html"
_ENVIRONMENT = ENVIRONMENT.overlay(loader=FileSystemLoader([TEMPLATES, STATIC]))
"""Finds the stylesheets too: they stand in the file itself."""


_P = ParamSpec("_P")


def _in_its_language(draw: Callable[Concatenate[Drawn, _P], str]) -> Callable[Concatenate[Drawn, _P], str]:
    """No reader is there to be asked: the sheets speak the language the site names."""

    @wraps(draw)
    def speaks(self: Drawn, /, *args: _P.args, **named: _P.kwargs) -> str:
        with speaking(catalogue(self._language)):
            return draw(self, *args, **named)

    return speaks


class Drawn:
    """Draws the sheets of one program; `record` is where the ledger stood, so that no older sheet replaces a newer."""

    def __init__(self, library: Library, language: str = REVIEWED, *, demo: bool) -> None:
        self._library, self._demo = library, demo
        self._language = language

    @_in_its_language
    def ward(self, tx: Transaction, found: WardHandover, record: str) -> str:
        """All patients of a ward, each with the file of their own."""
        setting = setting_of(found, self._library, PaperSetting)
        sheet = ward_sheet(tx, found, self._library, setting, "{}.html")
        lines = tuple(_still(line) for line in sheet.lines)
        links = (Link(f"../{INDEX}", _("All wards and blank forms")),)
        return self._sheet(
            setting,
            record,
            title=_("Ward handover"),
            heading=_("{ward}: {count}").format(ward=sheet.ward, count=sheet.count),
            kind="sheet handover ward-handover",
            links=links,
            body="ward_handover_body.html",
            sheet=replace(sheet, lines=lines),
        )

    @_in_its_language
    def patient(self, found: WardHandover, state: LastState, record: str) -> str:
        """Everything one shift would tell the next about a patient, and the doses to come."""
        setting = setting_of(found, self._library, PaperSetting)
        chart = Chart(state.case, setting, True, found.acting, state.similar)
        view = handover(chart, state.events, state.cycles)
        pin = state.case.protocol.pin
        return self._sheet(
            setting,
            record,
            title=page_title(state.case.sheet, _("last state")),
            heading=_("Handover"),
            kind="sheet handover",
            links=(Link(INDEX, _("Ward")), Link(f"../{blank_name(pin.id)}", _("Blank form of this protocol"))),
            body="handover_body.html",
            banner=replace(chart.banner(None if view.head is None else view.head.number), course="#main"),
            view=replace(view, head=None if view.head is None else replace(view.head, due_in="")),
            coming=_coming(chart),
        )

    @_in_its_language
    def house(self, wards: tuple[WardHandover, ...], record: str) -> str:
        """Where everything is."""
        setting = setting_of(wards[0], self._library, PaperSetting)
        blanks = [Link(blank_name(pin), _("Blank form: {id}").format(id=pin)) for pin in self._library.protocols]
        there = [Link(f"{one.board.ward.id}/{INDEX}", one.board.ward.name) for one in wards]
        return self._sheet(
            setting,
            record,
            title=_("Last states"),
            heading=_("Wards, and blank forms to write on"),
            links=(*there, *blanks),
        )

    @_in_its_language
    def blank(self, found: WardHandover, protocol: Protocol, record: str) -> str:
        """The form to write on until the program is back."""
        head = protocol_line(protocol)
        return self._sheet(
            setting_of(found, self._library, PaperSetting),
            record,
            title=_("Downtime form"),
            heading=_("Downtime form: {id}, version {version}").format(id=head.id, version=head.version),
            links=(Link(INDEX, _("All wards")),),
            body="downtime_body.html",
            head=head,
            form=downtime_form(protocol),
        )

    def _sheet(self, setting: Setting, record: str, kind: str = "sheet", body: str = "", **view: Any) -> str:
        said = {"banner": None, "coming": (), "links": (), **view}
        return _ENVIRONMENT.get_template("sheet.html").render(
            record=record,
            kind=kind,
            body=body,
            demo=self._demo,
            language=language(),
            unreviewed=language() != REVIEWED,
            at=setting.ward.moment(setting.now),
            zone=setting.ward.zone_words(setting.now),
            **said,
        )


def blank_name(protocol_id: str) -> str:
    """The file of a protocol's blank form."""
    return f"downtime-{protocol_id}.html"


def _still(line: PatientLine) -> PatientLine:
    """Without what would run on: how long until the dose is due."""
    there = line.situation
    return replace(line, situation=replace(there, head=None if there.head is None else replace(there.head, due_in="")))


def _coming(chart: Chart) -> tuple[str, ...]:
    sheet, setting, protocol = chart.case.sheet, chart.setting, chart.case.protocol
    if not sheet.cycles:
        return ()
    return tuple(
        _("Dose {number}: due {at}, may be given {opens} to {closes}").format(
            number=one.dose.number,
            at=setting.at(one.window.due_at),
            opens=setting.at(one.window.opens_at),
            closes=setting.at(one.window.closes_at),
        )
        for one in progress(sheet, sheet.cycles[-1], protocol, setting.now)
        if one.state in PENDING
    )
