"""What does a protocol say, as a Markdown table that a clinician checks line by line against the paper?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.class_words import verification_words
from app.domain.explain import SHOWN_AS, label_words
from app.domain.limit_words import limit_words
from app.domain.protocol import Criterion, Protocol, Row
from app.domain.protocol_words import (
    Said,
    combination_words,
    dosing_words,
    notes_words,
    source_lines,
    timing_words,
)
from app.domain.window_words import span_words, window_words

_CRITERIA = (
    "System",
    "Measure",
    "Over which values",
    "Class",
    "Limit",
    "Calls for",
    "Fresh for",
    "Required",
    "Source",
    "Verification",
    "Note",
)
_SAYS = ("What", "Says", "Source")


def markdown_table(protocol: Protocol) -> str:
    """One line per criterion, then combination, timing, dosing, what is required, and the sources."""
    pin = protocol.pin
    parts = [
        f"# {protocol.title}",
        f"`{pin.id}` version {pin.version}, coverage: {protocol.coverage}. SHA-256 of the text: `{pin.sha256}`.",
        "Not clinical advice: it needs a local clinical sign-off before real use.",
        *_uncovered(protocol),
        "## Criteria",
        _table(_CRITERIA, (_line(protocol, row, one) for row in protocol.rows for one in row.criteria)),
        "## How criteria combine",
        "The gravest wins. A required value that is missing or too old makes the dose one that cannot be evaluated.",
        _said(combination_words(protocol)),
        "## Timing",
        _said(timing_words(protocol)),
        "## Dosing",
        _said(dosing_words(protocol)),
        "## Values every decision needs",
        ", ".join(protocol.measures[name].label for name in protocol.required) + ".",
        "## Sources",
        "\n".join(f"- {one.ref}: {one.citation} <{one.url}>" for one in source_lines(protocol)),
    ]
    return "\n\n".join(parts) + "\n"


def _uncovered(protocol: Protocol) -> list[str]:
    if not protocol.uncovered:
        return []
    listed = "\n".join(f"- {system}" for system in protocol.uncovered)
    return ["**Not covered: these parts of the source could not be read.**", listed]


def _line(protocol: Protocol, row: Row, criterion: Criterion) -> tuple[str, ...]:
    return (
        criterion.system,
        label_words(criterion, protocol.measures),
        "; ".join(window_words(row, criterion, protocol.measures)),
        str(criterion.cls),
        limit_words(criterion),
        SHOWN_AS[criterion.action],
        span_words(row.fresh_for),
        "when taken" if row.when_taken else "yes",
        criterion.source.citation,
        verification_words(criterion.verification),
        " ".join(_sentence(note) for note in notes_words(protocol, row, criterion)),
    )


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?")) else f"{words}."


def _said(lines: Iterable[Said]) -> str:
    return _table(_SAYS, lines)


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in line] for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
