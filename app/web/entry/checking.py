"""What does the domain find wrong with an entry, and at which field of the page does it say so?"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.entry import UNLIKELY, UNLIKELY_CHANGE
from app.domain.errors import FieldError, InvalidInput
from app.domain.measure import Measures
from app.services.cases import Case
from app.services.observing import check_entry
from app.web.entry.reading import Fault, Read, html_id
from app.web.translate import _, told

_IMPOSSIBLE = "impossible"
_BLAMED = {"from": ".from.clock", "observed_at": ""}


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong. `again` are the measures to be typed a second time, `impossible` those no patient can have."""

    faults: tuple[Fault, ...]
    again: frozenset[str]
    impossible: frozenset[str]

    def of(self, field: str) -> str:
        """The sentence for a field of the page, "" when it has none."""
        return next((fault.message for fault in self.faults if fault.field == field), "")


FINE = Checked((), frozenset(), frozenset())


def check(read: Read, case: Case) -> Checked:
    """Everything wrong with what was read, by the rules that saving keeps to."""
    try:
        check_entry(case, read.items)
    except InvalidInput as refusal:
        return _placed(read, refusal.errors, case.library.measures)
    return Checked(tuple(read.faults), frozenset(), frozenset())


def refused(read: Read, refusal: InvalidInput, measures: Measures) -> Checked:
    """What saving refused, at the fields it came from."""
    found = _placed(read, refusal.errors, measures)
    return found if found.faults else said(told(refusal.sentence))


def _placed(read: Read, errors: tuple[FieldError, ...], measures: Measures) -> Checked:
    faults, again, impossible = list(read.faults), set(), set()
    for error in errors:
        name, part = _field(read, error.pointer)
        if error.code in (UNLIKELY, UNLIKELY_CHANGE):
            again.add(name)
            asked = told(error.message) if error.code == UNLIKELY_CHANGE else _unlikely(measures[name].label)
            faults.append(Fault(html_id(f"{name}.again"), asked))
            continue
        if error.code == _IMPOSSIBLE:
            impossible.add(name)
        where = "at.clock" if part == "observed_at" else name + _BLAMED.get(part, "")
        faults.append(Fault(html_id(where), told(error.message)))
    return Checked(tuple(dict.fromkeys(faults)), frozenset(again), frozenset(impossible))


def _field(read: Read, pointer: str) -> tuple[str, str]:
    """`/items/3/value` is the value of the fourth item, which came from this field."""
    _root, _items, index, part = pointer.split("/")
    return read.named[int(index)], part


def _unlikely(label: str) -> str:
    return _("{label}: this is unlikely. Type it again to confirm, or correct it.").format(label=label)


def said(sentence: str) -> Checked:
    """A refusal of the whole entry."""
    return Checked((Fault("", sentence),), frozenset(), frozenset())
