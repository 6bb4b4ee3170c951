"""Which observations does a filled-in bedside form hold, and what in it is not certain?

Zero, no, and left empty are three things: an empty field becomes nothing at all. Faults name the field; they never
repeat what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.domain.entry import Item
from app.domain.measure import Kind, Measure, Measures
from app.domain.vocabulary import NotTaken
from app.services.observing import Absence
from app.web.entry import layout
from app.web.form import Form
from app.web.formats import WardTime
from app.web.moments import NoMoment, TwoMoments, read_moment
from app.web.numbers import NotANumber, read_number
from app.web.translate import _

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right: the id of its field on the page, and the sentence."""

    field: str
    message: str


@dataclass
class Read:
    """What a form holds. `named` are the fields the items came from, in order; `twice` the times to choose from."""

    items: list[Item] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    twice: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    observed_at: datetime | None = None

    def add(self, name: str, item: Item) -> None:
        self.named.append(name)
        self.items.append(item)

    def blame(self, name: str, message: str, label: str = "") -> None:
        self.faults.append(Fault(html_id(name), message if label == "" else f"{label}: {message}"))


def html_id(name: str) -> str:
    """The id of a field on the page."""
    return name.replace(".", "-").replace("_", "-")


def read_entry(form: Form, measures: Measures, ward: WardTime) -> Read:
    """Everything the form says, as observations of the moments it names."""
    read = Read()
    read.observed_at = _moment(form, read, "at", ward)
    for part in layout.parts(measures):
        at = _blood_time(form, read, part, ward) if part.blood else read.observed_at
        if at is not None:
            _read_part(form, read, part, measures, at, ward)
    return read


def _moment(form: Form, read: Read, name: str, ward: WardTime) -> datetime | None:
    try:
        return read_moment(form[f"{name}.day"], form[f"{name}.clock"], ward, form[f"{name}.which"])
    except TwoMoments as question:
        read.twice[name] = question.choices
        read.blame(f"{name}.which-1", question.sentence)
    except NoMoment as fault:
        read.blame(f"{name}.clock", fault.sentence)
    return None


def _blood_time(form: Form, read: Read, part: layout.Part, ward: WardTime) -> datetime | None:
    """When the blood was taken: asked, because results are typed hours later; not asked while nothing is typed."""
    if all(form[name].strip() == "" and form[f"{name}.why"] == "" for name in part.measures):
        return None
    if form["blood.clock"].strip() == "":
        read.blame("blood.clock", _("When was the blood taken?"))
        return None
    return _moment(form, read, "blood", ward)


def _read_part(form: Form, read: Read, part: layout.Part, measures: Measures, at: datetime, ward: WardTime) -> None:
    for name in part.measures:
        _read_measure(form, read, measures[name], at, ward)
    if layout.OTHER_PRESSOR in part.measures and form["no_pressor"] != "":
        _no_pressor(form, read, measures, at)
    if layout.DEVICE in part.measures and form[layout.DEVICE] == layout.AIR and form[layout.FLOW].strip() == "":
        read.add(layout.FLOW, Item(layout.FLOW, Decimal(0), measures[layout.FLOW].unit, at))
    if part.system and form[f"none.{part.id}"] != "":
        _none_of_these(form, read, part, measures, at)


def _read_measure(form: Form, read: Read, measure: Measure, at: datetime, ward: WardTime) -> None:
    text, why = form[measure.name].strip(), form[f"{measure.name}.why"]
    nothing_in = measure.name in layout.VOLUMES_WITH_NONE and form[f"{measure.name}.none"] != ""
    if why != "":
        _absence(read, measure, why, at, said=text != "" or nothing_in)
    elif nothing_in:
        _nothing_passed(form, read, measure, at, said=text != "")
    elif text == "":
        return
    elif measure.kind is Kind.FINDING:
        _finding(read, measure, text, at)
    elif measure.kind is Kind.CHOICE:
        read.add(measure.name, Item(measure.name, text, None, at))
    else:
        _number(form, read, measure, at, ward)


