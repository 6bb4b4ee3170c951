"""How is the database copied while the program runs?"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import URL

from app.domain.errors import StartRefused
from app.domain.record import instant
from app.settings import Settings
from app.store import chain
from app.store.copying import copy
from app.store.engines import parse_url
from app.store.migrations import revision_of
from app.store.opening import open_database


def backup(file: Annotated[Path, typer.Argument(help="The new file; one that exists is never replaced.")]) -> None:
    """Copy the SQLite database whole, beside a running server, and print where the copy's audit trail stands.

    Keep the line elsewhere: after a restore, `doseward audit verify --head` shows whether the copy is that copy.
    """
    url = Settings().database_url
    _refuse_postgresql(url, file)
    with closing(open_database(url, read_only=True)) as database:
        revision_of(database)
        copy(database, file)
    with closing(open_database(f"sqlite:///{file}", read_only=True)) as made, made.reading() as tx:
        end = chain.head(tx)
    typer.echo("The audit trail has no lines yet." if end is None else f"{instant(end[1])} {end[0]}")


def _refuse_postgresql(url: str, file: Path) -> None:
    address = parse_url(url)
    if address.get_backend_name() == "postgresql":
        source = URL.create("postgresql", address.username, None, address.host, address.port, address.database)
        command = f"pg_dump --format=custom --file={file} {source}"
        raise StartRefused("backup_by_pg_dump", f"PostgreSQL makes its own backup. Run: {command}")
