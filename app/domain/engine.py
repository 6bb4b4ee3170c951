"""What do the criteria call for before this dose, and why?

`decide` is pure and total: it takes a situation and a protocol, knows no drug and no threshold, and answers one of the
seven actions for every well-formed input. A fault inside it is `incomplete`, never silence and never `proceed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from app.domain.agreement import Above, ByChoice
from app.domain.criteria import judge
from app.domain.decision import ENGINE_VERSION, Counts, Decision, Finding, Missing, Rule
from app.domain.facts import Facts
from app.domain.observation import ByMeasure
from app.domain.plan import Plan, plan_of
from app.domain.protocol import Protocol
from app.domain.schedule import window
from app.domain.scores.news2 import News2, ScoreTable
from app.domain.situation import UNREADABLE, Situation
from app.domain.vocabulary import BINDING, Action, Class, Verdict, Why, gravest

NO_SCORE = News2(None, None, None, False, (), ())
_NEVER = datetime.max.replace(tzinfo=UTC)
EARLIER = "an earlier decision of this cycle or course"
MET, NOT_MET = Verdict.MET, Verdict.NOT_MET
RELATIVE, ABSOLUTE = Class.RELATIVE, Class.ABSOLUTE
# Names of our own: looking a member up on its class costs Python 3.11 more than comparing two decimals.


class Judged(NamedTuple):
    """What was found, the gravest action that any of it calls for, and until when it holds."""

    action: Action
    findings: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    rules: tuple[Rule, ...]
    counts: Counts
    news2: News2
    ends: datetime


def decide(situation: Situation, protocol: Protocol, news2: ScoreTable) -> Decision:
    """The decision for one dose at one moment; never raises."""
    try:
        judged = _judged(situation, protocol, news2)
    except Exception:  # noqa: BLE001 - invariant 1: any fault inside becomes a stored `incomplete`, never silence
        judged = _fault(situation, protocol)
    return _decision(situation, protocol, judged)


def _judged(situation: Situation, protocol: Protocol, news2: ScoreTable) -> Judged:
    if UNREADABLE in situation.unresolved:
        raise ValueError("the past of the course could not be read")
    plan, facts = plan_of(protocol), Facts(situation, protocol)
    findings = judge(plan, facts)
    telling = [finding for finding in findings if finding.verdict is not NOT_MET]
    met = [finding for finding in telling if finding.verdict is MET]
    if met:
        findings = _answered_elsewhere(protocol, findings, met)
        telling = [finding for finding in findings if finding.verdict is not NOT_MET]
    found, turns_stale = _points(plan, facts)
    missing = _missing(found, telling, (*_implausible(plan, facts, met), *_contradictory(plan, facts)))
    classes = [finding.criterion.cls for finding in met]
    rules = _rules(protocol, situation, classes)
    return Judged(
        action=_called(telling, missing, rules),
        findings=tuple(findings),
        missing=missing,
        rules=rules,
        counts=Counts(classes.count(RELATIVE), classes.count(ABSOLUTE), situation.held_doses),
        news2=_scored(news2, plan, facts),
        ends=min(turns_stale, situation.at + protocol.timing.validity),
    )


def _scored(news2: ScoreTable, plan: Plan, facts: Facts) -> News2:
    values = facts.values(news2.measures, plan.fresh_for)
    return news2.score(values, facts.situation.spo2_scale, facts.at_once())


def _fault(situation: Situation, protocol: Protocol) -> Judged:
    """Nothing was found but that the engine failed."""
    rules, missing = _earlier(situation), (Missing("engine", Why.FAULT, None),)
    counts = Counts(0, 0, situation.held_doses)
    ends = situation.at + protocol.timing.validity
    return Judged(_called([], missing, rules), (), missing, rules, counts, NO_SCORE, ends)


def _called(telling: Iterable[Finding], missing: tuple[Missing, ...], rules: Iterable[Rule]) -> Action:
    """The gravest action that a finding, a missing value or a rule calls for."""
    calls = [finding.action for finding in telling] + [rule.action for rule in rules]
    return gravest(*calls, Action.INCOMPLETE) if missing else gravest(*calls)


def _decision(situation: Situation, protocol: Protocol, judged: Judged) -> Decision:
    action, findings, missing, rules, counts, score, ends = judged
    times = window(situation.due_at, protocol.timing)
    provisional = situation.at < times.assess_at
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
        finding._replace(verdict=NOT_MET, action=Action.PROCEED, why=None)
        if finding.criterion.id in silent
        else finding
        for finding in findings
    ]


def _points(plan: Plan, facts: Facts) -> tuple[dict[str, Missing], datetime]:
    """The required point values that cannot be used, and the moment the first of the others turns stale."""
    found = {measure: Missing(measure, why, None) for measure, why in sorted(facts.refused.items())}
    turns_stale, latest = _NEVER, facts.latest
    for limit, measures in plan.points:
        edge, oldest = facts.at - limit, facts.at
        for measure in measures:
            beside = latest.get(measure)
            if beside is None:
                found.setdefault(measure, Missing(measure, Why.MISSING, None))
            elif (at := beside[-1].at) < oldest:
                if at < edge:
                    found.setdefault(measure, Missing(measure, Why.STALE, at))
                else:
                    oldest = at
        turns_stale = min(turns_stale, oldest + limit)
    return found, turns_stale


def _missing(found: dict[str, Missing], telling: list[Finding], doubtful: Iterable[Missing]) -> tuple[Missing, ...]:
    """What is required and cannot be used, each measure once: besides the point values, what is open or doubtful."""
    for finding in telling:
        if finding.why is not None and finding.blame not in found:
            found[finding.blame] = Missing(finding.blame, finding.why, finding.observed_at)
    for missing in doubtful:
        found.setdefault(missing.measure, missing)
    return tuple(found.values())


def _implausible(plan: Plan, facts: Facts, met: list[Finding]) -> list[Missing]:
    """Fine print 9: a vital sign or lab outside `warn` that meets no criterion is never "not met"."""
    odd: dict[str, Missing] = {}
    for measure, (low, high) in plan.limits:
        for reading in facts.latest.get(measure, ()):
            if isinstance(reading.value, Decimal) and not low <= reading.value <= high:
                odd[measure] = Missing(measure, Why.IMPLAUSIBLE, reading.at)
    answered = {finding.criterion.measure for finding in met}
    return [missing for measure, missing in odd.items() if measure not in answered]


def _contradictory(plan: Plan, facts: Facts) -> list[Missing]:
    """Latest values, or those within minutes of them, that cannot be true together; pressures of one moment only."""
    latest = facts.latest
    broken = [rule.measure for rule in plan.by_choice if _disagree(rule, latest)]
    broken += [rule.measure for rule in plan.above if _crossed(rule, latest)]
    return [Missing(name, Why.CONTRADICTORY, latest[name][-1].at) for name in broken]


def _disagree(rule: ByChoice, beside: ByMeasure) -> bool:
    """True where any of the numbers contradicts any of the choices."""
    choices = {reading.value for reading in beside.get(rule.choice, ())}
    return any(rule.denied(one.value, choice) for one in beside.get(rule.measure, ()) for choice in choices)


def _crossed(rule: Above, beside: ByMeasure) -> bool:
    """True where the upper is not above the highest lower of the same moment."""
    highest: dict[datetime, Decimal] = {}
    for reading in beside.get(rule.than, ()):
        if isinstance(reading.value, Decimal):
            highest[reading.at] = max(reading.value, highest.get(reading.at, reading.value))
    return any(rule.crossed(reading.value, highest.get(reading.at)) for reading in beside.get(rule.measure, ()))


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
