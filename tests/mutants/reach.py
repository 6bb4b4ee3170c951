"""Which lines of the domain does a piece of work run?"""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any

from tests.mutants.live import DOMAIN

FILES = {str(path): number for number, path in enumerate(sorted(DOMAIN.rglob("*.py")))}
LINES = 1000
"""More than any file of the domain has."""

ENOUGH = 400
"""Calls after which a function that shows no new line is left alone: what remains is another test's."""
LONG_ENOUGH = 50_000
"""Calls of anything after which, with no new line among them, nothing is followed any more."""


def line_of(file: str, line: int) -> int:
    """One number for a line of a module."""
    return FILES[str(DOMAIN / file)] * LINES + line


class Tracer:
    """Collects the lines that ran between `start` and `stop`."""

    def __init__(self) -> None:
        self._left: dict[CodeType, set[int]] = {}
        self._calls: dict[CodeType, int] = {}
        self._ran: set[int] = set()
        self._quiet = 0

    def start(self) -> None:
        self._left, self._calls, self._ran, self._quiet = {}, {}, set(), 0
        sys.settrace(self._enter)

    def stop(self) -> frozenset[int]:
        sys.settrace(None)
        return frozenset(self._ran)

    def _enter(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        code = frame.f_code
        self._quiet += 1
        if self._quiet > LONG_ENOUGH:
            sys.settrace(None)
            return None
        left = self._left.get(code)
        if left is None:
            ours = code.co_filename in FILES
            left = self._left[code] = {line for *_, line in code.co_lines() if line} if ours else set()
        if not left:
            return None
        calls = self._calls[code] = self._calls.get(code, 0) + 1
        if calls > ENOUGH:
            return None
        return self._step

    def _step(self, frame: FrameType, event: str, _arg: Any) -> Any:
        code, line = frame.f_code, frame.f_lineno
        left = self._left[code]
        if event == "line" and line in left:
            left.discard(line)
            self._calls[code] = self._quiet = 0
            self._ran.add(FILES[code.co_filename] * LINES + line)
        return self._step
