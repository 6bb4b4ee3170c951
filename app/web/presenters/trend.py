"""Which way does it go: what were the last three values of what an alert is about?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.alert import Alert
from app.domain.explain import value_words
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.scores.warning import KEY
from app.services.scored import Scored
from app.web.presenters.setting import Setting
from app.web.translate import _

MOST = 3


@dataclass(frozen=True, slots=True)
class Trend:
    """The name of the measure, and its last values with their times, the oldest first; none where none was charted."""

    label: str
    values: tuple[tuple[str, str], ...]


def trend_of(
    alert: Alert, sheet: Flowsheet, protocol: Protocol, scored: Iterable[Scored], setting: Setting
) -> Trend | None:
    """That of the alert's measure, or of the score; None of what is about no one measure."""
    if alert.key == KEY:
        return Trend(_("NEWS2"), tuple((_score(one), setting.at(one.scores.at)) for one in reversed([*scored])))
    measure = next((one.measure for row in protocol.rows for one in row.criteria if one.id == alert.key), None)
    if measure is None:
        return None
    unit = setting.measures[measure].unit
    last = [one for one in sheet.held().by_measure.get(measure, ()) if one.at <= setting.now][-MOST:]
    return Trend(setting.label(measure), tuple((value_words(one.value, unit), setting.at(one.at)) for one in last))


def _score(one: Scored) -> str:
    news2 = one.scores.news2
    if news2.score is None:
        return _("incomplete") if news2.least == 0 else _("at least {score}").format(score=news2.least)
    return str(news2.score)
