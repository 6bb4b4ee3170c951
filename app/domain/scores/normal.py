"""Within which limits does the laboratory call a value normal?

Data of the site (`app/protocols/laboratory.toml`). A limit that is not named has no value: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.measure import Measures
from app.domain.protocol_keys import Keys
from app.domain.protocol_row import parse_source
from app.domain.scores.table_file import FileHead, head, open_table
from app.domain.source import Source, Verification

ANY = ""
"""The key of a limit that is the same for everybody."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The limits of one measure, by sex on the wristband or for `ANY`."""

    upper: Mapping[str, Decimal]
    lower: Mapping[str, Decimal]
    source: Source
    verification: Verification


@dataclass(frozen=True, slots=True)
class Normal:
    """The laboratory's limits by measure."""

    head: FileHead
    limits: Mapping[str, Limit]

    def upper(self, measure: str, sex: str) -> Decimal | None:
        """The upper limit of normal, None where it is not known."""
        limit = self.limits.get(measure)
        return None if limit is None else limit.upper.get(sex, limit.upper.get(ANY))

    def lower(self, measure: str, sex: str) -> Decimal | None:
        """The lower limit of normal, None where it is not known."""
        limit = self.limits.get(measure)
        return None if limit is None else limit.lower.get(sex, limit.lower.get(ANY))


def parse_normal(document: bytes, measures: Measures, file: str = "laboratory.toml") -> Normal:
    """The limits of a TOML document; raises ProtocolRefused naming file and key."""
    keys = open_table(document, file)
    found = head(keys, document)
    limits = {name: _limit(inner, name, measures, found.sources) for name, inner in keys.tables("limit").items()}
    keys.done()
    return Normal(found, limits)


def _limit(keys: Keys, name: str, measures: Measures, sources: Mapping[str, str]) -> Limit:
    if name not in measures or not measures[name].numeric:
        keys.refuse(name, "is no number that is charted")
    if keys.text("unit") != measures[name].unit:
        keys.refuse("unit", f"is wrong for {name}: expected {measures[name].unit}")
    if not keys.has("upper") and not keys.has("lower"):
        keys.refuse("upper", "or lower is missing")
    limit = Limit(
        upper=_by_sex(keys, "upper"),
        lower=_by_sex(keys, "lower"),
        source=parse_source(keys.inner("source"), sources),
        verification=Verification(keys.one_of("verification", tuple(Verification))),
    )
    keys.done()
    return limit


def _by_sex(keys: Keys, key: str) -> Mapping[str, Decimal]:
    if not keys.has(key):
        return {}
    if not keys.is_table(key):
        return {ANY: _above_zero(keys, key)}
    inner = keys.inner(key)
    found = {sex: _above_zero(inner, sex) for sex in inner.names()}
    if not found:
        keys.refuse(key, "names no limit")
    return found


def _above_zero(keys: Keys, key: str) -> Decimal:
    number = keys.number(key)
    if number <= 0:
        keys.refuse(key, "is not above zero: nothing can be a multiple of it")
    return number
