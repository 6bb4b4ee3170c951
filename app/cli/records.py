"""How is the database brought up to date, and what does the REST interface look like?"""

from __future__ import annotations

import sys

import orjson
import typer

from app.api.openapi import document
from app.settings import Settings
from app.store import migrations


def migrate() -> None:
    """Bring the database to this version's schema."""
    settings = Settings()
    migrations.upgrade(settings.database_url, settings.app_role)
    typer.echo("The database is up to date.")
    if settings.app_role is not None:
        typer.echo(f"{settings.app_role} may read and add, and change only what is no record.")


def openapi() -> None:
    """Print the OpenAPI document of the REST interface."""
    sys.stdout.buffer.write(orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
