"""What does the bedside form show at each field: what was typed, the limit, the last value, what is wrong?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.explain import value_words
from app.domain.measure import Kind, Measure
from app.domain.protocol import Protocol
from app.domain.units import unit_words
from app.domain.vocabulary import NotTaken
from app.web.entry import layout
from app.web.entry.checking import Checked
from app.web.entry.fields import Field, Option, Section, Times
from app.web.entry.reading import NO, YES, html_id
from app.web.form import Form
from app.web.formats import WardTime, first_upper, plain
from app.web.presenters.limits import calls_words, measure_limits
from app.web.presenters.past import NEVER, Past, last_words
from app.web.translate import _, mark

_WHY = {
    NotTaken.REFUSED: mark("refused"),
    NotTaken.OFF_WARD: mark("off the ward"),
    NotTaken.EQUIPMENT: mark("equipment"),
}
_OTHER_UNIT = {layout.FAHRENHEIT: mark("Did you mean °F? Use °F")}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the fields are drawn from: the rules, what was charted, and when the page was opened.

    `admitted_at` is where the first volume begins; None where every time is to be typed.
    """

    protocol: Protocol
    past: Mapping[str, Past]
    ward: WardTime
    now: datetime
    admitted_at: datetime | None


def sections(
    sheet: Sheet,
    form: Form,
    checked: Checked,
    twice: Mapping[str, tuple[datetime, datetime]],
    only: str | None = None,
) -> tuple[Section, ...]:
    """The whole form, part by part, or only the part of that id; raises NotFound."""
    measures = sheet.protocol.measures
    shown = layout.parts(measures) if only is None else (layout.part(measures, only),)
    return tuple(_section(part, sheet, form, checked, twice) for part in shown)


def times(
    name: str,
    default: datetime | None,
    sheet: Sheet,
    form: Form,
    checked: Checked,
    twice: Mapping[str, tuple[datetime, datetime]],
) -> Times:
    """A time as typed, or as it stands before anything was; `default` None leaves the hour to be typed."""
    day = sheet.ward.date(default or sheet.now)
    clock = "" if default is None else sheet.ward.clock(default)
    chosen = form[f"{name}.which"]
    return Times(
        day=form.sent_or(f"{name}.day", day),
        clock=form.sent_or(f"{name}.clock", clock),
        which=tuple(
            Option(html_id(f"{name}.which-{number}"), str(number), sheet.ward.moment(at), chosen == str(number))
            for number, at in enumerate(twice.get(name, ()), 1)
        ),
        fault=checked.of(html_id(f"{name}.clock")) or checked.of(html_id(f"{name}.which-1")),
    )


def _section(
    part: layout.Part, sheet: Sheet, form: Form, checked: Checked, twice: Mapping[str, tuple[datetime, datetime]]
) -> Section:
    measures = sheet.protocol.measures
    none = f"none.{part.id}"
    answered = [measures[name].label for name in part.measures if layout.answers_none(measures[name])]
    pressor = layout.OTHER_PRESSOR in part.measures
    fields = [_field(measures[name], sheet, form, checked, twice) for name in part.measures]
    return Section(
        id=part.id,
        title=_(part.title),
        fields=tuple(field for field in fields if field.name not in layout.PRESSORS),
        pressors=tuple(field for field in fields if field.name in layout.PRESSORS),
        pressors_open=any(_shown(field, sheet) for field in fields if field.name in layout.PRESSORS),
        blood=times("blood", None, sheet, form, checked, twice) if part.blood else None,
        none=_tap(none, _("Examined: none of these"), form, "; ".join(answered)) if part.system else None,
        pressor=_tap("no_pressor", _("No vasopressor running"), form, _("Records 0 for each")) if pressor else None,
        fault=checked.of(html_id("no_pressor" if pressor else none)),
    )


def _shown(field: Field, sheet: Sheet) -> bool:
    """True where a vasopressor is being entered, or was running when last charted."""
    typed = field.value != "" or field.fault != "" or field.again or field.not_taken
    last = sheet.past.get(field.name, NEVER).last
    return typed or (last is not None and last.value not in {Decimal(0), False})


def _tap(name: str, words: str, form: Form, note: str) -> Option:
    return Option(html_id(name), name, words, form[name] != "", note)


