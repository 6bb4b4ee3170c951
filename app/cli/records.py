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
    migrations.upgrade(Settings().database_url)
    typer.echo("The database is up to date.")


def openapi() -> None:
    """Print the OpenAPI document of the REST interface."""
    sys.stdout.buffer.write(orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
