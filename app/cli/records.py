"""What is done once to a database: a new version, a restored backup? And what does the REST interface look like?"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import Annotated

import orjson
import typer

from app.api.openapi import document
from app.http.clock import system_clock
from app.main import open_checked
from app.services.accounts import operator
from app.services.restoring import begin_anew
from app.settings import Settings
from app.store import migrations


def migrate() -> None:
    """Bring the database to this version's schema."""
    settings = Settings()
    migrations.upgrade(settings.database_url, settings.app_role)
    typer.echo("The database is up to date.")
    if settings.app_role is not None:
        typer.echo(f"{settings.app_role} may read and add, and change only what is no record.")


def restored(
    reason: Annotated[str, typer.Option(help="Why, and from which backup, for the audit trail.", prompt=True)],
) -> None:
    """Run it once after a backup was restored, before serving: every reader of the feed is told to begin anew."""
    now = system_clock()
    with closing(open_checked(Settings(), now)) as database, database.transaction() as tx:
        epoch = begin_anew(tx, operator(now), reason)
    typer.echo(f"The feed begins anew as {epoch}: whoever follows it reads the open alerts again.")


def openapi() -> None:
    """Print the OpenAPI document of the REST interface."""
    sys.stdout.buffer.write(orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
