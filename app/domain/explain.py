"""What would a nurse read aloud about a decision?

Sentences rendered from the record: value, limit, age, class, source; what is missing and how old it is. They are no
part of the record and decide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.decision import Decision, Finding, Missing, Rule
from app.domain.limit_words import limit_words
from app.domain.measure import Measures, Value
from app.domain.protocol import CHANGE, Criterion, Protocol
from app.domain.source import Verification
from app.domain.units import unit_words
from app.domain.vocabulary import Action, Class, SpO2Scale, Verdict, Why

SHOWN_AS: Mapping[Action, str] = {
    Action.PROCEED: "No hold criterion met",
    Action.CAUTION: "Caution: prescriber decides",
    Action.INCOMPLETE: "Cannot evaluate",
    Action.HOLD: "Hold",
    Action.SKIP: "Skip this dose",
    Action.STOP: "Stop the cycle",
    Action.DISCONTINUE: "Discontinue permanently",
}

_WHY: Mapping[Why, str] = {
    Why.MISSING: "not recorded",
    Why.STALE: "too old",
    Why.DISCORDANT: "two readings within minutes disagree: repeat it",
    Why.IMPLAUSIBLE: "outside what is plausible and met by no criterion: repeat it",
    Why.CONTRADICTORY: "contradicts another value: check both",
    Why.COVERAGE: "the charted intervals do not cover the last hours",
    Why.OVERLAP: "charted intervals overlap",
    Why.UNCONFIRMED: "one reading is not enough",
    Why.PERSISTING: "not yet known whether it lasts",
    Why.BASELINE: "there is no baseline to compare with",
    Why.UNCOVERED: "the protocol has no row for this",
    Why.MISTYPED: "a value is not of the kind that is charted for it: enter it again",
    Why.FUTURE: "the time is still to come: correct it",
    Why.JUST_ADMITTED: "admitted too recently for a full period; charting since then has no gap",
    Why.FAILED_BEFORE: "already failed before the cycle: no criterion",
    Why.FAULT: "the evaluation failed: decide without the program and report it",
}

_SURE: Mapping[Verification, str] = {
    Verification.READ_AT_SOURCE: "read at the source",
    Verification.COLUMN_INFERRED: "column inferred",
    Verification.SITE_PARAMETER: "site parameter",
    Verification.CAUTIOUS_READING: "cautious reading",
}

_RULES: Mapping[str, str] = {
    "window_closed": "The time in which this dose may be given is over.",
    "held_occasions": "The dose has now been held on as many occasions as end the cycle.",
    "earlier_decision": "An earlier decision to stop still binds.",
}


def value_words(value: Value | None, unit: str | None) -> str:
    """A value as a person reads it; never blank and never a bare zero for what was not recorded."""
    if value is None:
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value is True else "no"
    if isinstance(value, Decimal):
        return f"{value:f} {unit_words(unit)}".strip()
    return value.replace("_", " ")


def age_words(observed_at: datetime | None, at: datetime) -> str:
    """How old a reading is: "30 min", "5 h 10 min"."""
    if observed_at is None:
        return "never recorded"
    minutes = max(0, (at - observed_at) // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def because(decision: Decision, measures: Measures) -> tuple[str, ...]:
    """The reasons, gravest first: criteria met, rules, then what is missing."""
    met = [_met(finding, decision.at, measures) for finding in decision.met()]
    notes = dict.fromkeys(_note(finding, measures) for finding in decision.findings if _noted(finding))
    rules = [_rule(rule) for rule in decision.rules]
    lacking = [_missing(missing, decision, measures) for missing in decision.missing]
    asks = dict.fromkeys(finding.criterion.ask for finding in decision.open() if finding.criterion.ask is not None)
    if met or rules or lacking:
        return tuple(dict.fromkeys((*met, *rules, *lacking, *asks, *notes)))
    return (f"Every required value is present and fresh, and no criterion of {decision.protocol.id} is met.", *notes)


def silence_words(protocol: Protocol) -> str | None:
    """What a protocol that covers its source in part says nothing about; None where it is whole."""
    if not protocol.uncovered:
        return None
    return f"{protocol.pin.id} covers its source in part. It says nothing about: {', '.join(protocol.uncovered)}."


def headline(decision: Decision) -> str:
    """The verdict in words, with the early-warning score beside it."""
    words = SHOWN_AS[decision.action]
    if decision.action is Action.PROCEED:
        words = f"No {decision.protocol.id} hold criterion met"
    if decision.provisional:
        words = f"If the dose were due now: {words[0].lower()}{words[1:]}"
    return f"{words}. {news2_words(decision)}"


def news2_words(decision: Decision) -> str:
    """The score and the response it calls for, or that there is none; scale 2 is said, scale 1 is everybody's."""
    news2 = decision.news2
    scale = "" if news2.scale is SpO2Scale.ONE else f" (SpO2 scale {news2.scale:d})"
    if news2.score is None:
        return f"NEWS2{scale}: no score, the set is incomplete."
    return f"NEWS2 {news2.score}{scale}: {news2.response}"


