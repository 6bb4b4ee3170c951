"""What about a decision must somebody be told, and is it news?

One open alert per course and key: a repeat counts, a worse one is raised again, an acknowledged one stays quiet for its
dose until it is worse. A provisional decision raises nothing but what counts at any hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from app.domain.alert import Alert
from app.domain.decision import Decision, Finding
from app.domain.explain import SHOWN_AS, compared_words, limit_said
from app.domain.measure import Measures
from app.domain.vocabulary import Action, AlertKind, Level, Verdict, Why

_LOUD = (Action.STOP, Action.DISCONTINUE)
_QUIET_RULES = ("earlier_decision",)
_SURE_OF = ("engine_fault", "window_closed")
"""What a decision knows also where values are missing: that it did not fail, and the time."""


class Concern(NamedTuple):
    """One thing worth an alert: what it is about, how loud, what it calls for, and the sentence.

    `about` names the criteria that call for nothing by themselves and are told of by this one alone.
    """

    key: str
    level: Level
    action: Action
    summary: str
    about: frozenset[str] = frozenset()


class News(NamedTuple):
    """A concern, the alert it belongs to (None: a new one), and what happens to that alert."""

    concern: Concern
    alert: Alert | None
    kind: AlertKind


def concerns(decision: Decision, dose_number: int, measures: Measures) -> tuple[Concern, ...]:
    """Everything in the decision that somebody must be told, gravest first."""
    found = [
        Concern(finding.criterion.id, _level(finding.action), finding.action, _sentence(finding, dose_number, measures))
        for finding in (*decision.met(), *decision.open())
        if _at_any_time(finding) or (not decision.provisional and _calls(finding.action))
    ]
    if any(missing.why is Why.FAULT for missing in decision.missing):
        sentence = f"Dose {dose_number}: the evaluation failed. Decide without the program and report it."
        found.append(Concern("engine_fault", Level.HIGH_PRIORITY, Action.INCOMPLETE, sentence))
    if not decision.provisional:
        about = frozenset(one.criterion.id for one in decision.met() if not _calls(one.action))
        found += [
            Concern(
                rule.name,
                _level(rule.action),
                rule.action,
                f"Dose {dose_number}: {_rule_words(rule.name, rule.action)}",
                about,
            )
            for rule in decision.rules
            if _calls(rule.action) and rule.name not in _QUIET_RULES
        ]
    return tuple(sorted(found, key=lambda concern: -concern.action.rank))


def news(
    found: tuple[Concern, ...],
    alerts: Iterable[Alert],
    dose_id: str,
    aside: Mapping[str, frozenset[str]] = MappingProxyType({}),
    *,
    over: Callable[[str], bool],
) -> tuple[News, ...]:
    """What the concerns do to the alerts of the course: raise, worsen, repeat; and which conditions have cleared.

    A decision clears only what a decision raised and what is `over` by its key. `aside` says of each alert that is put
    aside which criteria were met then: another one is not what the person who put it aside knew of.
    """
    known = {alert.key: alert for alert in alerts if alert.open or alert.dose_id == dose_id}
    told = [item for concern in found if (item := _one(concern, known.get(concern.key), aside)) is not None]
    keys = {concern.key for concern in found}
    gone = [
        alert
        for alert in known.values()
        if not alert.resolved and alert.key not in keys and ":" not in alert.key and alert.decision_id is not None
    ]
    cleared = [
        News(Concern(alert.key, alert.level, alert.action, alert.summary), alert, AlertKind.CLEARED)
        for alert in gone
        if over(alert.key)
    ]
    return (*told, *cleared)


def is_over(decision: Decision, key: str) -> bool:
    """True where the decision has judged that what a key stands for is so no longer: what it cannot judge, may be."""
    if decision.provisional:
        return False
    finding = next((one for one in decision.findings if one.criterion.id == key), None)
    if finding is not None:
        doubtful = {one.measure for one in decision.missing}
        return finding.verdict is not Verdict.UNKNOWN and finding.criterion.measure not in doubtful
    return key in _SURE_OF or not decision.missing


def _one(concern: Concern, alert: Alert | None, aside: Mapping[str, frozenset[str]]) -> News | None:
    if alert is None:
        return News(concern, None, AlertKind.RAISED)
    worse = concern.action.rank > alert.action.rank
    if alert.open:
        another = alert.id in aside and not concern.about <= aside[alert.id]
        return News(concern, alert, AlertKind.WORSENED if worse or another else AlertKind.REPEATED)
    return News(concern, None, AlertKind.RAISED) if worse or alert.cleared is not None else None


def _at_any_time(finding: Finding) -> bool:
    """Some findings alert at any hour, also where the protocol has no row that says what they call for."""
    happened = finding.verdict is Verdict.MET or finding.why is Why.UNCOVERED
    loud = finding.criterion.any_time
    return happened and (finding.value in loud or finding.criterion.cls in loud)


def _calls(action: Action) -> bool:
    return action.rank >= Action.HOLD.rank


def _level(action: Action) -> Level:
    return Level.HIGH_PRIORITY if action in _LOUD else Level.PRIORITY


def _sentence(finding: Finding, dose_number: int, measures: Measures) -> str:
    said = f"{compared_words(finding, measures)}{limit_said(finding)}"
    return f"Dose {dose_number}: {SHOWN_AS[finding.action]}. {said}."


def _rule_words(name: str, action: Action) -> str:
    reasons = {
        "window_closed": "the time in which it may be given is over.",
        "held_occasions": "held on as many occasions as end the cycle.",
    }
    return f"{SHOWN_AS[action]}: {reasons.get(name, 'several criteria are met at once.')}"
