"""What do the criteria call for before this dose, and why?

`decide` is pure and total: it takes a situation and a protocol, knows no drug and no threshold, and answers one of the
seven actions for every well-formed input. A fault inside it is `incomplete`, never silence and never `proceed`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.criteria import MET, UNKNOWN, judge
from app.domain.decision import ENGINE_VERSION, Counts, Decision, Finding, Missing, Rule
from app.domain.facts import Facts
from app.domain.measure import Measure
from app.domain.protocol import Protocol
from app.domain.schedule import window
from app.domain.scores.news2 import News2, ScoreTable
from app.domain.situation import Situation
from app.domain.vocabulary import BINDING, Action, Class, Verdict, Why, gravest

NO_SCORE = News2(None, None, None, False, (), ())
EARLIER = "an earlier decision of this cycle or course"
_CHECKED_GROUPS = ("vital", "lab")


def decide(situation: Situation, protocol: Protocol, news2: ScoreTable) -> Decision:
    """The decision for one dose at one moment; never raises."""
    try:
        return _decide(situation, protocol, news2)
    except Exception:  # noqa: BLE001 - invariant 1: any fault inside becomes a stored `incomplete`, never silence
        fault = (Missing("engine", Why.FAULT, None),)
        counts = Counts(0, 0, situation.held_doses)
        return _decision(situation, protocol, (), fault, _earlier(situation), counts, NO_SCORE)


def _decide(situation: Situation, protocol: Protocol, news2: ScoreTable) -> Decision:
    facts = Facts(situation, protocol)
    findings = tuple([finding for row in protocol.rows for finding in judge(row, facts)])
    findings = _answered_elsewhere(protocol, findings)
    missing = _missing(protocol, facts, findings)
    met = [finding.criterion.cls for finding in findings if finding.verdict is MET]
    counts = Counts(met.count(Class.RELATIVE), met.count(Class.ABSOLUTE), situation.held_doses)
    rules = _rules(protocol, situation, met)
    score = news2.score(facts.values(_score_freshness(protocol, news2)))
    return _decision(situation, protocol, findings, missing, rules, counts, score)


def _decision(
    situation: Situation,
    protocol: Protocol,
    findings: tuple[Finding, ...],
    missing: tuple[Missing, ...],
    rules: tuple[Rule, ...],
    counts: Counts,
    score: News2,
) -> Decision:
    times = window(situation.due_at, protocol.timing)
    provisional = situation.at < times.assess_at
    action = gravest(*(finding.action for finding in findings), *(rule.action for rule in rules))
    if missing:
        action = gravest(action, Action.INCOMPLETE)
    if situation.at > times.closes_at:
        rules = (*rules, Rule("window_closed", Action.SKIP, protocol.timing.source.citation))
        action = gravest(action, Action.SKIP)
    return Decision(
        action=action,
        provisional=provisional,
        at=situation.at,
        due_at=situation.due_at,
        findings=findings,
        missing=missing,
        rules=rules,
        counts=counts,
        news2=score,
        protocol=protocol.pin,
        coverage=protocol.coverage,
        engine=ENGINE_VERSION,
        valid_until=None if provisional else _valid_until(situation, protocol, times.closes_at),
    )


def _answered_elsewhere(protocol: Protocol, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """A row with `unless` says nothing once one of those criteria is met."""
    met = {finding.criterion.id for finding in findings if finding.verdict is MET}
    if not met:
        return findings
    silent = {c.id for row in protocol.rows if not met.isdisjoint(row.unless) for c in row.criteria}
    if not silent:
        return findings
    return tuple(
        finding._replace(verdict=Verdict.NOT_MET, action=Action.PROCEED, why=None)
        if finding.criterion.id in silent
        else finding
        for finding in findings
    )


def _missing(protocol: Protocol, facts: Facts, findings: tuple[Finding, ...]) -> tuple[Missing, ...]:
    """What is required and cannot be used, each measure once."""
    found = {measure: Missing(measure, why, None) for measure, why in sorted(facts.refused.items())}
    for measure, limit in protocol.freshness.items():
        reading = facts.latest(measure)
        if measure in found:
            continue
        if reading is None:
            found[measure] = Missing(measure, Why.MISSING, None)
        elif facts.at - reading.at > limit:
            found[measure] = Missing(measure, Why.STALE, reading.at)
    for finding in findings:
        if finding.verdict is UNKNOWN and finding.why is not None and finding.blame not in found:
            found[finding.blame] = Missing(finding.blame, finding.why, finding.observed_at)
    for measure, why in (*_implausible(protocol, facts, findings), *_contradictory(protocol, facts)):
        reading = facts.latest(measure)
        found.setdefault(measure, Missing(measure, why, None if reading is None else reading.at))
    return tuple(found.values())


def _implausible(protocol: Protocol, facts: Facts, findings: tuple[Finding, ...]) -> list[tuple[str, Why]]:
    """Fine print 9: a vital sign or lab outside `warn` that meets no criterion is never "not met"."""
    odd = [name for name in protocol.freshness if _outside_warn(protocol.measures[name], facts)]
    if not odd:
        return []
    met = {finding.criterion.measure for finding in findings if finding.verdict is MET}
    return [(name, Why.IMPLAUSIBLE) for name in odd if name not in met]


def _outside_warn(measure: Measure, facts: Facts) -> bool:
    if measure.warn is None or measure.group not in _CHECKED_GROUPS or (readings := facts.of(measure.name)) == []:
        return False
    low, high = measure.warn
    for reading in facts.beside_latest(readings):
        if isinstance(reading.value, Decimal) and not low <= reading.value <= high:
            return True
    return False


def _contradictory(protocol: Protocol, facts: Facts) -> list[tuple[str, Why]]:
    """Latest values that cannot be true together; pressures only when taken at the same moment."""
    values = {name: reading.value for name in protocol.freshness if (reading := facts.latest(name)) is not None}
    broken = [rule.measure for rule in protocol.agreement.by_choice if rule.broken(values)]
    for rule in protocol.agreement.above:
        upper, lower = facts.latest(rule.measure), facts.latest(rule.than)
        if upper is not None and lower is not None and upper.at == lower.at and rule.broken(values):
            broken.append(rule.measure)
    return [(name, Why.CONTRADICTORY) for name in broken]


def _rules(protocol: Protocol, situation: Situation, met: list[Class]) -> tuple[Rule, ...]:
    """Rules over several findings and over the past of the cycle."""
    rules = [
        Rule(f"{count.at_least}_{count.cls}", count.action, count.source.citation)
        for count in protocol.count_rules
        if met.count(count.cls) >= count.at_least
    ]
    held = protocol.held_rule
    if held is not None:
        occasions = situation.held_doses + (1 if held.cls in met else 0)
        if occasions >= held.at_least:
            rules.append(Rule("held_occasions", held.action, held.source.citation))
    return (*rules, *_earlier(situation))


def _earlier(situation: Situation) -> tuple[Rule, ...]:
    """After a stop or a discontinue nothing milder is ever decided."""
    if situation.previous is None or situation.previous.action not in BINDING:
        return ()
    return (Rule("earlier_decision", situation.previous.action, EARLIER),)


def _score_freshness(protocol: Protocol, news2: ScoreTable) -> dict[str, timedelta]:
    names = (*news2.bands, *news2.choices)
    return {name: protocol.fresh_for[protocol.measures[name].group] for name in names}


def _valid_until(situation: Situation, protocol: Protocol, closes_at: datetime) -> datetime:
    """The earliest of validity, the close of the window, and the first required value turning stale."""
    ends = [situation.at + protocol.timing.validity, closes_at]
    latest: dict[str, datetime] = {}
    for reading in situation.readings:
        at = latest.get(reading.measure)
        if at is None or reading.at > at:
            latest[reading.measure] = reading.at
    stale = [latest[measure] + limit for measure, limit in protocol.freshness.items() if measure in latest]
    return min(ends + [end for end in stale if end >= situation.at])
