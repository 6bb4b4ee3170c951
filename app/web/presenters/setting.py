"""By whose clock, at which moment, and with whose names does a page speak?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.measure import Measures
from app.web.formats import WardTime, ago_words, length_words
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class Setting:
    """What every presenter of a patient's page needs; `names` are the people of the house by id."""

    measures: Measures
    ward: WardTime
    now: datetime
    names: Mapping[str, str]

    def at(self, moment: datetime) -> str:
        """The time alone for today, else with the date."""
        return self.ward.brief(moment, self.now)

    def is_today(self, moment: datetime) -> bool:
        """True on the ward's day of the moment of looking."""
        return self.ward.date(moment) == self.ward.date(self.now)

    def ago(self, moment: datetime | None) -> str:
        """How long before the moment of looking."""
        return ago_words(moment, self.now)

    def name(self, person_id: str) -> str:
        """Who it was; what no person did, a program did."""
        return self.names.get(person_id, _("a program"))

    def label(self, measure: str) -> str:
        """The measure's name on the ward."""
        return self.measures[measure].label if measure in self.measures else _("Evaluation")


@dataclass(frozen=True, slots=True)
class PaperSetting(Setting):
    """The same for what is read later than it was written: every time has its date, ages end at the sheet's moment."""

    def at(self, moment: datetime) -> str:
        """`21-Nov-2026 14:00`."""
        return self.ward.moment(moment)

    def ago(self, moment: datetime | None) -> str:
        """`25 min before this sheet`."""
        if moment is None:
            return ago_words(None, self.now)
        return _("{length} before this sheet").format(length=length_words(self.now - moment))
