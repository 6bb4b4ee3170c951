"""How does the program run?"""

from __future__ import annotations

import gc
import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from app.api.tail import tail_of
from app.domain.errors import StartRefused
from app.http.edge import Edge
from app.main import create_app
from app.settings import Settings

GRACE = 10
"""Seconds that answers under way get at shutdown: without a bound one of them keeps the process alive."""

_NEW_OBJECTS, _YOUNGER = 50_000, 20
"""How many new objects the garbage collector lets pass before it looks for cycles among them, and how many such looks
before it looks at older ones: a saved set makes thousands, hardly any in a cycle, and to look each time cost a
twentieth of it."""


def serve() -> None:
    """Serve the ward; the database must have been migrated."""
    settings = Settings()
    check_port(settings)
    run(create_app(settings, by_itself=True), settings)


class _Server(uvicorn.Server):
    """Tells whoever waits for an alert to come back later before it waits for the answers under way."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        tail_of(self._app).end()
        await super().shutdown(sockets)


def run(app: FastAPI, settings: Settings) -> None:
    """Serves until told to stop; answers under way get a bounded time to end."""
    gc.collect()
    gc.freeze()  # what was made to start with stays: nobody need look at it again
    gc.set_threshold(_NEW_OBJECTS, _YOUNGER, _YOUNGER)
    config = uvicorn.Config(
        app,
        http=Edge,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config, app)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(3)


def check_port(settings: Settings) -> None:
    """Says so in a sentence when the port is taken, before anything is written."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as fault:
            raise StartRefused(
                "port_taken",
                f"Port {settings.port} on {settings.host} cannot be used ({fault.strerror}). "
                "Set DOSEWARD_PORT to another one.",
            ) from fault
