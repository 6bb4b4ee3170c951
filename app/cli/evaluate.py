"""What do the criteria call for, for a request in a file or on standard input?

Needs no database and no server. With --jsonl every line of it gets exactly one line back: the decision, or the problem
document of a refusal.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import orjson
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from app.api.answers import decision_answer
from app.api.evaluating import read_request
from app.domain.decision import Decision, Finding
from app.domain.errors import DosewardError, Malformed
from app.domain.explain import (
    age_words,
    because,
    headline,
    label_words,
    silence_words,
    value_words,
    why_words,
)
from app.domain.limit_words import limit_words
from app.domain.protocol import Protocol
from app.domain.vocabulary import Verdict
from app.http.parser import parse_json
from app.http.problems import problem_of
from app.protocols.library import Library, load
from app.services import evaluating
from app.settings import Settings

_WORDS = {Verdict.MET: "MET", Verdict.UNKNOWN: "unknown", Verdict.NOT_MET: "not met"}


def evaluate(
    file: Annotated[
        Path | None, typer.Argument(help="The request as JSON, or with --jsonl one per line; - is standard input.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the decision as JSON.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read a request per line, print an answer per line.")] = False,
) -> None:
    """Evaluate a request: a table a physician can read, or JSON."""
    library = load(Settings().protocols)
    if jsonl:
        with _opened(file) as lines:
            raise typer.Exit(code=_lines(library, lines))
    with _opened(file) as whole:
        body = whole.read()
    decision, protocol, document = _decide(library, body)
    if json:
        _write(document)
    else:
        _print(decision, protocol, document["would_clear"])


def _opened(file: Path | None) -> BinaryIO:
    if file is None or str(file) == "-":
        return sys.stdin.buffer
    try:
        return file.open("rb")
    except OSError as fault:
        raise Malformed("unreadable_file", f"{file} cannot be read: {fault.strerror}.") from fault


def _decide(library: Library, body: bytes) -> tuple[Decision, Protocol, dict[str, Any]]:
    request = read_request(parse_json(body))
    decision, protocol = evaluating.evaluate(library, request)
    return decision, protocol, decision_answer(decision, protocol, request.last_given_at)


def _lines(library: Library, lines: BinaryIO) -> int:
    """Answers every line; 1 when any was refused."""
    refused = 0
    for line in lines:
        try:
            _, _, document = _decide(library, line.rstrip(b"\r\n"))
        except DosewardError as refusal:
            refused, document = 1, problem_of(refusal).document(None)
        _write(document)
    return refused


def _write(document: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(document) + b"\n")
    sys.stdout.buffer.flush()


def _print(decision: Decision, protocol: Protocol, clears: list[str]) -> None:
    console = Console(highlight=False)
    title = f"{decision.protocol.id} {decision.protocol.version}, dose due {decision.due_at:%d-%b-%Y %H:%M} UTC"
    table = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Verdict", "What", "Value", "Age", "Limit", "Class", "Source"):
        table.add_column(heading, overflow="fold")
    for finding in sorted(decision.findings, key=_gravity):
        table.add_row(*_row(finding, decision, protocol), style="bold" if finding.verdict is Verdict.MET else "")
    console.print(table)
    for sentence in because(decision, protocol.measures):
        console.print(sentence, markup=False)
    if (silence := silence_words(protocol)) is not None:
        console.print(silence, markup=False)
    if clears:
        console.print("\nWhat would clear it", style="bold")
        for sentence in clears:
            console.print(sentence, markup=False)
    console.print(f"\n{headline(decision)}", style="bold", markup=False)
    console.print("Doseward advises; people decide.")


def _gravity(finding: Finding) -> tuple[int, int]:
    order = (Verdict.MET, Verdict.UNKNOWN, Verdict.NOT_MET)
    return order.index(finding.verdict), -finding.action.rank


def _row(finding: Finding, decision: Decision, protocol: Protocol) -> tuple[str, ...]:
    criterion = finding.criterion
    charted = finding.observed_at is not None
    return (
        _WORDS[finding.verdict] if finding.why is None else f"{_WORDS[finding.verdict]}: {why_words(finding.why)}",
        label_words(criterion, protocol.measures),
        value_words(finding.value, criterion.unit) if charted else "",
        age_words(finding.observed_at, decision.at) if charted and criterion.period is None else "",
        limit_words(criterion),
        criterion.cls,
        f"{criterion.source.ref}, {criterion.verification.replace('_', ' ')}",
    )
