"""Which addresses are treated apart by the shared middleware?"""

from __future__ import annotations

PROBES = frozenset({"/livez", "/readyz", "/metrics"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110, section 9.2.1


def is_static(path: str) -> bool:
    return path.startswith("/static/")


def is_api(path: str) -> bool:
    """Whether an error here is read by a program, never by a person."""
    return path == "/api" or path.startswith("/api/")
