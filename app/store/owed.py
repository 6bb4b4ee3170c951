"""What should have been written down and is not yet, because the database was busy?"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOST: Final = 10_000
AGAIN_AFTER: Final = 1.0
"""Seconds after an attempt that failed before the next one: whoever reads meanwhile does not wait for nothing."""


class Owed(Generic[T]):
    """Things to write, by key, each once; any thread may ask. A process that dies forgets them.

    `clock` counts seconds and never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._waiting: OrderedDict[Hashable, T] = OrderedDict()
        self._taken: set[Hashable] = set()
        self._written: OrderedDict[Hashable, None] = OrderedDict()
        self._not_before = clock()

    def add(self, key: Hashable, thing: T) -> bool:
        """Owes the thing unless it was written; False when there is nothing to do about it."""
        with self._lock:
            if key in self._written or key in self._taken:
                return False
            self._waiting.setdefault(key, thing)
            return True

    def take(self) -> dict[Hashable, T]:
        """All that waits, for whoever writes it now; nothing just after an attempt that failed."""
        with self._lock:
            if self._clock() < self._not_before:
                return {}
            taken, self._waiting = dict(self._waiting), OrderedDict()
            self._taken.update(taken)
            return taken

    def written(self, things: dict[Hashable, T]) -> None:
        """They need not be written again."""
        with self._lock:
            self._taken.difference_update(things)
            self._written.update(dict.fromkeys(things))
            _shorten(self._written)

    def give_back(self, things: dict[Hashable, T]) -> None:
        """They were not written: they wait, and nobody tries for a second."""
        with self._lock:
            self._taken.difference_update(things)
            self._waiting = OrderedDict({**things, **self._waiting})
            _shorten(self._waiting)
            self._not_before = self._clock() + AGAIN_AFTER


def _shorten(kept: OrderedDict[Hashable, T]) -> None:
    while len(kept) > MOST:
        kept.popitem(last=False)
