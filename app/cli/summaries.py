"""Do the summaries of cycles say what the record says, and how are they made again?"""

from __future__ import annotations

from contextlib import closing

import typer

from app.http.clock import system_clock
from app.main import open_checked
from app.protocols.library import load
from app.services import accounts, summarising
from app.settings import Settings

summaries = typer.Typer(no_args_is_help=True)
_TOLD_EVERY = 100


@summaries.callback()
def _group() -> None:
    """The summaries of cycles, from which many are compared. Stop the server first when the database is SQLite."""


@summaries.command("rebuild")
def rebuild() -> None:
    """Make every summary again from the record, and print those that were missing or wrong.

    Once after an upgrade from a version without them; at any other time nothing should differ.
    """
    settings, now = Settings(), system_clock()
    library = load(settings.protocols)
    courses = cycles = wrong = 0
    with closing(open_checked(settings, now)) as database:
        with database.reading() as tx:
            differing = []
            for one in summarising.look_again(tx, library):
                courses, cycles = courses + 1, cycles + one.cycles
                differing += [one] if one.differed else []
                if courses % _TOLD_EVERY == 0:
                    typer.echo(f"{courses} courses looked at", err=True)
        for one in differing:
            with database.transaction() as tx:
                summarising.rebuild(tx, library, accounts.operator(now), one.course_id)
            for cycle_id in one.differed:
                wrong += 1
                typer.echo(f"made again: cycle {cycle_id}")
    typer.echo(f"{cycles} cycles of {courses} courses looked at, {wrong} summaries were missing or wrong.")
