"""How is the whole program put together, and when does it refuse to start?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path

import structlog
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from app.api import include_api
from app.delivery.canary import Canary
from app.delivery.listening import Listening
from app.delivery.running import Loop, Running
from app.delivery.sheets import Sheets
from app.delivery.timers import timers_loop
from app.delivery.webhooks import Webhooks
from app.domain.errors import InvalidInput, StartRefused
from app.domain.receiver import Doors, read_doors
from app.http.clock import Clock, system_clock
from app.http.floor import install_floor
from app.http.head import host_of
from app.http.logs import configure_logging
from app.http.oidc import SignOn, configured
from app.http.permitted import check_routes
from app.http.request_id import request_id
from app.protocols.library import Library, load
from app.services import auditing
from app.services.acting import VERSION
from app.services.provider_roles import read_roles
from app.settings import Settings
from app.store import chain, ledger, meta
from app.store.database import Database
from app.store.engines import POOL_SIZE
from app.store.migrations import check_schema
from app.store.opening import open_database
from app.store.rights import may_change_the_record
from app.web import include_web, render_error
from app.web.sheets import Drawn

log = structlog.get_logger(__name__)

SHORTEST_KEY = 32
"""Characters of the audit key: 128 bits where each is a hexadecimal digit (ASVS 5.0, 11.2.3)."""


def create_app(settings: Settings, clock: Clock = system_clock, *, by_itself: bool = False) -> FastAPI:
    """The program on its database; raises StartRefused or ProtocolRefused with a sentence that says what to do.

    `by_itself`: while it serves, it also does what is due without anybody asking (`app.delivery`).
    """
    library = load(settings.protocols)
    sign_on = provider_of(settings)
    doors = doors_of(settings)
    host = host_of(settings.public_origin, secure_cookies=settings.secure_cookies)
    database = open_checked(settings, clock())
    configure_logging(VERSION, request_id)
    _warn(database)
    hooks = Webhooks(database, clock, doors, settings.public_origin or f"http://{settings.host}:{settings.port}")
    canary = Canary(database, library, clock, settings.demo_speed if settings.demo else 1)
    sheets = _sheets(database, library, clock, settings)
    app = FastAPI(
        title="Doseward",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={"logs": False, "auto_configure": False},
        lifespan=_lifespan(database, _loops(database, library, clock, hooks, canary, sheets) if by_itself else ()),
    )
    install_floor(app, clock=clock, render_page=render_error, host=host)
    app.state.database = database
    app.state.library = library
    app.state.sign_on = sign_on
    app.state.webhooks = hooks
    app.state.canary, app.state.sheets = (canary, sheets) if by_itself else (None, None)
    _tell_settings(app, settings)
    include_api(app)
    include_web(app)
    check_routes(app)
    return app


def _warn(database: Database) -> None:
    if may_change_the_record(database):
        log.warning("the database role may change the record: set DOSEWARD_APP_ROLE, and serve with that role")


def doors_of(settings: Settings) -> Doors:
    """Where messages may go out to; raises StartRefused for what is no list of that."""
    try:
        return read_doors(settings.webhook_origins, settings.webhook_networks, demo=settings.demo)
    except InvalidInput as fault:
        name = "DOSEWARD_WEBHOOK_NETWORKS" if fault.code == "bad_network" else "DOSEWARD_WEBHOOK_ORIGINS"
        raise StartRefused("bad_setting", f"{name} cannot be read. {fault.sentence}") from fault


def _tell_settings(app: FastAPI, settings: Settings) -> None:
    app.state.demo = settings.demo
    app.state.pace = max(1, settings.demo_speed) if settings.demo else 1
    app.state.secure_cookies = settings.secure_cookies


def provider_of(settings: Settings) -> SignOn | None:
    """The site's sign-on provider, which is not asked anything yet; raises StartRefused."""
    secret, said = settings.oidc_client_secret, settings.oidc_roles
    return configured(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=None if secret is None else secret.get_secret_value(),
        origin=settings.public_origin,
        roles=None if said is None else read_roles(_text_of(said)),
        groups_claim=settings.oidc_groups_claim,
        audience=settings.oidc_audience,
    )


