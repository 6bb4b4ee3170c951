"""What do the smaller forms share: a moment, a reason, a date, and where each fault belongs?"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from app.domain.entry import UNLIKELY, UNLIKELY_CHANGE
from app.domain.errors import DosewardError, FieldError, ProofNeeded
from app.http.problems import problem_of
from app.web.entry.reading import Fault, html_id
from app.web.form import BadText, Form, read_words
from app.web.formats import WardTime
from app.web.moments import NoMoment, TwoMoments, read_date, read_moment
from app.web.numbers import NotANumber, read_number
from app.web.translate import _, told

UNPROCESSABLE = 422


@dataclass
class Filled:
    """A form being read: every reader answers None, and keeps the fault, where a field cannot be used."""

    form: Form
    ward: WardTime
    faults: list[Fault] = field(default_factory=list)
    twice: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    def blame(self, name: str, sentence: str) -> None:
        self.faults.append(Fault(html_id(name), sentence))

    def words(self, name: str, missing: str, *, long: bool = False) -> str | None:
        """A text; `missing` is the sentence for an empty field."""
        if self.form[name].strip() == "":
            self.blame(name, missing)
            return None
        try:
            return read_words(self.form[name], long=long)
        except BadText as fault:
            self.blame(name, fault.sentence)
            return None

    def one_of(self, name: str, choices: Container[str], missing: str) -> str | None:
        """One of several answers, none of which is given beforehand."""
        if self.form[name] in choices:
            return self.form[name]
        self.blame(name, missing)
        return None

    def day(self, name: str, missing: str) -> date | None:
        if self.form[name].strip() == "":
            self.blame(name, missing)
            return None
        try:
            return read_date(self.form[name])
        except NoMoment as fault:
            self.blame(name, fault.sentence)
            return None

    def moment(self, name: str) -> datetime | None:
        """A moment from a date and a time of the ward's clock."""
        form = self.form
        try:
            return read_moment(form[f"{name}.day"], form[f"{name}.clock"], self.ward, form[f"{name}.which"])
        except TwoMoments as question:
            self.twice[name] = question.choices
            self.blame(f"{name}.which-1", question.sentence)
        except NoMoment as fault:
            self.blame(f"{name}.clock", fault.sentence)
        return None

    def number(self, name: str, missing: str) -> Decimal | None:
        if self.form[name].strip() == "":
            self.blame(name, missing)
            return None
        try:
            return read_number(self.form[name])
        except NotANumber as fault:
            self.blame(name, fault.sentence)
            return None


TYPED_AGAIN: Final = dict.fromkeys((UNLIKELY, UNLIKELY_CHANGE), "again")
"""The field below a value that is to be repeated, by the code that asks for it."""


def typed_again(filled: Filled, value: object) -> bool:
    """True when the field below an unlikely value repeats it; another value is a fault of that field."""
    if filled.form["again"].strip() == "":
        return False
    again = filled.number("again", "")
    if again is not None and again != value:
        filled.blame("again", _("The two entries differ. Look again and correct one of them."))
    return again == value


def read_units(filled: Filled) -> Decimal | None:
    """The units that went in, with separators or without."""
    typed = filled.form["units"].replace(",", "").replace(" ", "")
    if typed.isascii() and typed.isdigit():
        return Decimal(typed)
    filled.blame("units", _("Write how many units went in, such as 21,600,000."))
    return None


def refusal_faults(refusal: DosewardError, fields: Mapping[str, str]) -> tuple[Fault, ...]:
    """What a service refused, at the fields its pointers stand for; what stands for none is said on top."""
    found = [Fault(html_id(_field(error, fields)), told(error.message)) for error in refusal.errors]
    return tuple(found) or (Fault("", told(refusal.sentence)),)


def _field(error: FieldError, fields: Mapping[str, str]) -> str:
    """An unlikely value is answered by typing it again."""
    return fields.get(error.code, fields.get(error.pointer, ""))


def refusal_status(refusal: DosewardError) -> int:
    """The status of a form that is drawn again; a proof that is missing or wrong is a field to fill in, no ban."""
    return UNPROCESSABLE if isinstance(refusal, ProofNeeded) else problem_of(refusal).status


def fault_of(faults: tuple[Fault, ...], name: str) -> str:
    """The sentence at a field, "" for none."""
    return next((fault.message for fault in faults if fault.field == html_id(name)), "")
