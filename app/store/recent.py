"""What was used a moment ago and may be wanted again?"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The last things used, by key: as many as have `room` together, and always the newest; any thread may ask."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._taken = 0
        self._kept: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> T | None:
        """What was kept under the key, None when it is not there or no longer."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: str, thing: T, takes: int) -> None:
        """Keeps it, and forgets what was not used for longest until there is room for what it `takes`."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = thing, takes
            self._taken += takes - before
            while self._taken > self._room and len(self._kept) > 1:
                _, (_, given_back) = self._kept.popitem(last=False)
                self._taken -= given_back
