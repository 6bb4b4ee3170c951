"""How do several statements that change rows become one, so that PostgreSQL is asked once?

Each but the last stands in a WITH before it. They all run whole, none sees what another changes, and references between
their rows are checked at the end (postgresql.org/docs/current/queries-with.html, "Data-Modifying Statements in WITH"):
so none may change rows that another has changed, which `Waiting` is asked before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

_PLACE = re.compile(r"\$(\d+)")


class Waiting(NamedTuple):
    """A statement whose answer nobody waits for, the values of its places $1 and on, and the table it changes."""

    text: str
    values: Sequence[Any]
    table: str
    inserts: bool

    def collides(self, others: Sequence[Waiting]) -> bool:
        """True where it may mean rows that one of the others changes."""
        return any(one.table == self.table and not (one.inserts and self.inserts) for one in others)


def together(waiting: Sequence[Waiting]) -> tuple[str, list[Any]]:
    """One statement for all of them, and the values of its places."""
    text = _text(tuple([(one.text, len(one.values)) for one in waiting]))
    return text, [value for one in waiting for value in one.values]


@lru_cache(maxsize=1024)
def _text(parts: tuple[tuple[str, int], ...]) -> str:
    texts, before = list[str](), 0
    for text, places in parts:
        texts.append(_moved(text, before))
        before += places
    *others, last = texts
    head = ", ".join(f"w{number} AS ({text})" for number, text in enumerate(others))
    return f"WITH {head} {last}" if others else last


def _moved(text: str, by: int) -> str:
    return _PLACE.sub(lambda place: f"${int(place[1]) + by}", text)
