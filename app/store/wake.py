"""Has anything been committed since I last looked?

A hint within one process; the feed table is the truth, and whoever waits looks there after every time-out too.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition


class Wake:
    """Counts commits that others may be waiting for."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._count = 0
        self._listeners: list[Callable[[], None]] = []

    @property
    def count(self) -> int:
        """How often it rang; pass it to `wait`."""
        with self._changed:
            return self._count

    def ring(self) -> None:
        """Something was committed."""
        with self._changed:
            self._count += 1
            listeners = tuple(self._listeners)
            self._changed.notify_all()
        for call in listeners:
            call()

    def wait(self, seen: int, timeout: float) -> int:
        """The count once it has passed `seen`, or as it stands after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._count > seen, timeout)
            return self._count

    def listen(self, call: Callable[[], None]) -> Callable[[], None]:
        """Calls `call`, which must be quick, at every ring from the thread that committed; the answer ends it."""
        with self._changed:
            self._listeners.append(call)

        def end() -> None:
            with self._changed:
                self._listeners.remove(call)

        return end
