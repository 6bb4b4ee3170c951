"""Is this protocol file whole, and what does it say?

A protocol is refused, with file and key named, before it can decide anything: unknown or missing keys, unknown
measures, wrong units, a gap or an overlap between bands, a choice nobody classified, a row without a citation.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.domain.agreement import Agreement
from app.domain.course import ProtocolPin
from app.domain.dosing import Dosing, Timing
from app.domain.errors import ProtocolRefused
from app.domain.measure import Kind, Measures
from app.domain.protocol import CountRule, HeldRule, Protocol, Row
from app.domain.protocol_keys import Keys
from app.domain.protocol_row import parse_row, parse_source
from app.domain.source import Verification
from app.domain.vocabulary import Action, Class

GROUPS = ("vital", "bedside", "finding", "lab", "weight", "interval")


def parse_protocol(document: bytes, measures: Measures, agreement: Agreement, file: str) -> Protocol:
    """The protocol of a TOML document; raises ProtocolRefused with a sentence that names `file` and the key."""
    try:
        table: dict[str, Any] = tomllib.loads(document.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ProtocolRefused("unreadable_protocol", f"{file} cannot be read: {fault}") from fault
    protocol = _protocol(Keys(table, file), document, measures, agreement)
    _check_ids(protocol, file)
    return protocol


def _protocol(keys: Keys, document: bytes, measures: Measures, agreement: Agreement) -> Protocol:
    pin = ProtocolPin(keys.text("id"), keys.text("version"), hashlib.sha256(document).hexdigest())
    sources = _sources(keys)
    fresh_for = _fresh_for(keys.inner("fresh_for"))
    combination = keys.inner("combination")
    calls = _class_actions(combination.inner("calls"))
    rows = tuple(parse_row(row, measures, sources, fresh_for, calls) for row in keys.list_of_tables("row"))
    if not rows:
        keys.refuse("row", "is missing")
    required = _required(keys, measures, rows)
    protocol = Protocol(
        pin=pin,
        title=keys.text("title"),
        coverage=keys.one_of("coverage", ("complete", "partial")),
        uncovered=_uncovered(keys),
        dosing=_dosing(keys.inner("dosing"), sources),
        timing=_timing(keys.inner("timing"), sources),
        fresh_for=fresh_for,
        required=required,
        freshness=_freshness(required, measures, rows, fresh_for),
        rows=rows,
        count_rules=tuple(_count_rule(row, sources) for row in combination.list_of_tables("count")),
        held_rule=_held_rule(combination, sources),
        measures=measures,
        agreement=agreement,
        document=document,
    )
    combination.done()
    keys.done()
    return protocol


def _sources(keys: Keys) -> frozenset[str]:
    """The names that rows cite by; each source says what it is, where it stands and when it was read."""
    named = keys.tables("source")
    for inner in named.values():
        for key in ("citation", "url", "retrieved"):
            inner.text(key)
        inner.done()
    return frozenset(named)


def _fresh_for(keys: Keys) -> dict[str, timedelta]:
    fresh = {group: keys.duration(group) for group in GROUPS}
    keys.done()
    return fresh


def _class_actions(keys: Keys) -> dict[Class, Action]:
    calls = {Class(name): Action(keys.one_of(name, tuple(Action))) for name in keys.names() if keys.known(name, Class)}
    keys.done()
    for name, action in calls.items():
        if name is Class.UNCOVERED or action is Action.PROCEED:
            keys.refuse(name, "cannot be set to that action")
    return calls | {Class.UNCOVERED: Action.INCOMPLETE}


def _uncovered(keys: Keys) -> tuple[str, ...]:
    """The systems a partial protocol does not cover, by name; a complete one has none."""
    systems = tuple(keys.optional_texts("uncovered"))
    if bool(systems) != (keys.text("coverage") == "partial"):
        keys.refuse("uncovered", "names systems exactly when coverage is partial")
    return systems


def _dosing(keys: Keys, sources: Collection[str]) -> Dosing:
    dosing = Dosing(
        drug=keys.text("drug"),
        units_per_kg=keys.number("units_per_kg"),
        infusion=keys.duration("infusion"),
        dose_cap=keys.whole("dose_cap"),
        course_cap=keys.whole("course_cap"),
        cycle_window=keys.duration("cycle_window") if keys.has("cycle_window") else None,
        cycle_days=keys.whole("cycle_days") if keys.has("cycle_days") else None,
        rest_days=keys.whole("rest_days"),
        retreatment_days=keys.whole("retreatment_days"),
        source=parse_source(keys.inner("source"), sources),
    )
    if (dosing.cycle_window is None) == (dosing.cycle_days is None):
        keys.refuse("cycle_window", "or cycle_days must say how long a cycle lasts, and not both")
    keys.done()
    return dosing


def _timing(keys: Keys, sources: Collection[str]) -> Timing:
    timing = Timing(
        interval=keys.duration("interval"),
        assess_before=keys.duration("assess_before"),
        early_limit=keys.duration("early_limit"),
        delay_limit=keys.duration("delay_limit"),
        validity=keys.duration("validity"),
        discordant_within=keys.duration("discordant_within"),
        admission_lookback=keys.duration("admission_lookback"),
        source=parse_source(keys.inner("source"), sources),
    )
    keys.done()
    return timing


def _required(keys: Keys, measures: Measures, rows: tuple[Row, ...]) -> tuple[str, ...]:
    named = keys.texts("required")
    if not named:
        keys.refuse("required", "is empty")
    for name in named:
        if name not in measures:
            keys.refuse("required", f"names an unknown measure: {name}")
    wanted = [row.measure for row in rows if not row.when_taken]
    wanted += [row.window.per for row in rows if row.window.per is not None]
    return tuple(dict.fromkeys((*named, *wanted)))


def _freshness(
    required: tuple[str, ...], measures: Measures, rows: tuple[Row, ...], fresh_for: dict[str, timedelta]
) -> dict[str, timedelta]:
    """The strictest freshness of each required point value; volumes are judged by their coverage instead."""
    points = [name for name in required if measures[name].kind is not Kind.INTERVAL]
    return {name: min(_limits_of(name, measures, rows, fresh_for)) for name in points}


def _limits_of(
    name: str, measures: Measures, rows: tuple[Row, ...], fresh_for: dict[str, timedelta]
) -> list[timedelta]:
    return [row.fresh_for for row in rows if row.measure == name] or [fresh_for[measures[name].group]]


def _count_rule(keys: Keys, sources: Collection[str]) -> CountRule:
    rule = CountRule(
        cls=Class(keys.one_of("class", tuple(Class))),
        at_least=keys.whole("at_least"),
        action=Action(keys.one_of("action", tuple(Action))),
        source=parse_source(keys.inner("source"), sources),
        verification=Verification(keys.one_of("verification", tuple(Verification))),
    )
    keys.done()
    return rule


def _held_rule(combination: Keys, sources: Collection[str]) -> HeldRule | None:
    if not combination.has("held_occasions"):
        return None
    keys = combination.inner("held_occasions")
    rule = HeldRule(
        cls=Class(keys.one_of("class", tuple(Class))),
        at_least=keys.whole("at_least"),
        action=Action(keys.one_of("action", tuple(Action))),
        source=parse_source(keys.inner("source"), sources),
    )
    keys.done()
    return rule


def _check_ids(protocol: Protocol, file: str) -> None:
    rows = [row.id for row in protocol.rows]
    for name in rows:
        if rows.count(name) > 1:
            raise ProtocolRefused("duplicate_row", f"{file}: row {name} stands twice.")
    criteria = {criterion.id for row in protocol.rows for criterion in row.criteria}
    for row in protocol.rows:
        for name in row.unless:
            if name not in criteria:
                raise ProtocolRefused("unknown_criterion", f"{file}: row {row.id}.unless names no criterion: {name}.")
