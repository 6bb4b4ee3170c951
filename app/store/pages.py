"""Where does the next page of a list begin?

By key, never by offset: a page costs the same however far down the list it is, and nothing is shown twice or left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Select, bindparam

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list; `next_after` is the id to go on from, None at the end."""

    items: tuple[T, ...]
    next_after: str | None


def by_id(query: Select[Any], column: Column[str]) -> Select[Any]:
    """The query in order of id, after the id `after`, with one row more than `limit` asks for."""
    return query.where(column > bindparam("after")).order_by(column).limit(bindparam("one_more"))


def asked(after: str | None, limit: int) -> dict[str, Any]:
    """The parameters `by_id` needs: `after` None begins the list."""
    return {"after": after or "", "one_more": limit + 1}


def page(found: Sequence[Sequence[Any]], limit: int, value: Callable[[Sequence[Any]], T]) -> Page[T]:
    """The rows found, whose first column is the id, as a page of at most `limit` values."""
    shown = found[:limit]
    return Page(tuple([value(row) for row in shown]), shown[-1][0] if len(found) > limit else None)
