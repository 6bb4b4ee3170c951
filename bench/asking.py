"""What does a client of the benchmark send?"""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from app.domain.record import instant
from app.protocols.library import Library

MEASURES = (
    "temperature",
    "heart_rate",
    "systolic_bp",
    "diastolic_bp",
    "respiratory_rate",
    "spo2",
    "oxygen_flow",
    "oxygen_device",
    "consciousness",
    "rhythm",
    "crackles",
    "phenylephrine_rate",
)
"""Twelve things, as a nurse charts them between doses."""

BREACH = {"phenylephrine_rate": Decimal("1.0")}
"""What makes a calm set one that calls for a stop, and tells of two alerts."""

BREACHES = 4
"""In every fourth course each set is such a one."""

VOLLEYS, RENEWED = 2, 3
"""Sets of a patient in a round, and rounds until all patients are others: a decision reads what was charted within
minutes of the newest reading, and nobody is charted thirty times in as many minutes."""

MIDDLE = 1 + VOLLEYS * RENEWED // 2
"""Which of a patient's sets is the middle one; the first is not measured."""


def body(library: Library, at: datetime, *, breach: bool) -> bytes:
    """An observation set taken at `at`."""
    values = {name: library.measures[name].well for name in MEASURES} | (BREACH if breach else {})
    return orjson.dumps({"items": [_item(library, name, values[name], at) for name in MEASURES]}, default=_number)


def _item(library: Library, name: str, value: Any, at: datetime) -> dict[str, Any]:
    measure = library.measures[name]
    item = {"measure": name, "value": value, "observed_at": instant(at)}
    return item if measure.unit is None else item | {"unit": measure.unit}


def _number(value: object) -> orjson.Fragment:
    return orjson.Fragment(f"{value:f}")


def path(course_id: str) -> str:
    """Where sets of a course are sent."""
    return f"/api/v1/courses/{course_id}/observation-sets"


def headers(token: str) -> dict[str, str]:
    """What goes with a set; every one is a new request."""
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    }


def post(course_id: str, token: str, content: bytes) -> bytes:
    """A whole request to save a set, ready for a socket."""
    lines = [f"POST {path(course_id)} HTTP/1.1", "Host: localhost", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in headers(token).items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def get(address: str, token: str) -> bytes:
    """A whole request to read something, ready for a socket."""
    return f"GET {address} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
