"""What may be written to the log, and how is patient data kept out of it?

By an allow-list of keys, by naming an exception's class and place but never its text, and by withholding the text of
libraries, which may quote values.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

ALLOWED = frozenset(
    {
        *("event", "level", "timestamp", "logger", "version", "request_id"),
        *("method", "route", "status", "ms", "code"),
        *("error", "cause", "where", "fault"),
        *("loop", "timer", "kind", "count", "attempt", "seconds", "database", "address", "revision"),
    }
)
# Their messages hold addresses, process ids and revision names, nothing of a request.
_TRUSTED_LOGGERS = ("app", "uvicorn.error")
_FRAMES = 8
_JSON = structlog.processors.JSONRenderer()


def describe(error: BaseException) -> dict[str, str]:
    """An exception as log keys: its class, the class of its cause, and the frames it passed. Never its text."""
    cause = getattr(error, "orig", None) or error.__cause__  # SQLAlchemy keeps the driver's exception in `orig`
    return {
        "error": type(error).__qualname__,
        **({"cause": type(cause).__qualname__} if isinstance(cause, BaseException) else {}),
        "where": _frames(error.__traceback__),
    }


def configure_logging(version: str, request_id: Callable[[], str | None], stream: TextIO | None = None) -> None:
    """One JSON object per line on `stream` (default: standard error), for our loggers and everybody else's.

    The server must be started with `log_config=None` and `access_log=False`: its access lines hold whole addresses.
    """

    def identify(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {**event, "version": version, "request_id": request_id()}

    ours: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        identify,
        _describe_exception,
    ]
    # Straight to the stream: by way of the standard library a line took a sixth of what a request takes the event loop.
    out = stream or sys.stderr
    structlog.configure(
        processors=[*ours, _allow, _JSON],
        logger_factory=lambda name: _Named(name, out),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*ours, _withhold],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _allow, _JSON],
    )
    _take_over_stdlib(formatter, out)


class _Named(structlog.WriteLogger):
    """Writes lines, and has the name of a module, as the standard library's loggers do."""

    def __init__(self, name: str, stream: TextIO) -> None:
        super().__init__(stream)
        self.name = name


def _take_over_stdlib(formatter: logging.Formatter, stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in _TRUSTED_LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").disabled = True


def _allow(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if key in ALLOWED and value is not None}


def _describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    return {**event, **describe(error)} if isinstance(error, BaseException) else event


def _withhold(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    name = str(event.get("logger", ""))
    trusted = any(name == known or name.startswith(f"{known}.") for known in _TRUSTED_LOGGERS)
    return event if trusted else {**event, "event": "message of a library"}


def _frames(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
