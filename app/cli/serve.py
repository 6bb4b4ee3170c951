"""How does the program run?"""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from app.domain.errors import StartRefused
from app.main import create_app
from app.settings import Settings

GRACE = 10
"""Seconds that open streams get at shutdown: without a bound one of them keeps the process alive."""


def serve() -> None:
    """Serve the ward; the database must have been migrated."""
    settings = Settings()
    check_port(settings)
    run(create_app(settings, by_itself=True), settings)


def run(app: FastAPI, settings: Settings) -> None:
    """Serves until told to stop; open streams get a bounded time to end."""
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=GRACE,
    )


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