def _field(
    measure: Measure,
    sheet: Sheet,
    form: Form,
    checked: Checked,
    twice: Mapping[str, tuple[datetime, datetime]],
) -> Field:
    name, past = measure.name, sheet.past.get(measure.name, NEVER)
    volume = measure.kind is Kind.INTERVAL
    since = _begins(past, sheet) if volume else None
    nothing = since if name in layout.VOLUMES_WITH_NONE else None
    return Field(
        id=html_id(name),
        name=name,
        kind=str(measure.kind),
        label=measure.label,
        unit=unit_words(measure.unit),
        mode="decimal" if measure.decimals else "numeric",
        value=form[name].strip().replace(",", "."),
        options=_options(measure, sheet.protocol, form),
        limit=measure_limits(sheet.protocol, measure),
        last=last_words(past, measure, sheet.ward, sheet.now),
        fault=checked.of(html_id(name)),
        again=name in checked.again or form[f"{name}.again"] != "",
        again_value=form[f"{name}.again"],
        again_fault=checked.of(html_id(f"{name}.again")),
        why=_why(name, form),
        not_taken=form[f"{name}.why"] != "",
        units=_units(measure, form),
        fix=_fix(measure, form, checked),
        start=times(f"{name}.from", since, sheet, form, checked, twice) if volume else None,
        end=times(f"{name}.to", None, sheet, form, checked, twice) if volume else None,
        none=None if nothing is None else _none_since(name, nothing, sheet, form),
        idle=":".join(layout.IDLE.get(name, ())),
    )


def _begins(past: Past, sheet: Sheet) -> datetime | None:
    """A volume goes on where the one before ended, unless it is of another time than now."""
    if sheet.admitted_at is None or past.last is None:
        return sheet.admitted_at
    return past.last.observed_at


def _none_since(name: str, since: datetime, sheet: Sheet, form: Form) -> Option:
    """One tap that says nothing was passed since the end of the last entry."""
    words = _("None since {at}").format(at=sheet.ward.brief(since, sheet.now))
    return Option(html_id(f"{name}.none"), since.isoformat(), words, form[f"{name}.none"] != "")


def _options(measure: Measure, protocol: Protocol, form: Form) -> tuple[Option, ...]:
    said = form[measure.name]
    if measure.kind is Kind.FINDING:
        answers = [(YES, _("Yes"), ""), (NO, _("No"), ""), ("", _("Not asked"), "")]
    elif measure.kind is Kind.CHOICE:
        answers = [(one, _choice(measure, one), calls_words(protocol, measure, one)) for one in measure.choices]
        answers.append(("", _("Not recorded"), ""))
    else:
        return ()
    return tuple(
        Option(html_id(f"{measure.name}-{value or 'left'}"), value, words, value == said, note)
        for value, words, note in answers
    )


def _choice(measure: Measure, choice: str) -> str:
    if measure.name == layout.DEVICE and choice == layout.AIR:
        return _("Room air (records flow 0)")
    return first_upper(value_words(choice, None))


def _why(name: str, form: Form) -> tuple[Option, ...]:
    reasons = [("", _("taken"))] + [(str(reason), _(words)) for reason, words in _WHY.items()]
    said = form[f"{name}.why"]
    return tuple(Option(html_id(f"{name}.why-{v or 'taken'}"), v, words, v == said) for v, words in reasons)


def _units(measure: Measure, form: Form) -> tuple[Option, ...]:
    if not measure.also or measure.unit is None:
        return ()
    name = f"{measure.name}.unit"
    chosen = form[name] or measure.unit
    return tuple(
        Option(html_id(f"{name}-{plain(unit_words(unit))}"), unit, unit_words(unit), unit == chosen)
        for unit in (measure.unit, *measure.also)
    )


def _fix(measure: Measure, form: Form, checked: Checked) -> str:
    """The other unit, offered by one tap where the number fits it; never used by itself."""
    if measure.name not in checked.impossible or measure.name != layout.TEMPERATURE:
        return ""
    return _(_OTHER_UNIT[layout.FAHRENHEIT]) if form[f"{measure.name}.unit"] != layout.FAHRENHEIT else ""
