"""Which orders on a dose wait for a second person, and is the reader that person?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.services.acting import Permission
from app.store.order_requests import OrderRequest
from app.web.chart import Chart
from app.web.presenters.verdict import choice_words
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One order that is none yet; `sign` is where the reader countersigns it, None for anybody but the one named."""

    words: str
    reason: str
    sign: str | None


def waiting_lines(chart: Chart, dose_id: str, found: Iterable[OrderRequest]) -> tuple[WaitingLine, ...]:
    """Those on the newest decision of the dose: on an older one they can never stand."""
    latest = chart.case.sheet.latest_decision(dose_id)
    return tuple(_line(chart, one) for one in found if latest is not None and one.decision_id == latest.id)


def _line(chart: Chart, one: OrderRequest) -> WaitingLine:
    setting = chart.setting
    words = _("{first} asked {second} at {at} to countersign: {choice}. Until then nothing is ordered.")
    mine = one.second == chart.reader.person_id and chart.may(Permission.ORDER)
    return WaitingLine(
        words=words.format(
            first=setting.name(one.asked_by),
            second=setting.name(one.second),
            at=setting.at(one.asked_at),
            choice=choice_words(one.choice),
        ),
        reason=one.reason,
        sign=f"/orders/{one.id}/countersign" if mine else None,
    )
