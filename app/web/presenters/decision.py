"""On what grounds was it decided: every criterion with its value, limit, source and age, and what is missing?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.assess import last_given
from app.domain.class_words import class_words, verification_words
from app.domain.clearing import would_clear
from app.domain.decision import Decision, Finding, Missing
from app.domain.explain import asked, label_words, news2_words, silence_words, value_words, why_words
from app.domain.limit_words import limit_words
from app.domain.protocol import Protocol
from app.domain.vocabulary import Action, Verdict, Why
from app.web.chart import Chart
from app.web.formats import first_upper
from app.web.presenters.reasons import rule_words
from app.web.presenters.setting import Setting
from app.web.recorded import around, recorded
from app.web.translate import _, mark, several

_VERDICTS = {Verdict.MET: mark("Met"), Verdict.UNKNOWN: mark("Cannot be judged"), Verdict.NOT_MET: mark("Not met")}
_CALLS = {
    Action.CAUTION: mark("caution"),
    Action.INCOMPLETE: mark("cannot evaluate"),
    Action.HOLD: mark("hold"),
    Action.SKIP: mark("skip"),
    Action.STOP: mark("stop the cycle"),
    Action.DISCONTINUE: mark("discontinue"),
}
_NO_TOTAL = (Why.COVERAGE, Why.OVERLAP)
"""Something was charted, and yet there is no figure for the period."""


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion as it was judged; `verdict` names the colour of the row."""

    label: str
    value: str
    seen: str
    limit: str
    calls: str
    verdict: str
    verdict_words: str
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class SystemLines:
    """The criteria of one organ system that are not met."""

    system: str
    lines: tuple[CriterionLine, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision laid open: the criteria `met`, those not to be judged (`open`), and the `silent` others by system."""

    met: tuple[CriterionLine, ...]
    open: tuple[CriterionLine, ...]
    open_words: str
    silent: tuple[SystemLines, ...]
    silent_count: int
    missing: tuple[str, ...]
    rules: tuple[str, ...]
    asks: tuple[str, ...]
    would_clear: tuple[str, ...]
    silence: str | None
    counts: str
    news2: str
    news2_missing: str
    protocol: str
    engine: str


def decision_view(
    decision: Decision, protocol: Protocol, setting: Setting, last_given_at: datetime | None
) -> DecisionView:
    """Everything about a decision but the verdict, which is read last; `last_given_at` is the dose before it."""
    silent = [finding for finding in decision.findings if finding.verdict is Verdict.NOT_MET]
    asks = dict.fromkeys(asked(decision))
    absent = ", ".join(setting.label(name) for name in decision.news2.missing)
    return DecisionView(
        met=tuple(_line(finding, setting) for finding in decision.met()),
        open=tuple(_line(finding, setting) for finding in decision.open()),
        open_words=several(
            "Cannot be judged: {number} criterion, with value, limit, age and source",
            "Cannot be judged: {number} criteria, with value, limit, age and source",
            len(decision.open()),
        ),
        silent=_by_system(silent, setting),
        silent_count=len(silent),
        missing=tuple(_missing(missing, setting) for missing in decision.missing),
        rules=tuple(rule_words(rule, decision) for rule in decision.rules),
        asks=tuple(asks),
        would_clear=would_clear(decision, protocol, last_given_at),
        silence=silence_words(protocol),
        counts=_(
            "{relative} relative and {absolute} absolute criteria met; {held} doses held before in this cycle"
        ).format(relative=decision.counts.relative, absolute=decision.counts.absolute, held=decision.counts.held_doses),
        news2=news2_words(decision),
        news2_missing=_("Missing for the score: {measures}").format(measures=absent) if absent != "" else "",
        protocol=_("{id} version {version} (fingerprint {sha})").format(
            id=decision.protocol.id, version=decision.protocol.version, sha=decision.protocol.sha256[:12]
        ),
        engine=decision.engine,
    )


def grounds_of(chart: Chart, dose_id: str, decision: Decision) -> DecisionView:
    """The decision of a dose of the chart, laid open."""
    case = chart.case
    return decision_view(decision, case.protocol, chart.setting, last_given(case.sheet, dose_id, decision.at))


def clears_besides(chart: Chart, dose_id: str, decision: Decision) -> tuple[str, ...]:
    """What would clear it besides what is missing, where that is listed by itself."""
    case = chart.case
    return would_clear(replace(decision, missing=()), case.protocol, last_given(case.sheet, dose_id, decision.at))


def _by_system(found: Iterable[Finding], setting: Setting) -> tuple[SystemLines, ...]:
    systems: dict[str, list[CriterionLine]] = {}
    for finding in found:
        systems.setdefault(finding.criterion.system, []).append(_line(finding, setting))
    return tuple(SystemLines(first_upper(_(system)), tuple(lines)) for system, lines in systems.items())


def _line(finding: Finding, setting: Setting) -> CriterionLine:
    criterion = finding.criterion
    return CriterionLine(
        label=label_words(criterion, setting.measures),
        value=_value(finding),
        seen=_seen(finding, setting),
        limit=first_upper(limit_words(criterion)),
        calls=_("{cls}: {action}").format(
            cls=first_upper(class_words(criterion.cls)), action=_(_CALLS[criterion.action])
        ),
        verdict=finding.verdict,
        verdict_words=_(_VERDICTS[finding.verdict]),
        source=around(
            "{source} ({sure})",
            source=recorded(criterion.source.citation),
            sure=verification_words(criterion.verification),
        ),
        why="" if finding.why is None else first_upper(why_words(finding.why)),
    )


def _value(finding: Finding) -> str:
    if finding.carried:
        return _("set before and not cleared since")
    return _("no total") if finding.why in _NO_TOTAL else value_words(finding.value, finding.criterion.unit)


def _seen(finding: Finding, setting: Setting) -> str:
    if finding.carried:
        return ""
    if finding.criterion.period is not None and finding.value is not None:
        return _("in the {period} before").format(period=finding.criterion.period)
    if finding.observed_at is None:
        return _("never recorded") if finding.value is None else ""
    return f"{setting.at(finding.observed_at)}, {setting.ago(finding.observed_at)}"


def _missing(missing: Missing, setting: Setting) -> str:
    words = f"{setting.label(missing.measure)}: {why_words(missing.why)}"
    if missing.observed_at is None:
        return words
    return _("{words} (last {at}, {ago})").format(
        words=words, at=setting.at(missing.observed_at), ago=setting.ago(missing.observed_at)
    )
