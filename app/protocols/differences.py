"""In what do two protocols, or two versions of one, differ, and which worked cases does that move?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.class_words import verification_words
from app.domain.engine import decide
from app.domain.explain import SHOWN_AS, label_words
from app.domain.limit_words import limit_words
from app.domain.protocol import Criterion, Protocol, Row
from app.domain.protocol_words import (
    Said,
    combination_words,
    dosing_words,
    notes_words,
    timing_words,
)
from app.domain.scores.news2 import ScoreTable
from app.domain.vocabulary import Action
from app.domain.window_words import span_words, window_words
from app.protocols.cases import Case


@dataclass(frozen=True, slots=True)
class Moved:
    """Something both have, said in other words: `aspect` of `what` was `before` and is `after`, "" for nothing."""

    what: str
    aspect: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second protocol has and the first has not, the other way round, and what reads otherwise."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class MovedCase:
    """A worked case that the two answer differently."""

    name: str
    before: Action
    after: Action


def differences(old: Protocol, new: Protocol) -> Difference:
    """Criteria matched by id; a criterion whose row only gave it another class has moved."""
    before, after = _criteria(old), _criteria(new)
    renamed = _renamed(before, after)
    paired = {name: name for name in before if name in after} | renamed
    gone = [name for name in before if name not in paired]
    come = [name for name in after if name not in paired.values()]
    moved = [one for name, other in paired.items() for one in _moved(other, before[name], after[other])]
    return Difference(
        added=tuple(_in_brief(name, after[name]) for name in come),
        removed=tuple(_in_brief(name, before[name]) for name in gone),
        moved=(*moved, *_said(old, new), *_whole(old, new)),
    )


def moved_cases(old: Protocol, new: Protocol, cases: Iterable[Case], news2: ScoreTable) -> tuple[MovedCase, ...]:
    """Every case whose action differs, in the order of the files."""
    answered = [(case.name, _action(case, old, news2), _action(case, new, news2)) for case in cases]
    return tuple(MovedCase(*one) for one in answered if one[1] is not one[2])


def _action(case: Case, protocol: Protocol, news2: ScoreTable) -> Action:
    return decide(case.situation, protocol, news2).action


def _criteria(protocol: Protocol) -> dict[str, dict[str, str]]:
    return {one.id: _aspects(protocol, row, one) for row in protocol.rows for one in row.criteria}


def _aspects(protocol: Protocol, row: Row, criterion: Criterion) -> dict[str, str]:
    return {
        "row": row.id,
        "measure": label_words(criterion, protocol.measures),
        "limit": limit_words(criterion),
        "class": str(criterion.cls),
        "calls for": SHOWN_AS[criterion.action],
        "over which values": "; ".join(window_words(row, criterion, protocol.measures)),
        "fresh for": span_words(row.fresh_for),
        "system": criterion.system,
        "source": criterion.source.citation,
        "verification": verification_words(criterion.verification),
        "note": " ".join(notes_words(protocol, row, criterion)),
    }


def _renamed(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Criteria of one row with one limit under two classes."""
    gone = {name: one for name, one in before.items() if name not in after}
    come = {(one["row"], one["limit"]): name for name, one in after.items() if name not in before}
    found = {name: come.get((one["row"], one["limit"])) for name, one in gone.items()}
    return {name: other for name, other in found.items() if other is not None}


def _moved(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[Moved]:
    return [Moved(name, aspect, before[aspect], after[aspect]) for aspect in after if before[aspect] != after[aspect]]


def _in_brief(name: str, one: Mapping[str, str]) -> str:
    return f"{name}: {one['measure']}: {one['limit']} ({one['class']}, calls for: {one['calls for']}; {one['source']})"


def _said(old: Protocol, new: Protocol) -> list[Moved]:
    parts = {"combination": combination_words, "timing": timing_words, "dosing": dosing_words}
    return [
        moved
        for part, words in parts.items()
        for moved in _statements(part, _by_label(words(old)), _by_label(words(new)))
    ]


def _by_label(lines: Iterable[Said]) -> dict[str, str]:
    return {
        line.label: " ".join(filter(None, (line.value, f"({line.source})" if line.source else ""))) for line in lines
    }


def _statements(part: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[Moved]:
    labels = dict.fromkeys((*before, *after))
    pairs = [(label, before.get(label, ""), after.get(label, "")) for label in labels]
    return [Moved(part, label, old, new) for label, old, new in pairs if old != new]


def _whole(old: Protocol, new: Protocol) -> list[Moved]:
    """What is said of a protocol as a whole."""
    pairs = {
        "coverage": (old.coverage, new.coverage),
        "not covered": (", ".join(old.uncovered), ", ".join(new.uncovered)),
        "required": (_required(old), _required(new)),
    }
    return [Moved("protocol", aspect, before, after) for aspect, (before, after) in pairs.items() if before != after]


def _required(protocol: Protocol) -> str:
    return ", ".join(protocol.measures[name].label for name in protocol.required)
