"""A date and a time on a small form: as typed, or as they stand before anything was."""

from __future__ import annotations

from datetime import datetime

from app.web.entry.fields import Option, Times
from app.web.entry.reading import Fault, html_id
from app.web.forms import Filled, fault_of
from app.web.presenters.setting import Setting


def times_view(
    name: str, default: datetime | None, filled: Filled, faults: tuple[Fault, ...], setting: Setting
) -> Times:
    """`default` None leaves the hour to be typed."""
    ward, form = setting.ward, filled.form
    chosen = form[f"{name}.which"]
    return Times(
        day=form.sent_or(f"{name}.day", ward.date(default or setting.now)),
        clock=form.sent_or(f"{name}.clock", "" if default is None else ward.clock(default)),
        which=tuple(
            Option(html_id(f"{name}.which-{number}"), str(number), ward.moment(at), chosen == str(number))
            for number, at in enumerate(filled.twice.get(name, ()), 1)
        ),
        fault=fault_of(faults, f"{name}.clock") or fault_of(faults, f"{name}.which-1"),
    )
