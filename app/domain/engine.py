"""What do the criteria call for before this dose, and why?

`decide` is pure and total: it takes a situation and a protocol, knows no drug and no threshold, and answers one of the
seven actions for every well-formed input. A fault inside it is `incomplete`, never silence and never `proceed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

from app.domain.criteria import judge
from app.domain.decision import ENGINE_VERSION, Counts, Decision, Finding, Missing, Rule
from app.domain.facts import Facts
from app.domain.plan import Plan, plan_of
from app.domain.protocol import Protocol
from app.domain.schedule import window
from app.domain.scores.news2 import News2, ScoreTable
from app.domain.situation import UNREADABLE, Situation
from app.domain.vocabulary import BINDING, Action, Class, Verdict, Why, gravest

NO_SCORE = News2(None, None, None, False, (), ())
_NEVER = datetime.max.replace(tzinfo=UTC)
EARLIER = "an earlier decision of this cycle or course"
MET, UNKNOWN, PROCEED = Verdict.MET, Verdict.UNKNOWN, Action.PROCEED
# Names of our own: looking a member up on its class costs Python 3.11 more than comparing two decimals.


def decide(situation: Situation, protocol: Protocol, news2: ScoreTable) -> Decision:
    """The decision for one dose at one moment; never raises."""
    try:
        return _decide(situation, protocol, news2)
    except Exception:  # noqa: BLE001 - invariant 1: any fault inside becomes a stored `incomplete`, never silence
        fault = (Missing("engine", Why.FAULT, None),)
        counts = Counts(0, 0, situation.held_doses)
        ends = situation.at + protocol.timing.validity
        return _decision(situation, protocol, (), fault, _earlier(situation), counts, NO_SCORE, ends)


def _decide(situation: Situation, protocol: Protocol, news2: ScoreTable) -> Decision:
    if UNREADABLE in situation.unresolved:
        raise ValueError("the past of the course could not be read")
    plan, facts = plan_of(protocol), Facts(situation, protocol)
    findings = judge(plan.steps, facts)
    met = [finding for finding in findings if finding.verdict is MET]
    if met:
        findings = _answered_elsewhere(protocol, findings, met)
    found, turns_stale = _points(plan, facts)
    missing = _missing(found, findings, (*_implausible(plan, facts, met), *_contradictory(plan, protocol, facts)))
    classes = [finding.criterion.cls for finding in met]
    counts = Counts(classes.count(Class.RELATIVE), classes.count(Class.ABSOLUTE), situation.held_doses)
    rules = _rules(protocol, situation, classes)
    values = facts.values({name: plan.fresh_for[name] for name in news2.measures})
    score = news2.score(values, situation.spo2_scale)
    ends = min(turns_stale, situation.at + protocol.timing.validity)
    return _decision(situation, protocol, tuple(findings), tuple(missing.values()), rules, counts, score, ends)


def _decision(
    situation: Situation,
    protocol: Protocol,
    findings: tuple[Finding, ...],
    missing: tuple[Missing, ...],
    rules: tuple[Rule, ...],
    counts: Counts,
    score: News2,
    ends: datetime,
) -> Decision:
    times = window(situation.due_at, protocol.timing)
    provisional = situation.at < times.assess_at
    calls = [finding.action for finding in findings if finding.action is not PROCEED]
    action = gravest(*calls, *[rule.action for rule in rules])
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
        valid_until=None if provisional else min(ends, times.closes_at),
    )


def _answered_elsewhere(protocol: Protocol, findings: list[Finding], met: list[Finding]) -> list[Finding]:
    """A row with `unless` says nothing once one of those criteria is met."""
    names = {finding.criterion.id for finding in met}
    silent = {one.id for row in protocol.rows if not names.isdisjoint(row.unless) for one in row.criteria}
    if not silent:
        return findings
    return [
        finding._replace(verdict=Verdict.NOT_MET, action=Action.PROCEED, why=None)
        if finding.criterion.id in silent
        else finding
        for finding in findings
    ]


def _points(plan: Plan, facts: Facts) -> tuple[dict[str, Missing], datetime]:
    """The required point values that cannot be used, and the moment the first of the others turns stale."""
    found = {measure: Missing(measure, why, None) for measure, why in sorted(facts.refused.items())}
    turns_stale = _NEVER
    for limit, measures in plan.points:
        edge, oldest = facts.at - limit, facts.at
        for measure in measures:
            readings = facts.of(measure)
            if not readings:
                found.setdefault(measure, Missing(measure, Why.MISSING, None))
            elif (at := readings[-1].at) < edge:
                found.setdefault(measure, Missing(measure, Why.STALE, at))
            elif at < oldest:
                oldest = at
        turns_stale = min(turns_stale, oldest + limit)
    return found, turns_stale


def _missing(found: dict[str, Missing], findings: list[Finding], doubtful: Iterable[Missing]) -> dict[str, Missing]:
    """What is required and cannot be used, each measure once: besides the point values, what is open or doubtful."""
    for finding in [finding for finding in findings if finding.verdict is UNKNOWN]:
        if finding.why is not None and finding.blame not in found:
            found[finding.blame] = Missing(finding.blame, finding.why, finding.observed_at)
    for missing in doubtful:
        found.setdefault(missing.measure, missing)
    return found


def _implausible(plan: Plan, facts: Facts, met: list[Finding]) -> list[Missing]:
    """Fine print 9: a vital sign or lab outside `warn` that meets no criterion is never "not met"."""
    odd: dict[str, Missing] = {}
    for measure, (low, high) in plan.limits:
        for reading in facts.beside_latest(facts.of(measure)):
            if isinstance(reading.value, Decimal) and not low <= reading.value <= high:
                odd[measure] = Missing(measure, Why.IMPLAUSIBLE, reading.at)
    answered = {finding.criterion.measure for finding in met}
    return [missing for measure, missing in odd.items() if measure not in answered]


def _contradictory(plan: Plan, protocol: Protocol, facts: Facts) -> list[Missing]:
    """Latest values, or those within minutes of them, that cannot be true together; pressures of one moment only."""
    beside = {name: facts.beside_latest(facts.of(name)) for name in plan.compared}
    broken = [
        rule.measure
        for rule in protocol.agreement.by_choice
        for number, choice in product(beside.get(rule.measure, ()), beside.get(rule.choice, ()))
        if rule.broken({rule.measure: number.value, rule.choice: choice.value})
    ]
    broken += [
        rule.measure
        for rule in protocol.agreement.above
        for upper, lower in product(beside.get(rule.measure, ()), beside.get(rule.than, ()))
        if upper.at == lower.at and rule.broken({rule.measure: upper.value, rule.than: lower.value})
    ]
    return [Missing(name, Why.CONTRADICTORY, beside[name][-1].at) for name in broken]


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
