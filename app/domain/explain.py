"""What would a nurse read aloud about a decision?

Sentences rendered from the record: value, limit, age, class, source; what is missing and how old it is. They are no
part of the record and decide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.class_words import class_name, class_words, verification_words
from app.domain.decision import Decision, Finding, Missing, Rule
from app.domain.limit_words import limit_words
from app.domain.measure import Measures, Value
from app.domain.protocol import CHANGE, Criterion, Protocol
from app.domain.tongue import _, mark, worded
from app.domain.units import unit_words
from app.domain.vocabulary import Action, Class, SpO2Scale, Verdict, Why

SHOWN_AS: Mapping[Action, str] = {
    Action.PROCEED: mark("No hold criterion met"),
    Action.CAUTION: mark("Caution: prescriber decides"),
    Action.INCOMPLETE: mark("Cannot evaluate"),
    Action.HOLD: mark("Hold"),
    Action.SKIP: mark("Skip this dose"),
    Action.STOP: mark("Stop the cycle"),
    Action.DISCONTINUE: mark("Discontinue permanently"),
}

_WHY: Mapping[Why, str] = {
    Why.MISSING: mark("not recorded"),
    Why.STALE: mark("too old"),
    Why.DISCORDANT: mark("two readings within minutes disagree: repeat it"),
    Why.IMPLAUSIBLE: mark("outside what is plausible and met by no criterion: repeat it"),
    Why.CONTRADICTORY: mark("contradicts another value: check both"),
    Why.COVERAGE: mark("the charted intervals do not cover the last hours"),
    Why.OVERLAP: mark("charted intervals overlap"),
    Why.UNCONFIRMED: mark("one reading is not enough"),
    Why.PERSISTING: mark("not yet known whether it lasts"),
    Why.BASELINE: mark("there is no baseline to compare with"),
    Why.UNCOVERED: mark("the protocol has no row for this"),
    Why.MISTYPED: mark("a value is not of the kind that is charted for it: enter it again"),
    Why.FUTURE: mark("the time is still to come: correct it"),
    Why.JUST_ADMITTED: mark("admitted too recently for a full period; charting since then has no gap"),
    Why.FAILED_BEFORE: mark("already failed before the cycle: no criterion"),
    Why.FAULT: mark("the evaluation failed: decide without the program and report it"),
}

_ASKED = (Why.UNCOVERED, Why.PERSISTING, Why.UNCONFIRMED, Why.BASELINE)
"""The reasons that the sentence of a row answers; the others say themselves what to record."""

_RULES: dict[str, str] = {
    "window_closed": mark("The time in which this dose may be given is over."),
    "held_occasions": mark("The dose has now been held on as many occasions as end the cycle."),
    "earlier_decision": mark("An earlier decision to stop still binds."),
}
_IF_DUE_NOW = {"held_occasions": mark("If the dose were due now, the held occasions would end the cycle.")}


def value_words(value: Value | None, unit: str | None) -> str:
    """A value as a person reads it; never blank and never a bare zero for what was not recorded."""
    if value is None:
        return worded("not recorded")
    if isinstance(value, bool):
        return worded("yes") if value is True else worded("no")
    if isinstance(value, Decimal):
        return f"{value:f} {unit_words(unit)}".strip()
    return choice_words(value)


def choice_words(choice: str) -> str:
    """A choice as a person reads it."""
    return worded(choice.replace("_", " "))


def shown_as(action: Action) -> str:
    """An action in the words a ward reads."""
    return worded(SHOWN_AS[action])


def age_words(observed_at: datetime | None, at: datetime) -> str:
    """How old a reading is: "30 min", "5 h 10 min"."""
    if observed_at is None:
        return worded("never recorded")
    minutes = max(0, (at - observed_at) // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    return worded("{hours} h {rest} min", hours=hours, rest=rest) if hours else worded("{rest} min", rest=rest)


def because(decision: Decision, measures: Measures) -> tuple[str, ...]:
    """The reasons, gravest first: criteria met, rules, then what is missing."""
    met = [_met(finding, decision.at, measures) for finding in decision.met()]
    notes = dict.fromkeys(_note(finding, measures) for finding in decision.findings if _noted(finding))
    rules = [_rule(rule, _RULES | _IF_DUE_NOW if decision.provisional else _RULES) for rule in decision.rules]
    lacking = [_missing(missing, decision, measures) for missing in decision.missing]
    asks = dict.fromkeys(asked(decision))
    if met or rules or lacking:
        return tuple(dict.fromkeys((*met, *rules, *lacking, *asks, *notes)))
    return (
        worded(
            "Every required value is present and fresh, and no criterion of {name} is met.", name=decision.protocol.id
        ),
        *notes,
    )


def silence_words(protocol: Protocol) -> str | None:
    """What a protocol that covers its source in part says nothing about; None where it is whole."""
    if not protocol.uncovered:
        return None
    return worded(
        "{name} covers its source in part. It says nothing about: {names}.",
        name=protocol.pin.id,
        names=", ".join(map(_, protocol.uncovered)),
    )


def headline(decision: Decision) -> str:
    """The verdict in words, with the early-warning score beside it."""
    words = shown_as(decision.action)
    if decision.action is Action.PROCEED:
        words = worded("No {name} hold criterion met", name=decision.protocol.id)
    if decision.provisional:
        words = worded("If the dose were due now: {what}{words}", what=words[0].lower(), words=words[1:])
    return f"{words}. {news2_words(decision)}"


def news2_words(decision: Decision) -> str:
    """The score and its response, or what an incomplete set adds up to; scale 2 is said, scale 1 is everybody's."""
    news2 = decision.news2
    scale = "" if news2.scale is SpO2Scale.ONE else worded(" (SpO2 scale {scale})", scale=f"{news2.scale:d}")
    if news2.score is None and news2.least == 0:
        return worded("NEWS2{scale}: no score, the set is incomplete.", scale=scale)
    if news2.score is None:
        return worded("NEWS2{scale}: at least {score}, the set is incomplete.", scale=scale, score=news2.least)
    response = "" if news2.response is None else worded(news2.response)
    return worded("NEWS2 {score}{scale}: {response}", score=news2.score, scale=scale, response=response)


