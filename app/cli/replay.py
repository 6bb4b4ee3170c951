"""Do the recorded decisions still come out the same, and what would another protocol have said instead?

Opens the database read-only, beside a running server if there is one.
"""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.protocol import named
from app.domain.decision import Decision
from app.domain.protocol import Protocol
from app.domain.record import instant
from app.protocols.library import Library, load
from app.services.rehearsing import LIMIT, Differing, every_course
from app.services.replaying import replay as replay_all
from app.settings import Settings
from app.store.database import Transaction
from app.store.migrations import open_to_read

_TOLD_EVERY = 1000


def replay(
    protocol: Annotated[
        str | None, typer.Option(help="Another protocol, by id or file: list the decisions that would differ.")
    ] = None,
    database: Annotated[
        str | None, typer.Option(help="SQLite file or postgresql:// address; left out, that of the settings.")
    ] = None,
) -> None:
    """Recompute every stored decision and compare it byte for byte; ends with 1 when one differs.

    With --protocol: what that protocol would have said at the same moments. Nothing is stored.
    """
    settings = Settings()
    library = load(settings.protocols)
    other = None if protocol is None else named(library, protocol)
    opened = open_to_read(_address(database) or settings.database_url)
    try:
        with opened.reading() as tx:
            differing = _recompute(tx, library) if other is None else _rehearse(tx, library, other)
    finally:
        opened.close()
    raise typer.Exit(code=1 if differing and other is None else 0)


def _address(database: str | None) -> str | None:
    return database if database is None or "://" in database else f"sqlite:///{database}"


def _recompute(tx: Transaction, library: Library) -> int:
    total, different = 0, []
    for item in replay_all(tx, library):
        total += 1
        if not item.same:
            different.append(item.decision_id)
        if total % _TOLD_EVERY == 0:
            typer.echo(f"{total} decisions recomputed", err=True)
    for decision_id in different:
        typer.echo(f"differs: {decision_id}")
    typer.echo(f"{total} decisions recomputed, {len(different)} differ.")
    return len(different)


def _rehearse(tx: Transaction, library: Library, other: Protocol) -> int:
    total, different = 0, 0
    for course in every_course(tx, library, other):
        total += course.decisions
        different += len(course.differing)
        if course.differing:
            typer.echo(f"\nCourse {course.course_id}: {len(course.differing)} of {course.decisions} decisions differ")
        for one in course.differing:
            _print(one)
    pin = other.pin
    typer.echo(f"\n{total} decisions taken again by {pin.id} {pin.version}, {different} would differ.")
    typer.echo(LIMIT)
    return different


def _print(one: Differing) -> None:
    place = f"cycle {one.cycle_number}, dose {one.dose_number}, {instant(one.at)}"
    typer.echo(f"{place}: {_action(one.recorded)} -> {_action(one.other)}")
    for sentence in one.only_recorded:
        typer.echo(f"  - {one.recorded.protocol.id}: {sentence}")
    for sentence in one.only_other:
        typer.echo(f"  + {one.other.protocol.id}: {sentence}")


def _action(decision: Decision) -> str:
    return f"{decision.action} (provisional)" if decision.provisional else str(decision.action)
