"""How is the database brought up to date, and do its decisions still hold?"""

from __future__ import annotations

import sys

import orjson
import typer

from app.api.openapi import document
from app.protocols.library import load
from app.services.replaying import replay as replay_all
from app.settings import Settings
from app.store import migrations
from app.store.database import open_database


def migrate() -> None:
    """Bring the database to this version's schema."""
    migrations.upgrade(Settings().database_url)
    typer.echo("The database is up to date.")


def replay() -> None:
    """Recompute every stored decision and compare it byte for byte; ends with 1 when one differs."""
    database = open_database(Settings().database_url, read_only=True)
    library = load()
    total, different = 0, []
    try:
        with database.reading() as tx:
            for item in replay_all(tx, library):
                total += 1
                if not item.same:
                    different.append(item.decision_id)
                if total % 1000 == 0:
                    typer.echo(f"{total} decisions recomputed", err=True)
    finally:
        database.close()
    for decision_id in different:
        typer.echo(f"differs: {decision_id}")
    typer.echo(f"{total} decisions recomputed, {len(different)} differ.")
    raise typer.Exit(code=1 if different else 0)


def openapi() -> None:
    """Print the OpenAPI document of the REST interface."""
    sys.stdout.buffer.write(orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
