"""Why is the decision what it is, in words short enough for a glance?

Value and limit, without the source: the dose page says that too.
"""

from __future__ import annotations

from app.domain.decision import Decision, Finding, Missing, Rule
from app.domain.explain import compared_words, label_words, limit_said, value_words, why_words
from app.domain.limit_words import limit_words
from app.domain.measure import Measures
from app.domain.vocabulary import Action, Class, Why
from app.web.presenters.setting import Setting
from app.web.translate import _, mark, several

_LONG = 60
"""A limit of more letters is a list of choices: the value says which of them it is."""
_FIRST = 3
_NOT_THERE = (Why.MISSING, Why.STALE, Why.COVERAGE)
"""A value that is there and that no row covers says more of the patient than one that nobody has taken lately."""
_RULES = {
    "window_closed": mark("The time in which this dose may be given is over"),
    "held_occasions": mark("Held on as many occasions as end the cycle"),
    "earlier_decision": mark("An earlier decision of this cycle still binds"),
}
_IF_DUE_NOW = {"held_occasions": mark("Held occasions that would end the cycle")}


def finding_words(finding: Finding, measures: Measures, setting: Setting | None = None) -> str:
    """`Creatinine 2.6 mg/dL at 13:40 (limit 2.5 to below 3.0 mg/dL)`; without a setting the time is left out."""
    criterion = finding.criterion
    said = f"{compared_words(finding, measures)}{'' if setting is None else _at(finding, setting)}"
    if criterion.cls is Class.UNCOVERED or len(limit_words(criterion)) > _LONG or isinstance(finding.value, str):
        return said
    return f"{said}{limit_said(finding)}"


def _at(finding: Finding, setting: Setting) -> str:
    """When it was so; a volume has its period in the limit."""
    if finding.carried or finding.observed_at is None or finding.criterion.period is not None:
        return ""
    return _(" at {at}").format(at=setting.at(finding.observed_at))


def missing_words(missing: Missing, decision: Decision, measures: Measures) -> str:
    """`Temperature: not recorded`; with the value where there is one that cannot be used."""
    label = measures[missing.measure].label if missing.measure in measures else _("Evaluation")
    found = (f for f in decision.open() if f.blame == missing.measure == f.criterion.measure and f.value is not None)
    unusable = next(found, None)
    said = label
    if unusable is not None:
        value = value_words(unusable.value, unusable.criterion.unit)
        said = f"{label_words(unusable.criterion, measures)}, {value}"
    return f"{said}: {why_words(missing.why)}"


def met_reasons(decision: Decision, measures: Measures, setting: Setting | None = None) -> tuple[str, ...]:
    """The criteria and rules that are met, gravest first; with a setting each value says when it was observed."""
    return tuple(words for _action, words in sorted(_met(decision, measures, setting), key=_graver))


def short_reasons(decision: Decision, measures: Measures, setting: Setting | None = None) -> tuple[str, ...]:
    """Every reason, those first that call for what was decided; none when nothing speaks against the dose.

    With a setting each value says when it was observed.
    """
    found = _met(decision, measures, setting)
    lacking = sorted(decision.missing, key=lambda missing: missing.why in _NOT_THERE)
    found += [(Action.INCOMPLETE, missing_words(missing, decision, measures)) for missing in lacking]
    return tuple(words for _action, words in sorted(found, key=_graver))


def shortened(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The first three, and how many more there are: what fills a sheet of paper is read by nobody."""
    rest = len(lines) - _FIRST
    return lines if rest <= 0 else (*lines[:_FIRST], _("and {number} more").format(number=rest))


def _met(decision: Decision, measures: Measures, setting: Setting | None = None) -> list[tuple[Action, str]]:
    found = [(finding.action, finding_words(finding, measures, setting)) for finding in decision.met()]
    return found + [(rule.action, rule_words(rule, decision)) for rule in decision.rules]


def _graver(reason: tuple[Action, str]) -> int:
    return -reason[0].rank


def rule_words(rule: Rule, decision: Decision) -> str:
    named = _RULES | _IF_DUE_NOW if decision.provisional else _RULES
    if rule.name in named:
        return _(named[rule.name])
    count, _sep, cls = rule.name.partition("_")
    return _("At least {count} {cls} criteria at once").format(count=count, cls=cls)


def first_reason(decision: Decision, measures: Measures) -> str:
    """The gravest reason, and how many more there are."""
    found = short_reasons(decision, measures)
    if not found:
        return _("Every required value is present and fresh")
    if len(found) == 1:
        return found[0]
    more = several("{number} more reason", "{number} more reasons", len(found) - 1)
    return _("{first}; {more}").format(first=found[0], more=more)
