"""How does a demonstration ward come up from nothing?

A database of its own, marked as demonstration data, seeded relative to now by the simulator through the same services
as a nurse's entry, and charted on while the server runs.
"""

from __future__ import annotations

import itertools
import os
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import typer
from fastapi import FastAPI
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.cli.serve import check_port, run
from app.demo.acts import Act
from app.demo.clock import DemoClock
from app.demo.people import DEMO_MARK, PASSWORD, PIN, VISITORS, set_up, visitors
from app.demo.player import Player, keep_playing
from app.http.clock import system_clock
from app.main import create_app
from app.services import passwords, pin_codes, tokens
from app.services.accounts import operator
from app.settings import Settings
from app.store import ledger, meta, migrations, people
from app.store.database import Database
from app.store.opening import open_database

FILE = Path("doseward-demo.db")
TIME_ZONE = "Europe/London"
TOLD_EVERY = 100


def demo() -> None:
    """Install a demonstration ward and serve it; DOSEWARD_PORT moves the port, DOSEWARD_DEMO_SPEED the time."""
    own = "DOSEWARD_DATABASE_URL" in os.environ
    settings = Settings(demo=True) if own else Settings(demo=True, database_url=f"sqlite:///{FILE}")
    check_port(settings)
    if not own:
        _start_afresh(settings)
    typer.echo("Bringing the demonstration database to this version's schema")
    migrations.upgrade(settings.database_url)
    clock = _clock(settings)
    app = create_app(settings, clock, by_itself=True)
    token = _prepare(app, clock())
    player = Player(app.state.database, app.state.library)
    _catch_up(player, clock())
    _welcome(settings, token)
    stop = Event()
    Thread(target=keep_playing, args=(player, clock, stop), name="demo", daemon=True).start()
    try:
        run(app, settings)
    finally:
        stop.set()


def _start_afresh(settings: Settings) -> None:
    """A demonstration is seeded relative to now, so yesterday's is thrown away, unless somebody is serving it."""
    if FILE.exists():
        open_database(settings.database_url).close()
    for path in (FILE, FILE.with_name(f"{FILE.name}-wal"), FILE.with_name(f"{FILE.name}-shm")):
        path.unlink(missing_ok=True)


def _clock(settings: Settings) -> DemoClock:
    """A clock no earlier than the newest record, which a fast demonstration leaves in the future."""
    now = system_clock()
    with closing(open_database(settings.database_url, read_only=True)) as database, database.reading() as tx:
        newest = ledger.newest_at(tx)
    return DemoClock(system_clock, now, now if newest is None else max(now, newest), settings.demo_speed)


def _prepare(app: FastAPI, now: datetime) -> str:
    """Sets the ward up once, gives the visitors their PIN, and answers a new personal token of the demo nurse."""
    database: Database = app.state.database
    password_hash = passwords.hash_password(PASSWORD)
    with database.transaction() as tx:
        if meta.get(tx, DEMO_MARK) is None:
            set_up(tx, now, password_hash, TIME_ZONE)
        guests = visitors(tx, now)
    pin_hashes = [pin_codes.hash_code(database.audit_key, one.person_id, PIN) for one in guests]
    with database.transaction() as tx:
        for guest, pin_hash in zip(guests, pin_hashes, strict=True):
            pin_codes.put(tx, guest, pin_hash)
        found = people.person_by_login(tx, VISITORS[0].login)
        if found is None:
            raise RuntimeError("a demonstration has a nurse")
        _, secret = tokens.create_token(tx, operator(now), "demo", found[0])
    return secret


def _catch_up(player: Player, now: datetime) -> None:
    """Writes the ward's history, and says how far it is: a moving line on a terminal, else a line now and then."""
    console = Console()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Charting the demonstration ward", total=None)

        count = itertools.count(1)

        def told(act: Act) -> None:
            progress.update(task, description=f"Charting the ward: {act.at:%d-%b %H:%M}")
            if next(count) % TOLD_EVERY == 0 and not console.is_terminal:
                typer.echo(f"Charting the ward: {act.at:%d-%b %H:%M}")

        acts = player.play(now, told)
    typer.echo(f"The demonstration ward is charted: {acts} acts, each decided by the engine.")


def _welcome(settings: Settings, token: str) -> None:
    address = f"http://{settings.host}:{settings.port}"
    typer.echo(f"\nDoseward demonstration ward: {address}   (invented patients; Ctrl+C stops it)\n")
    typer.echo(f"Sign in with the password {PASSWORD} as one of these (at a workstation you enrol, the PIN is {PIN}):")
    for account in VISITORS:
        typer.echo(f"  {account.login:<12} {account.name}")
    typer.echo(f"\nREST, with a personal token of the demo nurse:\n  TOKEN={token}")
    typer.echo(f'  curl -s -H "Authorization: Bearer $TOKEN" {address}/api/v1/alerts/open\n')