def _finding(read: Read, measure: Measure, text: str, at: datetime) -> None:
    if text not in {YES, NO}:
        read.blame(measure.name, _("Choose yes or no."), measure.label)
        return
    read.add(measure.name, Item(measure.name, text == YES, None, at))


def _absence(read: Read, measure: Measure, why: str, at: datetime, *, said: bool) -> None:
    if said:
        read.blame(measure.name, _("Either a value or why it was not taken, not both."), measure.label)
    elif why not in {str(reason) for reason in NotTaken}:
        read.blame(measure.name, _("Say why it was not taken."), measure.label)
    else:
        read.absences.append(Absence(measure.name, NotTaken(why), at))


def _nothing_passed(form: Form, read: Read, measure: Measure, at: datetime, *, said: bool) -> None:
    """One tap: a real zero over the time the tap named."""
    if said:
        read.blame(measure.name, _("Either a volume or none, not both."), measure.label)
        return
    try:
        start = datetime.fromisoformat(form[f"{measure.name}.none"])
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        read.blame(measure.name, _("Open the page again: the time of this entry cannot be read."))
        return
    read.add(measure.name, Item(measure.name, Decimal(0), measure.unit, at, start))


def _number(form: Form, read: Read, measure: Measure, at: datetime, ward: WardTime) -> None:
    try:
        value = read_number(form[measure.name])
    except NotANumber as fault:
        read.blame(measure.name, fault.sentence, measure.label)
        return
    unit = layout.FAHRENHEIT if form[f"{measure.name}.unit"] == layout.FAHRENHEIT else measure.unit
    confirmed = _typed_again(form, read, measure, value)
    if measure.kind is not Kind.INTERVAL:
        read.add(measure.name, Item(measure.name, value, unit, at, confirmed=confirmed))
        return
    start = _moment(form, read, f"{measure.name}.from", ward)
    end = at if form[f"{measure.name}.to.clock"].strip() == "" else _moment(form, read, f"{measure.name}.to", ward)
    if start is not None and end is not None:
        read.add(measure.name, Item(measure.name, value, unit, end, start, confirmed))


def _typed_again(form: Form, read: Read, measure: Measure, value: Decimal) -> bool:
    """An unlikely value counts once it was typed a second time; a tick would be given without looking."""
    again = form[f"{measure.name}.again"]
    if again.strip() == "":
        return False
    try:
        if read_number(again) == value:
            return True
    except NotANumber as fault:
        read.blame(f"{measure.name}.again", fault.sentence, measure.label)
        return False
    read.blame(f"{measure.name}.again", _("The two entries differ. Look again and correct one."), measure.label)
    return False


def _no_pressor(form: Form, read: Read, measures: Measures, at: datetime) -> None:
    """One tap: a real zero for each rate, a real no for any other vasopressor."""
    if any(form[name].strip() != "" or form[f"{name}.why"] != "" for name in layout.PRESSORS):
        read.blame("no_pressor", _("Either no vasopressor is running, or one is: take one of the two back."))
        return
    for name in layout.PRESSOR_RATES:
        read.add(name, Item(name, Decimal(0), measures[name].unit, at))
    read.add(layout.OTHER_PRESSOR, Item(layout.OTHER_PRESSOR, False, None, at))


def _none_of_these(form: Form, read: Read, part: layout.Part, measures: Measures, at: datetime) -> None:
    """One tap after examining one system: an explicit no for each finding of it that was not answered by itself."""
    mine = [measures[name] for name in part.measures if layout.answers_none(measures[name])]
    if any(form[measure.name] not in {"", NO, layout.NONE_OF_CHOICE} for measure in mine):
        read.blame(f"none.{part.id}", _("Either none of these, or one that is marked: take one of the two back."))
        return
    for measure in mine:
        if form[measure.name] == "":
            value: bool | str = False if measure.kind is Kind.FINDING else layout.NONE_OF_CHOICE
            read.add(measure.name, Item(measure.name, value, None, at))
