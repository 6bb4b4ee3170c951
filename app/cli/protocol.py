"""What can be done with a protocol file before a ward uses it: check it, compare it, print it for the paper?

None of it needs a database or a server.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.domain.protocol import Protocol
from app.protocols.cases import every_case
from app.protocols.differences import Difference, Moved, differences, moved_cases
from app.protocols.library import Library, load
from app.protocols.table import markdown_table
from app.settings import Settings

protocol = typer.Typer(no_args_is_help=True, help="Protocol files: check, compare, print.")
Named = Annotated[str, typer.Argument(help="The id of a protocol, or a file.")]


@protocol.callback()
def _group() -> None:
    """Protocol files: check, compare, print."""


@protocol.command("check")
def check(file: Annotated[Path, typer.Argument(help="A protocol file.")]) -> None:
    """Read a file with the checks of every protocol; a refusal names the file and the key."""
    pin = load().checked(file).pin
    typer.echo(f"{pin.id} {pin.version} {pin.sha256}: whole")


@protocol.command("diff")
def diff(a: Named, b: Named) -> None:
    """Say what B has that A has not, what it lacks, what reads otherwise, and which worked cases that moves."""
    library = load(Settings().protocols)
    old, new = named(library, a), named(library, b)
    typer.echo(f"{_title(old)} -> {_title(new)}")
    _print(differences(old, new))
    cases = every_case(library.measures)
    moved = moved_cases(old, new, cases, library.news2)
    typer.echo(f"\nWorked cases whose action differs: {len(moved)} of {len(cases)}")
    for case in moved:
        typer.echo(f"{case.name}: {case.before} -> {case.after}")


@protocol.command("table")
def table(name: Named) -> None:
    """Print the Markdown table to check against the paper."""
    typer.echo(markdown_table(named(load(Settings().protocols), name)), nl=False)


def named(library: Library, name: str) -> Protocol:
    """The newest version of the protocol with this id, or else that of a file; raises NotFound, ProtocolRefused."""
    if name not in library.protocols and (name.endswith(".toml") or Path(name).exists()):
        return library.read(Path(name))
    return library.protocol(name)


def _title(one: Protocol) -> str:
    return f"{one.pin.id} {one.pin.version} ({one.pin.sha256[:12]})"


def _print(found: Difference) -> None:
    for heading, sign, lines in (("added", "+", found.added), ("removed", "-", found.removed)):
        typer.echo(f"\nCriteria {heading}: {len(lines)}")
        for line in lines:
            typer.echo(f"{sign} {line}")
    typer.echo(f"\nMoved: {len(found.moved)}")
    for moved in found.moved:
        typer.echo(f"~ {_moved(moved)}")


def _moved(moved: Moved) -> str:
    return f"{moved.what}, {moved.aspect}: {moved.before or 'nothing'} -> {moved.after or 'nothing'}"
