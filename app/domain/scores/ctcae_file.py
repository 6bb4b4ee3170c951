"""Is this file of grading terms whole, and what does it say?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from app.domain.measure import Kind, Measures
from app.domain.protocol_keys import Keys
from app.domain.protocol_row import parse_source
from app.domain.scores.ctcae import BASELINES, ArmKind, ArmRule, GradeTable, IfBaseline, Term
from app.domain.scores.grade import Step
from app.domain.scores.steps import parse_steps
from app.domain.scores.table_file import head, open_table
from app.domain.source import Verification

_ZERO = timedelta(0)
_HUNDRED = 100
_MOST = 4


def parse_grades(document: bytes, measures: Measures, file: str = "ctcae-5.toml") -> GradeTable:
    """The terms of a TOML document; raises ProtocolRefused naming file, term and key."""
    keys = open_table(document, file)
    found = head(keys, document)
    terms = tuple(_term(inner, measures, found.sources) for inner in keys.list_of_tables("term"))
    if not terms:
        keys.refuse("term", "is missing")
    ids = [term.id for term in terms]
    if twice := [name for name in ids if ids.count(name) > 1]:
        keys.refuse("term", f"{twice[0]} stands twice")
    keys.done()
    return GradeTable(found.id, found.version, found.sha256, found.title, terms)


def _term(keys: Keys, measures: Measures, sources: Mapping[str, str]) -> Term:
    name = keys.text("measure")
    if name not in measures or not measures[name].numeric:
        keys.refuse("measure", "is no number that is charted")
    measure = measures[name]
    arms = tuple(_arm(inner, interval=measure.kind is Kind.INTERVAL) for inner in keys.list_of_tables("arms"))
    _check_arms(keys, arms)
    term = Term(
        id=keys.text("id"),
        name=keys.text("name"),
        measure=name,
        unit=str(measure.unit),
        arms=arms,
        from_baseline=any(arm.kind in BASELINES or arm.if_baseline is not None for arm in arms),
        source=parse_source(keys.inner("source"), sources),
        verification=Verification(keys.one_of("verification", tuple(Verification))),
        note=keys.optional_text("note"),
    )
    keys.done()
    return term


def _check_arms(keys: Keys, arms: tuple[ArmRule, ...]) -> None:
    """Names are told apart, conditions on the baseline come as a pair, periods get longer."""
    names = [arm.name for arm in arms]
    if not arms or len(set(names)) < len(names):
        keys.refuse("arms", "are missing, or two have one name")
    conditions = {arm.if_baseline for arm in arms}
    if conditions not in ({None}, set(IfBaseline)):
        keys.refuse("arms", "must say if_baseline for both, or for none")
    spans = [arm.span for arm in arms if arm.kind is ArmKind.SUM]
    if spans != sorted(set(spans)):
        keys.refuse("arms", "must name the shorter period first")


def _arm(keys: Keys, *, interval: bool) -> ArmRule:
    kind = ArmKind(keys.one_of("kind", tuple(ArmKind)))
    if interval != (kind is ArmKind.SUM):
        keys.refuse("kind", "is sum for a volume, and for nothing else")
    lasting = kind is ArmKind.LASTING
    steps = _until(keys) if lasting else _steps(keys, kind)
    arm = ArmRule(
        name=keys.optional_text("name") or str(kind),
        kind=kind,
        steps=steps,
        span=keys.duration("longer_than") if lasting else keys.duration("span") if interval else _ZERO,
        minimum=keys.duration("minimum") if interval else _ZERO,
        above=keys.number("above") if lasting else Decimal(0),
        if_baseline=IfBaseline(keys.one_of("if_baseline", tuple(IfBaseline))) if keys.has("if_baseline") else None,
        most=max(step.grade for step in steps),
    )
    if arm.minimum > arm.span:
        keys.refuse("minimum", "is longer than the period")
    keys.done()
    return arm


def _until(keys: Keys) -> tuple[Step, ...]:
    """What an arm that asks for a length of time can say: nothing, or its one grade."""
    return (Step(None, below=False, grade=keys.count("grade", _MOST)),)


def _steps(keys: Keys, kind: ArmKind) -> tuple[Step, ...]:
    steps = parse_steps(keys)
    if kind is not ArmKind.GAIN:
        return steps
    return tuple(step if step.high is None else step._replace(high=(_HUNDRED + step.high) / _HUNDRED) for step in steps)
