"""How is a long list read a page at a time?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Query

from app.domain.errors import InvalidInput

T = TypeVar("T")
MOST: Final = 500
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """How many items at most, and after which."""

    limit: int
    cursor: str | None


Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items at most.")]


async def _asked(
    limit: Limit = 100,
    cursor: Annotated[
        str | None, Query(min_length=1, max_length=200, description="`next_cursor` of the page before.")
    ] = None,
) -> Asked:
    return Asked(limit, cursor)


Paging = Annotated[Asked, Depends(_asked)]


def listed(items: Iterable[dict[str, Any]], next_cursor: str | None) -> dict[str, Any]:
    """One page; `next_cursor` is null on the last."""
    return {"items": list(items), "next_cursor": next_cursor}


def unknown_cursor() -> InvalidInput:
    return InvalidInput("unknown_cursor", "That cursor is none of this list: begin again without one.")


def after_id(asked: Asked) -> str | None:
    """The id to go on after, of a list in order of id; InvalidInput for a cursor that is no id."""
    if asked.cursor is not None and _ID.fullmatch(asked.cursor) is None:
        raise unknown_cursor()
    return asked.cursor


def cut(items: Sequence[T], name: Callable[[T], str], asked: Asked) -> tuple[Sequence[T], str | None]:
    """A page of a list that is at hand whole, and where the next begins; InvalidInput for a cursor it never gave."""
    start = 0
    if asked.cursor is not None:
        start = next((place for place, item in enumerate(items, 1) if name(item) == asked.cursor), -1)
        if start < 0:
            raise unknown_cursor()
    shown = items[start : start + asked.limit]
    return shown, name(shown[-1]) if start + asked.limit < len(items) else None
