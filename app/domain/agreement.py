"""Which charted values cannot be true together?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.errors import ProtocolRefused
from app.domain.measure import Measures, Value


@dataclass(frozen=True, slots=True)
class Above:
    """`measure` must be greater than `than`, taken at the same time."""

    measure: str
    than: str
    sentence: str

    def broken(self, values: Mapping[str, Value]) -> bool:
        """True when both are charted and contradict each other."""
        return self.crossed(values.get(self.measure), values.get(self.than))

    def crossed(self, upper: Value | None, lower: Value | None) -> bool:
        """True of two numbers that contradict each other."""
        return isinstance(upper, Decimal) and isinstance(lower, Decimal) and upper <= lower


@dataclass(frozen=True, slots=True)
class ByChoice:
    """`measure` is 0 under some choices and above 0 under others."""

    measure: str
    choice: str
    zero: frozenset[str]
    positive: frozenset[str]
    sentence: str

    def broken(self, values: Mapping[str, Value]) -> bool:
        """True when both are charted and contradict each other."""
        return self.denied(values.get(self.measure), values.get(self.choice))

    def denied(self, number: Value | None, choice: Value | None) -> bool:
        """True of a number and a choice that contradict each other."""
        if not isinstance(number, Decimal) or not isinstance(choice, str):
            return False
        return (choice in self.zero and number != 0) or (choice in self.positive and number == 0)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Every rule between measures."""

    above: tuple[Above, ...]
    by_choice: tuple[ByChoice, ...]

    @property
    def named(self) -> frozenset[str]:
        """Every measure that a rule compares."""
        pairs = [(rule.measure, rule.than) for rule in self.above]
        pairs += [(other.measure, other.choice) for other in self.by_choice]
        return frozenset(name for pair in pairs for name in pair)

    def broken(self, values: Mapping[str, Value]) -> Above | ByChoice | None:
        """The first rule that values taken together break."""
        rules: tuple[Above | ByChoice, ...] = (*self.above, *self.by_choice)
        return next((rule for rule in rules if rule.broken(values)), None)


def parse_agreement(document: bytes, measures: Measures, file: str = "agreement.toml") -> Agreement:
    """The rules of a TOML document; raises ProtocolRefused naming the file."""
    try:
        tables = tomllib.loads(document.decode("utf-8"))
        above = tuple(Above(**row) for row in tables["above"])
        by_choice = tuple(
            ByChoice(row["measure"], row["choice"], frozenset(row["zero"]), frozenset(row["positive"]), row["sentence"])
            for row in tables["by_choice"]
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ProtocolRefused("bad_agreement", f"{file} cannot be used: {fault!r}") from fault
    for other in by_choice:
        choices = measures[other.choice].choices if other.choice in measures else ()
        if unknown := sorted((other.zero | other.positive) - set(choices)):
            raise ProtocolRefused("unknown_choice", f"{file} names an unknown choice of {other.choice}: {unknown[0]}.")
    agreement = Agreement(above, by_choice)
    if unknown := sorted(agreement.named - set(measures)):
        raise ProtocolRefused("unknown_measure", f"{file} names an unknown measure: {unknown[0]}.")
    return agreement
