"""What does a protocol say, line by line, so that a clinician can check it against the paper?"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.class_words import class_words, verification_words
from app.domain.course import ProtocolPin
from app.domain.explain import label_words
from app.domain.limit_words import limit_words
from app.domain.protocol import Criterion, Protocol, Row
from app.domain.protocol_words import (
    Said,
    SourceLine,
    combination_words,
    dosing_words,
    notes_words,
    source_lines,
    timing_words,
)
from app.domain.source import Verification
from app.domain.window_words import span_words, window_words
from app.web.formats import first_upper
from app.web.presenters.verdict import Chip, action_chip
from app.web.recorded import recorded
from app.web.translate import _

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
        fingerprint=fingerprint(protocol.pin),
        coverage=_(protocol.coverage),
        count=sum(len(row.criteria) for row in protocol.rows),
    )


def fingerprint(pin: ProtocolPin) -> str:
    """The beginning of a text's hash."""
    return pin.sha256[:_SIGN]


def protocol_view(protocol: Protocol) -> ProtocolView:
    """The protocol laid open."""
    return ProtocolView(
        head=protocol_line(protocol),
        sha256=protocol.pin.sha256,
        uncovered=protocol.uncovered,
        systems=_systems(protocol),
        rules=combination_words(protocol),
        timing=timing_words(protocol),
        dosing=dosing_words(protocol),
        required=tuple(protocol.measures[name].label for name in protocol.required),
        sources=source_lines(protocol),
    )


def _systems(protocol: Protocol) -> tuple[SystemLines, ...]:
    systems: dict[str, list[Line]] = {}
    for row in protocol.rows:
        lines = systems.setdefault(row.system, [])
        lines += [_line(protocol, row, criterion) for criterion in row.criteria]
    return tuple(
        SystemLines(first_upper(_(name)), f"system-{number}", tuple(lines))
        for number, (name, lines) in enumerate(systems.items(), 1)
    )


def _line(protocol: Protocol, row: Row, criterion: Criterion) -> Line:
    source = criterion.source
    return Line(
        id=criterion.id,
        what=label_words(criterion, protocol.measures),
        window=window_words(row, criterion, protocol.measures),
        limit=first_upper(limit_words(criterion)),
        cls=first_upper(class_words(criterion.cls)),
        chip=action_chip(criterion.action),
        fresh=span_words(row.fresh_for),
        table=source.ref if source.table is None else f"{source.ref}, {source.table}",
        row=source.row,
        verified=first_upper(verification_words(criterion.verification)),
        doubtful=criterion.verification is not Verification.READ_AT_SOURCE,
        notes=tuple(recorded(one) if one == criterion.note else one for one in notes_words(protocol, row, criterion)),
    )
