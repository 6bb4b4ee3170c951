"""How many requests were answered, how, and how fast?

Labels are templates and numbers, never an id, a name or a value.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.errors import DosewardError
from app.http.allow import route_template
from app.http.paths import PROBES, is_static
from app.store import ledger
from app.store.database import Database

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Meters:
    """The counters of one application."""

    def __init__(self, app: FastAPI) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = Counter(
            "doseward_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "doseward_request_seconds",
            "Until the answer began.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Record(app))


class _Record(Collector):
    """Where the record stands, read as it is asked for."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def describe(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("doseward_database_up", "1 while the database answers.")

    def collect(self) -> Iterator[GaugeMetricFamily]:
        database: Database = self._app.state.database
        try:
            with database.reading() as tx:
                stands = ledger.position(tx)
        except DosewardError:
            yield GaugeMetricFamily("doseward_database_up", "1 while the database answers.", value=0)
            return
        yield GaugeMetricFamily("doseward_database_up", "1 while the database answers.", value=1)
        yield GaugeMetricFamily("doseward_feed_position", "Alert events so far in this epoch.", value=stands.feed)
        yield GaugeMetricFamily("doseward_audit_position", "Lines of the audit trail.", value=stands.audit_seq)


class Metering:
    """Counts every request but the probes'."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self.app = app
        self.meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES or is_static(scope["path"]):
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = route_template(Request(scope))
                self.meters.requests.labels(scope["method"], route, message["status"]).inc()
                self.meters.seconds.labels(scope["method"], route).observe(time.perf_counter() - started)
            await send(message)

        await self.app(scope, receive, counted)


def install_metrics(app: FastAPI) -> None:
    """Gives the application its counters; call it once, before the first request."""
    app.state.meters = Meters(app)
    app.add_middleware(Metering, meters=app.state.meters)


def registry_of(app: FastAPI) -> CollectorRegistry:
    """What /metrics shows."""
    meters: Meters = app.state.meters
    return meters.registry
