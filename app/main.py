"""How is the whole program put together, and when does it refuse to start?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from app.api import include_api
from app.domain.errors import StartRefused
from app.http.clock import Clock, system_clock
from app.http.floor import install_floor
from app.http.logs import configure_logging
from app.http.request_id import request_id
from app.protocols.library import load
from app.services.acting import VERSION
from app.settings import Settings
from app.store import ledger, meta
from app.store.database import Database, open_database
from app.store.engines import POOL_SIZE
from app.store.migrations import check_schema
from app.web import include_web, render_error


def create_app(settings: Settings, clock: Clock = system_clock) -> FastAPI:
    """The program on its database; raises StartRefused or ProtocolRefused with a sentence that says what to do."""
    library = load(settings.protocols)
    database = open_checked(settings, clock())
    configure_logging(VERSION, request_id)
    app = FastAPI(
        title="Doseward",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={"logs": False, "auto_configure": False},
        lifespan=_lifespan(database),
    )
    install_floor(app, clock=clock, render_page=render_error)
    app.state.database = database
    app.state.library = library
    app.state.demo = settings.demo
    app.state.secure_cookies = settings.secure_cookies
    include_api(app)
    include_web(app)
    return app


def _lifespan(database: Database) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # As many threads as connections: a thread without one would only wait, in front of others (p99 halved).
        current_default_thread_limiter().total_tokens = POOL_SIZE
        yield
        database.close()

    return lifespan


def open_checked(settings: Settings, now: datetime) -> Database:
    """The database, once it is sure that this program may write to it; raises StartRefused."""
    key = settings.audit_key.get_secret_value().encode()
    database = open_database(settings.database_url, audit_key=key)
    try:
        check_schema(database)
        _check_contents(database, settings, now)
    except BaseException:
        database.close()
        raise
    return database


def _check_contents(database: Database, settings: Settings, now: datetime) -> None:
    with database.reading() as tx:
        newest = ledger.newest_at(tx)
        demo, patients = meta.is_demo(tx), meta.has_patients(tx)
    if newest is not None and now < newest:
        raise StartRefused(
            "clock_behind",
            f"The clock says {now:%d-%b-%Y %H:%M} UTC, which is before the newest record. Set the clock, then start.",
        )
    if settings.demo and patients and not demo:
        raise StartRefused("not_demo", "This database holds real records: demo mode does not touch it.")
    if demo and not settings.demo:
        raise StartRefused("demo_data", "This database holds demonstration data: serve it with `doseward demo`.")
