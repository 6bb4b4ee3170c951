"""Why is the decision what it is, in words short enough for a glance?

Value and limit, without the source: the dose page says that too.
"""

from __future__ import annotations

from app.domain.decision import Decision, Finding, Missing, Rule
from app.domain.explain import label_words, value_words, why_words
from app.domain.measure import Measures
from app.domain.vocabulary import Action, Class
from app.web.presenters.limits import threshold_words
from app.web.translate import _, mark

_LONG = 60
"""A limit of more letters is a list of choices: the value says which of them it is."""
_RULES = {
    "window_closed": mark("The time in which this dose may be given is over"),
    "held_occasions": mark("Held on as many occasions as end the cycle"),
    "earlier_decision": mark("An earlier decision of this cycle still binds"),
}


def finding_words(finding: Finding, measures: Measures) -> str:
    """`Urine output 60 mL in the 8 h before (limit below 80 mL in 8 h)`."""
    criterion = finding.criterion
    if finding.value is True:
        return label_words(criterion, measures)
    said = said_words(finding, measures)
    limit = threshold_words(criterion)
    if criterion.cls is Class.UNCOVERED or len(limit) > _LONG or isinstance(finding.value, str):
        return said
    return _("{said} (limit {limit})").format(said=said, limit=limit)


def said_words(finding: Finding, measures: Measures) -> str:
    """`Heart rate 125 /min`."""
    criterion = finding.criterion
    return f"{label_words(criterion, measures)} {value_words(finding.value, criterion.unit)}"


def missing_words(missing: Missing, decision: Decision, measures: Measures) -> str:
    """`Temperature: not recorded`; with the value where there is one that cannot be used."""
    label = measures[missing.measure].label if missing.measure in measures else _("Evaluation")
    found = (f for f in decision.open() if f.blame == missing.measure == f.criterion.measure and f.value is not None)
    unusable = next(found, None)
    said = label if unusable is None else said_words(unusable, measures)
    return f"{said}: {why_words(missing.why)}"


def met_reasons(decision: Decision, measures: Measures) -> tuple[str, ...]:
    """The criteria and rules that are met, gravest first."""
    return tuple(words for _action, words in sorted(_met(decision, measures), key=_graver))


def short_reasons(decision: Decision, measures: Measures) -> tuple[str, ...]:
    """Every reason, those first that call for what was decided; none when nothing speaks against the dose."""
    found = _met(decision, measures)
    found += [(Action.INCOMPLETE, missing_words(missing, decision, measures)) for missing in decision.missing]
    return tuple(words for _action, words in sorted(found, key=_graver))


def _met(decision: Decision, measures: Measures) -> list[tuple[Action, str]]:
    found = [(finding.action, finding_words(finding, measures)) for finding in decision.met()]
    return found + [(rule.action, rule_words(rule)) for rule in decision.rules]


def _graver(reason: tuple[Action, str]) -> int:
    return -reason[0].rank


def rule_words(rule: Rule) -> str:
    if rule.name in _RULES:
        return _(_RULES[rule.name])
    count, _sep, cls = rule.name.partition("_")
    return _("At least {count} {cls} criteria at once").format(count=count, cls=cls)


def first_reason(decision: Decision, measures: Measures) -> str:
    """The gravest reason, and how many more there are."""
    found = short_reasons(decision, measures)
    if not found:
        return _("Every required value is present and fresh")
    if len(found) == 1:
        return found[0]
    return _("{first} and {more} more").format(first=found[0], more=len(found) - 1)