def _met(finding: Finding, at: datetime, measures: Measures) -> str:
    criterion = finding.criterion
    label = label_words(criterion, measures)
    said, limit = f"{label}{_age(finding, at)}", ""
    if finding.value is not True:
        said = f"{label} {_said(finding, at)}"
        limit = f" (limit {limit_words(criterion)})"
    sure = _SURE[criterion.verification]
    return f"{said}{limit}: {class_words(criterion.cls)}. Source: {criterion.source.citation} ({sure})."


def _noted(finding: Finding) -> bool:
    return finding.verdict is Verdict.NOT_MET and finding.why is not None


def _note(finding: Finding, measures: Measures) -> str:
    why = "" if finding.why is None else _WHY[finding.why]
    return f"{measures[finding.criterion.measure].label}: {why}."


def label_words(criterion: Criterion, measures: Measures) -> str:
    """What a criterion compares: the measure, its change from the baseline, per what, or how often."""
    measure = measures[criterion.measure]
    if criterion.unit is None or criterion.unit == measure.unit:
        return measure.label
    own, _, per = criterion.unit.partition("/")
    if own == measure.unit:
        return f"{measure.label} per {per}"
    return f"{measure.label}, {'change from baseline' if criterion.unit == CHANGE else 'how often'}"


def class_words(cls: Class) -> str:
    """The class of a criterion as the field says it."""
    return "not covered" if cls is Class.UNCOVERED else f"{cls} criterion"


def why_words(why: Why) -> str:
    """Why something cannot be judged."""
    return _WHY[why]


def _missing(missing: Missing, decision: Decision, measures: Measures) -> str:
    label = measures[missing.measure].label if missing.measure in measures else "Evaluation"
    if missing.why is Why.STALE:
        return f"{label}: {_WHY[missing.why]} (last {age_words(missing.observed_at, decision.at)} ago)."
    charted = (f for f in decision.open() if f.blame == missing.measure == f.criterion.measure and f.value is not None)
    finding = next(charted, None)
    said = "" if finding is None else f" {_said(finding, decision.at)}"
    return f"{label}{said}: {_WHY[missing.why]}."


def _said(finding: Finding, at: datetime) -> str:
    """The value with its age, or the period it was summed over."""
    value = value_words(finding.value, finding.criterion.unit)
    return f"{value}{_age(finding, at)}"


def _age(finding: Finding, at: datetime) -> str:
    if finding.criterion.period is not None:
        return f" in the {finding.criterion.period} up to the decision"
    return "" if finding.observed_at is None else f", {age_words(finding.observed_at, at)} ago"


def _rule(rule: Rule) -> str:
    if rule.name in _RULES:
        return f"{_RULES[rule.name]} Source: {rule.citation}."
    count, _, cls = rule.name.partition("_")
    return f"At least {count} {cls} criteria are met at once. Source: {rule.citation}."
