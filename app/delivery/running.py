"""How does something go on by itself for as long as the program serves?

A loop is a step taken again and again on a thread of its own. A step that fails is logged and taken again: nothing that
watches over patients may end because it once went wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Final, NamedTuple

import structlog

from app.store.wake import Wake

log = structlog.get_logger(__name__)

ENDS_WITHIN: Final = 3.0
"""Seconds a step that is under way gets when the program ends."""

RESTS: Final = 0.1
"""Seconds between two steps: while many wards chart, one look serves all that was committed since the last."""


class Loop(NamedTuple):
    """`step` is taken every so many seconds, and with `rings` once something is committed; it must not take long.

    `end` ends what steps have set to work.
    """

    name: str
    every: float
    step: Callable[[], None]
    rings: bool = False
    end: Callable[[], None] | None = None


class Running:
    """Loops under way; `stop` them."""

    def __init__(self, loops: Sequence[Loop], wake: Wake) -> None:
        self._over = Event()
        self._stops = [loop.end for loop in loops if loop.end is not None]
        self._rung = [Event() for _ in loops]
        self._ends = [wake.listen(rung.set) for loop, rung in zip(loops, self._rung, strict=True) if loop.rings]
        pairs = zip(loops, self._rung, strict=True)
        self._threads = [Thread(target=self._run, args=pair, name=pair[0].name, daemon=True) for pair in pairs]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No further step; those under way get `ENDS_WITHIN`."""
        self._over.set()
        for end in self._ends:
            end()
        for rung in self._rung:
            rung.set()
        for stop in self._stops:
            stop()
        for thread in self._threads:
            thread.join(ENDS_WITHIN)

    def _run(self, loop: Loop, rung: Event) -> None:
        while not self._over.is_set():
            rung.clear()
            try:
                loop.step()
            except Exception as fault:  # noqa: BLE001 - told in the log, and tried again
                log.warning("a loop failed", loop=loop.name, error=type(fault).__qualname__)
            self._over.wait(RESTS)
            if not self._over.is_set():
                rung.wait(loop.every)