def _text_of(said: str) -> str:
    """What was said, or what stands in the file it names."""
    if "=" in said or said.lstrip().startswith("{"):
        return said
    try:
        return Path(said.strip()).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise StartRefused("bad_setting", "DOSEWARD_OIDC_ROLES names a file that cannot be read.") from fault


def _sheets(database: Database, library: Library, clock: Clock, settings: Settings) -> Sheets | None:
    """What keeps the folder for a time without the server; None where the site has named none."""
    if settings.sheets is None:
        return None
    return Sheets(
        database, library, clock, settings.sheets, Drawn(library, settings.sheets_language, demo=settings.demo)
    )


def _loops(
    database: Database, library: Library, clock: Clock, hooks: Webhooks, canary: Canary, sheets: Sheets | None
) -> tuple[Loop, ...]:
    """What is done without anybody asking."""
    pushing = Loop("webhooks", 1.0, hooks.step, rings=True, end=hooks.stop)
    kept = () if sheets is None else (sheets.loop(),)
    return (timers_loop(database, library, clock), pushing, canary.loop(), *kept)


def _lifespan(database: Database, loops: tuple[Loop, ...]) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # As many threads as connections: a thread without one would only wait, in front of others (p99 halved).
        current_default_thread_limiter().total_tokens = POOL_SIZE
        running, listening = Running(loops, database.wake), Listening(database)
        yield
        listening.stop()
        running.stop()
        auditing.settle(database)
        database.close()

    return lifespan


def open_checked(settings: Settings, now: datetime) -> Database:
    """The database, once it is sure that this program may write to it; raises StartRefused."""
    key = _audit_key(settings)
    database = open_database(settings.database_url, audit_key=key)
    try:
        check_schema(database)
        _check_contents(database, settings, now)
        _check_key(database)
    except BaseException:
        database.close()
        raise
    return database


def _audit_key(settings: Settings) -> bytes:
    """The key of the audit chain; demonstration data need none, whatever holds patients does."""
    key = settings.audit_key.get_secret_value()
    if not settings.demo and len(key) < SHORTEST_KEY:
        what = "is not set" if key == "" else f"has fewer than {SHORTEST_KEY} characters"
        raise StartRefused(
            "audit_key_needed",
            f"DOSEWARD_AUDIT_KEY {what}, and without it nobody can show that the audit trail was not changed: make one "
            "with `openssl rand -hex 32`, keep a copy away from this machine, and set it here or in the secrets "
            "folder.",
        )
    return key.encode()


def _check_key(database: Database) -> None:
    with database.reading() as tx:
        follows = chain.follows_key(tx, database.audit_key)
    if not follows:
        raise StartRefused(
            "other_audit_key",
            "The newest line of the audit trail was not written with this DOSEWARD_AUDIT_KEY, or was changed since: "
            "set the key this database has been written with, or run `doseward audit verify` to see what is wrong.",
        )


def _check_contents(database: Database, settings: Settings, now: datetime) -> None:
    with database.reading() as tx:
        newest = ledger.newest_at(tx)
        demo, anybody = meta.is_demo(tx), meta.holds_anybody(tx)
    if newest is not None and now < newest:
        raise StartRefused(
            "clock_behind",
            f"The clock says {now:%d-%b-%Y %H:%M} UTC, which is before the newest record. Set the clock, then start.",
        )
    if settings.demo and anybody and not demo:
        raise StartRefused("not_demo", "This database holds real records: demo mode does not touch it.")
    if demo and not settings.demo:
        raise StartRefused("demo_data", "This database holds demonstration data: serve it with `doseward demo`.")
