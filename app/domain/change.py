"""Is a value further from the last one known than could well be true, and was it read in another unit?

Asked, never refused: a patient may change as much. Parsed from `app/protocols/changes.toml`, which cites the bounds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from app.domain.baseline import baseline_until
from app.domain.course import Cycle
from app.domain.dosing import Timing
from app.domain.errors import ProtocolRefused
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Measure, Measures
from app.domain.observation import Reading
from app.domain.units import PERCENT, convert, unit_words

WEIGHT: Final = "weight"
"""The measure of which a cycle has a value of its own: what its doses are made of."""


class Change(NamedTuple):
    """More than `percent` of the last value known is asked about; `misread` is a unit it may have been read in."""

    percent: Decimal
    misread: str | None


Changes: TypeAlias = Mapping[str, Change]
"""The rules by measure."""


class Known(NamedTuple):
    """The last value known of a measure; `ordered`: the weight the doses of the cycle are made of."""

    value: Decimal
    ordered: bool


class Before(NamedTuple):
    """What an entry is held against: the sheet before it, without the row, or the cycle, whose value it puts right."""

    changes: Changes
    sheet: Flowsheet
    without: str | None = None

    def question(self, measure: Measure, value: Decimal, at: datetime) -> str | None:
        """What to ask of a value in the canonical unit that would be true at `at`; None where nothing is."""
        change = self.changes.get(measure.name)
        known = None if change is None else self._known(measure.name, at)
        if change is None or known is None or not _far(value, known.value, change.percent):
            return None
        return _asked(measure, change, known) + _misread(measure, change, value, known.value)

    def _known(self, name: str, at: datetime) -> Known | None:
        """The newest before or at `at`; where everything is newer, the oldest."""
        cycles = [one for one in self.sheet.cycles if one.id != self.without] if name == WEIGHT else []
        found = [(one.admitted_at, Known(self.sheet.dosing_weight(one), ordered=True)) for one in cycles]
        rows = [row for row in self.sheet.held().by_measure.get(name, ()) if row.id != self.without]
        found += [(row.at, Known(row.value, ordered=False)) for row in rows if isinstance(row.value, Decimal)]
        found.sort(key=lambda one: one[0])
        return next((known for moment, known in reversed(found) if moment <= at), found[0][1] if found else None)


def weight_apart(changes: Changes, sheet: Flowsheet, cycle: Cycle, timing: Timing) -> Reading | None:
    """The body weight charted last before a cycle's first dose, where it is far from the one its doses are made of.

    Later weights are not held against it: under treatment they rise.
    """
    change = changes.get(WEIGHT)
    done = [sheet.administration(dose.id) for dose in sheet.doses_of(cycle.id)]
    given = [row.started_at for row in done if row is not None and row.outcome.went_in]
    since, until = cycle.admitted_at - timing.admission_lookback, baseline_until(sheet, cycle, timing, given)
    mine = [one for one in sheet.held().by_measure.get(WEIGHT, ()) if since <= one.at <= until]
    if change is None or not mine or not isinstance(mine[-1].value, Decimal):
        return None
    return mine[-1] if _far(mine[-1].value, sheet.dosing_weight(cycle), change.percent) else None


def _far(value: Decimal, known: Decimal, percent: Decimal) -> bool:
    return abs(value - known) * PERCENT > known * percent


def _asked(measure: Measure, change: Change, known: Known) -> str:
    label, percent = measure.label, f"{change.percent:f}"
    if known.ordered:
        return f"{label} is more than {percent} % away from the dosing weight: confirm it or correct it."
    return f"{label} is more than {percent} % away from the last one known: confirm it or correct it."


def _misread(measure: Measure, change: Change, value: Decimal, known: Decimal) -> str:
    """A question where the number fits the other unit; nothing is converted for whoever typed it."""
    unit = str(measure.unit)
    if change.misread is None or _far(convert(value, change.misread, unit), known, change.percent):
        return ""
    return f" Was it read in {unit_words(change.misread)}?" + f" Write it in {unit_words(unit)}."


def parse_changes(document: bytes, measures: Measures, file: str = "changes.toml") -> Changes:
    """The rules of a TOML document; raises ProtocolRefused naming the file."""
    try:
        tables = tomllib.loads(document.decode("utf-8"), parse_float=Decimal)
        return {name: _change(measures[name], **table) for name, table in tables.items()}
    except (KeyError, TypeError, ValueError, ArithmeticError) as fault:
        raise ProtocolRefused("bad_changes", f"{file} cannot be used: {fault!r}") from fault


def _change(measure: Measure, percent: Any, misread: str | None = None) -> Change:
    if isinstance(percent, bool) or not measure.numeric or Decimal(percent) <= 0:
        raise ValueError(f"{measure.name}: a part of a number, above 0 %")
    if misread is not None:
        convert(Decimal(1), misread, str(measure.unit))
    return Change(Decimal(percent), misread)
