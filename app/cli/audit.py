"""Can the audit trail still be trusted, and where does it stand?

Opens the database read-only, beside a running server if there is one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from app.domain.errors import InvalidInput, StartRefused
from app.domain.record import instant
from app.settings import Settings
from app.store import chain, meta
from app.store.chain import Head
from app.store.database import Transaction
from app.store.migrations import open_to_read

audit = typer.Typer(no_args_is_help=True, help="The audit trail: verify it, and print where it stands.")

_HEAD = re.compile(r"(?:[0-9T:.-]+Z )?([0-9]{1,18}):([0-9a-f]{64})", re.ASCII)
_TOLD_EVERY = 2.0
"""Seconds between two lines of progress."""

Database = Annotated[
    str | None, typer.Option(help="SQLite file or postgresql:// address; left out, that of the settings.")
]


@audit.callback()
def _group() -> None:
    """The audit trail: verify it, and print where it stands."""


@audit.command("verify")
def verify(
    head: Annotated[
        str | None,
        typer.Option(help="LINE:HASH, or the line that `audit head` or `backup` printed: shows a cut-off end too."),
    ] = None,
    database: Database = None,
) -> None:
    """Follow the chain of the audit trail from its first line; prints a line for each fault, and then ends with 1."""
    settings = Settings()
    known = None if head is None else _read(head)
    key = settings.audit_key.get_secret_value().encode()
    with _reading(database or settings.database_url) as tx:
        if key == b"" and not meta.is_demo(tx):
            raise StartRefused("audit_key_needed", "DOSEWARD_AUDIT_KEY is not set: the chain cannot be followed.")
        faults, end = chain.verify_chain(tx, key, known, _teller()), chain.head(tx)
    for fault in faults:
        typer.echo(f"line {fault.seq}: {fault.sentence}")
    lines = 0 if end is None else end[0].seq
    typer.echo(f"Lines followed: {lines}. Faults: {len(faults)}.")
    raise typer.Exit(code=1 if faults else 0)


@audit.command("head")
def print_head(database: Database = None) -> None:
    """Print where the trail stands, to be kept where nobody of this machine can change it: once every shift."""
    with _reading(database or Settings().database_url) as tx:
        end = chain.head(tx)
    if end is None:
        raise StartRefused("no_lines", "The audit trail has no lines yet.")
    typer.echo(f"{instant(end[1])} {end[0]}")


def _read(head: str) -> Head:
    found = _HEAD.fullmatch(head.strip())  # as `head` and `backup` print it, with its time, or without
    if found is None:
        raise InvalidInput("bad_head", "A head is LINE:HASH, the number of a line and 64 digits of 0-9 and a-f.")
    return Head(int(found[1]), found[2])


@contextmanager
def _reading(database: str) -> Iterator[Transaction]:
    opened = open_to_read(database if "://" in database else f"sqlite:///{database}")
    try:
        with opened.reading() as tx:
            yield tx
    finally:
        opened.close()


def _teller() -> Callable[[int], None]:
    """Says now and then how far it is."""
    last = time.monotonic()

    def told(lines: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _TOLD_EVERY:
            last = time.monotonic()
            typer.echo(f"{lines} lines followed", err=True)

    return told
