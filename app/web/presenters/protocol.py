"""What does a protocol say, line by line, so that a clinician can check it against the paper?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta

from app.domain.explain import SHOWN_AS, class_words, label_words
from app.domain.protocol import CountRule, Criterion, HeldRule, Protocol, Row, Verification
from app.domain.vocabulary import Class
from app.web.formats import first_upper, length_words, number_words
from app.web.presenters.decision import VERIFIED
from app.web.presenters.limits import threshold_words
from app.web.presenters.protocol_words import days_words, unless_words, window_words
from app.web.presenters.verdict import Chip, action_chip
from app.web.translate import _

_MINUTE = timedelta(minutes=1)
_SIGN = 12
"""So many characters of a fingerprint are compared by eye; the whole stands on the protocol's page."""


@dataclass(frozen=True, slots=True)
class ProtocolLine:
    """One protocol in the list."""

    id: str
    title: str
    version: str
    fingerprint: str
    coverage: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion. `verification` names how sure we are, `doubtful` what is not printed in the source."""

    id: str
    what: str
    window: tuple[str, ...]
    limit: str
    cls: str
    chip: Chip
    fresh: str
    table: str
    row: str
    verified: str
    doubtful: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SystemLines:
    """The criteria of one organ system."""

    name: str
    id: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One statement with where it is printed."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source of the protocol: the name rows give it, the citation, its address."""

    ref: str
    citation: str
    url: str


@dataclass(frozen=True, slots=True)
class ProtocolView:
    """Everything a protocol says."""

    head: ProtocolLine
    sha256: str
    uncovered: tuple[str, ...]
    systems: tuple[SystemLines, ...]
    rules: tuple[Said, ...]
    timing: tuple[Said, ...]
    dosing: tuple[Said, ...]
    required: tuple[str, ...]
    sources: tuple[SourceLine, ...]


def protocol_line(protocol: Protocol) -> ProtocolLine:
    """The protocol in brief."""
    return ProtocolLine(
        id=protocol.pin.id,
        title=protocol.title,
        version=protocol.pin.version,
        fingerprint=protocol.pin.sha256[:_SIGN],
        coverage=protocol.coverage,
        count=sum(len(row.criteria) for row in protocol.rows),
    )


def protocol_view(protocol: Protocol) -> ProtocolView:
    """The protocol laid open."""
    return ProtocolView(
        head=protocol_line(protocol),
        sha256=protocol.pin.sha256,
        uncovered=protocol.uncovered,
        systems=_systems(protocol),
        rules=_rules(protocol),
        timing=_timing(protocol),
        dosing=_dosing(protocol),
        required=tuple(protocol.measures[name].label for name in protocol.required),
        sources=_sources(protocol),
    )


def _systems(protocol: Protocol) -> tuple[SystemLines, ...]:
    systems: dict[str, list[Line]] = {}
    for row in protocol.rows:
        lines = systems.setdefault(row.system, [])
        lines += [_line(protocol, row, criterion) for criterion in row.criteria]
    return tuple(
        SystemLines(first_upper(name), f"system-{number}", tuple(lines))
        for number, (name, lines) in enumerate(systems.items(), 1)
    )


def _line(protocol: Protocol, row: Row, criterion: Criterion) -> Line:
    source = criterion.source
    return Line(
        id=criterion.id,
        what=label_words(criterion, protocol.measures),
        window=window_words(row, protocol.measures),
        limit=first_upper(threshold_words(criterion)),
        cls=first_upper(class_words(criterion.cls)),
        chip=action_chip(criterion.action),
        fresh=length_words(row.fresh_for),
        table=source.ref if source.table is None else f"{source.ref}, {source.table}",
        row=source.row,
        verified=first_upper(_(VERIFIED[criterion.verification])),
        doubtful=criterion.verification is not Verification.READ_AT_SOURCE,
        notes=_notes(protocol, row, criterion),
    )


def _notes(protocol: Protocol, row: Row, criterion: Criterion) -> tuple[str, ...]:
    any_time = [value for value in criterion.any_time if criterion.holds(value)]
    said = [criterion.note or "", unless_words(row, protocol)]
    if criterion.ask is not None:
        said.append(_("While it cannot be judged: {ask}").format(ask=criterion.ask))
    if any_time:
        said.append(_("Raises an alert at any hour, not only before a dose."))
    return tuple(words for words in said if words != "")


def _rules(protocol: Protocol) -> tuple[Said, ...]:
    calls = {criterion.cls: criterion.action for row in protocol.rows for criterion in row.criteria}
    said = [Said(_one(cls), SHOWN_AS[action], "") for cls, action in calls.items()]
    said += [_count(rule) for rule in protocol.count_rules]
    return tuple(said if protocol.held_rule is None else [*said, _held(protocol.held_rule)])


def _one(cls: Class) -> str:
    if cls is Class.UNCOVERED:
        return _("A state that the source has no row for")
    return _("One {cls} criterion").format(cls=cls)


def _count(rule: CountRule) -> Said:
    label = _("{count} {cls} criteria or more at once").format(count=rule.at_least, cls=rule.cls)
    return Said(label, SHOWN_AS[rule.action], f"{rule.source.citation} ({_(VERIFIED[rule.verification])})")


def _held(rule: HeldRule) -> Said:
    label = _("Dose held on {count} occasions of the cycle").format(count=rule.at_least)
    return Said(label, SHOWN_AS[rule.action], rule.source.citation)


def _timing(protocol: Protocol) -> tuple[Said, ...]:
    timing, dosing = protocol.timing, protocol.dosing
    site = timing.source.citation
    return (
        Said(_("Between doses"), length_words(timing.interval), dosing.source.citation),
        Said(_("Assessed from, before the due time"), length_words(timing.assess_before), site),
        Said(_("May be given early by"), length_words(timing.early_limit), site),
        Said(_("May be given late by"), length_words(timing.delay_limit), site),
        Said(_("A decision stands for"), length_words(timing.validity), site),
        Said(_("Readings so close together must agree"), length_words(timing.discordant_within), site),
        Said(_("A baseline may be taken before admission by"), length_words(timing.admission_lookback), site),
    )


def _dosing(protocol: Protocol) -> tuple[Said, ...]:
    dosing = protocol.dosing
    source = dosing.source.citation
    amount = _("{amount} units/kg of {drug} over {minutes} min").format(
        amount=number_words(dosing.units_per_kg), drug=dosing.drug, minutes=dosing.infusion // _MINUTE
    )
    return (
        Said(_("Each dose"), amount, source),
        Said(_("Doses in a cycle, at most"), str(dosing.dose_cap), source),
        Said(_("Doses in a course, at most"), str(dosing.course_cap), source),
        Said(_("A cycle lasts at most"), length_words(dosing.cycle_window), source),
        Said(_("Rest between the cycles, at least"), days_words(dosing.rest_days), source),
        Said(_("Before another course, at least"), days_words(dosing.retreatment_days), source),
    )


def _sources(protocol: Protocol) -> tuple[SourceLine, ...]:
    named = tomllib.loads(protocol.document.decode())["source"]
    return tuple(SourceLine(ref, one["citation"], one["url"]) for ref, one in named.items())