def _met(finding: Finding, at: datetime, measures: Measures) -> str:
    criterion = finding.criterion
    sure = verification_words(criterion.verification)
    return worded(
        "{said}{limit}: {cls}. Source: {citation} ({sure}).",
        said=f"{compared_words(finding, measures)}{_age(finding, at)}",
        limit=limit_said(finding),
        cls=class_words(criterion.cls),
        citation=criterion.source.citation,
        sure=sure,
    )


def _noted(finding: Finding) -> bool:
    return finding.verdict is Verdict.NOT_MET and finding.why is not None


def _note(finding: Finding, measures: Measures) -> str:
    why = "" if finding.why is None else why_words(finding.why)
    return f"{measures[finding.criterion.measure].label}: {why}."


def label_words(criterion: Criterion, measures: Measures) -> str:
    """What a criterion compares: the measure, its change from the baseline, per what, or how often."""
    measure = measures[criterion.measure]
    if criterion.unit is None or criterion.unit == measure.unit:
        return measure.label
    own, _sep, per = criterion.unit.partition("/")
    if own == measure.unit:
        return worded("{label} per {per}", label=measure.label, per=per)
    what = worded("change from baseline") if criterion.unit == CHANGE else worded("how often")
    return f"{measure.label}, {what}"


def compared_words(finding: Finding, measures: Measures) -> str:
    """What is met and by what: `Creatinine 2.6 mg/dL`, `Seizure`, or that it was set before the readings at hand."""
    label = label_words(finding.criterion, measures)
    if finding.carried:
        return worded("{label}, set before and not cleared since", label=label)
    return label if finding.value is True else f"{label} {value_words(finding.value, finding.criterion.unit)}"


def limit_said(finding: Finding) -> str:
    """The limit in brackets; a finding that is present has none."""
    criterion = finding.criterion
    if finding.value is True or (finding.carried and criterion.bands == () and not criterion.choices):
        return ""
    return worded(" (limit {limit})", limit=limit_words(criterion))


def asked(decision: Decision) -> tuple[str, ...]:
    """What the protocol asks for while values that can be used leave criteria open, as often as it does."""
    found = ((one.criterion.ask, one) for one in decision.open())
    return tuple(worded(ask) for ask, one in found if ask is not None and _asks(one))


def _asks(finding: Finding) -> bool:
    """A value to be recorded or repeated is asked for as such, unless only its own row knows that it is needed."""
    own = finding.criterion.when_taken and finding.blame == finding.criterion.measure
    return finding.why in _ASKED or (own and finding.why is Why.MISSING)


def why_words(why: Why) -> str:
    """Why something cannot be judged."""
    return worded(_WHY[why])


def _missing(missing: Missing, decision: Decision, measures: Measures) -> str:
    label = measures[missing.measure].label if missing.measure in measures else worded("Evaluation")
    if missing.why is Why.STALE:
        return worded(
            "{label}: {why} (last {age} ago).",
            label=label,
            why=why_words(missing.why),
            age=age_words(missing.observed_at, decision.at),
        )
    charted = (f for f in decision.open() if f.blame == missing.measure == f.criterion.measure and f.value is not None)
    finding = next(charted, None)
    said = "" if finding is None else f" {_said(finding, decision.at)}"
    return f"{label}{said}: {why_words(missing.why)}."


def _said(finding: Finding, at: datetime) -> str:
    """The value with its age, or the period it was summed over."""
    value = value_words(finding.value, finding.criterion.unit)
    return f"{value}{_age(finding, at)}"


def _age(finding: Finding, at: datetime) -> str:
    if finding.carried:
        return ""
    if finding.criterion.period is not None:
        return worded(" in the {period} up to the decision", period=finding.criterion.period)
    return "" if finding.observed_at is None else worded(", {age} ago", age=age_words(finding.observed_at, at))


def _rule(rule: Rule, named: Mapping[str, str]) -> str:
    if rule.name in named:
        return worded("{rules} Source: {citation}.", rules=worded(named[rule.name]), citation=rule.citation)
    count, _sep, cls = rule.name.partition("_")
    return worded(
        "At least {count} {cls} criteria are met at once. Source: {citation}.",
        count=count,
        cls=class_name(Class(cls)),
        citation=rule.citation,
    )
