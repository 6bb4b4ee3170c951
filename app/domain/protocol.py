"""What is a protocol, once its file has been read and checked?

A row is one line of a published table: a measure, a window, and criteria that divide every possible value between them.
The engine knows nothing but these values: no drug, no threshold, no unit of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.agreement import Agreement
from app.domain.band import Band
from app.domain.course import ProtocolPin
from app.domain.dosing import Dosing, Timing
from app.domain.measure import Measures, Value
from app.domain.source import Source, Verification
from app.domain.vocabulary import Action, Class

CHANGE, TIMES = "%", "times"
"""The units of a change from the baseline and of a count."""


class WindowKind(StrEnum):
    """Over which readings a row is judged."""

    # clinical-rules.md, section 3 and its fine print
    LATEST = "latest"
    MAX_SINCE_LAST_DOSE = "max_since_last_dose"
    EVENT_SINCE_LAST_DOSE = "event_since_last_dose"
    SUM = "sum"
    CONSECUTIVE_SUMS = "consecutive_sums"
    SINCE_BASELINE = "since_baseline"
    AGAINST_BASELINE = "against_baseline"
    PERSISTENT = "persistent"
    DURATION = "duration"
    LATCHED = "latched"
    COUNT = "count"
    OUTLASTED = "outlasted"


@dataclass(frozen=True, slots=True)
class Condition:
    """A row counts only while this holds of another measure: of its latest fresh reading, or the `nearest` in time."""

    measure: str
    band: Band | None
    choices: frozenset[str]
    fresh_for: timedelta
    nearest: bool

    def holds(self, value: Value) -> bool:
        """True when the value satisfies the condition."""
        if self.band is not None:
            return isinstance(value, Decimal) and self.band.holds(value)
        return isinstance(value, str) and value in self.choices


@dataclass(frozen=True, slots=True)
class Window:
    """A kind with its parameters; a length of time that a kind does not use is zero.

    A sum may be compared `per` the heavier of baseline and latest weight. A latch clears once all of `clear` hold
    (where there are none, once a later reading meets no criterion), never while a `quiet` finding is present or was
    since it was set, and with `after_dose` only after the next dose; an `event` sets it though another reading denies
    it.
    """

    kind: WindowKind
    span: timedelta = timedelta(0)
    minimum: timedelta = timedelta(0)
    periods: int = 1
    gap: timedelta = timedelta(0)
    answered_by: str | None = None
    while_: tuple[Condition, ...] = ()
    per: str | None = None
    clear: tuple[Condition, ...] = ()
    quiet: tuple[str, ...] = ()
    after_dose: bool = False
    event: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """One class of a row; `grade` orders the classes of a row, 1 the mildest; `action` is what it alone calls for.

    `threshold` are its bounds in words, `ask` what to do while its values do not settle it or, where it counts only
    `when_taken`, while there is none; `any_time` the values that alert at any hour, `period` over which a volume is
    summed.
    """

    id: str
    cls: Class
    grade: int
    action: Action
    system: str
    measure: str
    unit: str | None
    bands: tuple[Band, ...]
    choices: frozenset[str]
    threshold: str
    source: Source
    verification: Verification
    ask: str | None
    when_taken: bool
    note: str | None
    any_time: frozenset[Value]
    period: str | None

    def holds(self, value: Value | Fraction) -> bool:
        """True when the value lies in this class."""
        if isinstance(value, bool):
            return value is True
        if isinstance(value, str):
            return value in self.choices
        return any(band.holds(value) for band in self.bands)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the protocol; `unless` names criteria that, when met, answer for this row.

    `grade` gives the grade of a value, 0 where no criterion holds it; `clear_bands` and `clear_choices` are those
    values.
    """

    id: str
    measure: str
    system: str
    unit: str | None
    window: Window
    when: tuple[Condition, ...]
    unless: tuple[str, ...]
    fresh_for: timedelta
    when_taken: bool
    criteria: tuple[Criterion, ...]
    grade: Callable[[Value | Fraction], int]
    clear_bands: tuple[Band, ...]
    clear_choices: tuple[str, ...]

    @property
    def worst(self) -> int:
        """The gravest grade of the row; its criteria stand mildest first."""
        return len(self.criteria)


@dataclass(frozen=True, slots=True)
class CountRule:
    """`at_least` met criteria of one class call for `action`."""

    cls: Class
    at_least: int
    action: Action
    source: Source
    verification: Verification


@dataclass(frozen=True, slots=True)
class HeldRule:
    """`at_least` held occasions in the cycle call for `action`; `cls` met on this dose makes it one of them."""

    cls: Class
    at_least: int
    action: Action
    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class Protocol:
    """A versioned, cited set of rows and how they combine; `document` are the bytes it was read from.

    `required` are all measures it must have; `freshness` how long a point value of each of them holds.
    """

    pin: ProtocolPin
    title: str
    coverage: str
    uncovered: tuple[str, ...]
    dosing: Dosing
    timing: Timing
    fresh_for: Mapping[str, timedelta]
    required: tuple[str, ...]
    freshness: Mapping[str, timedelta]
    rows: tuple[Row, ...]
    count_rules: tuple[CountRule, ...]
    held_rule: HeldRule | None
    measures: Measures
    agreement: Agreement
    document: bytes

    def criterion(self, name: str) -> Criterion:
        """The criterion with this id; KeyError when the protocol has none."""
        return next(criterion for criterion in self.row_of(name).criteria if criterion.id == name)

    def row_of(self, name: str) -> Row:
        """The row that has the criterion with this id; KeyError when the protocol has none."""
        for row in self.rows:
            if any(criterion.id == name for criterion in row.criteria):
                return row
        raise KeyError(name)

    def horizon(self) -> timedelta:
        """How far back a reading can matter, measured from the decision or, if earlier, the last dose."""
        spans = [row.window.span * row.window.periods for row in self.rows]
        return max(*self.fresh_for.values(), *(row.fresh_for for row in self.rows), *spans)
