"""How is a long list read a page at a time?

A cursor says after which place of the list to go on, never after which item: a shift that is over by then, an alert
that was answered or a patient who was moved leaves the list between two pages, and the rest is read all the same.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Query, Request

from app.domain.errors import InvalidInput

T = TypeVar("T")
Place = tuple[str, ...]
"""What a list is in order of, another one for each item: texts of one line."""

MOST: Final = 500
LONGEST: Final = 2000
"""Characters of a cursor: the longest holds the name of a bed."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """How many items of the list at this path at most, and after which."""

    limit: int
    cursor: str | None
    path: str


Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items at most.")]


async def _asked(
    request: Request,
    limit: Limit = 100,
    cursor: Annotated[
        str | None, Query(min_length=1, max_length=LONGEST, description="`next_cursor` of the page before.")
    ] = None,
) -> Asked:
    return Asked(limit, cursor, request.url.path)


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


def cut(items: Iterable[T], place: Callable[[T], Place], asked: Asked) -> tuple[Sequence[T], str | None]:
    """A page of a list that is at hand whole, in order of place, and where the next begins.

    InvalidInput for a cursor that this list never gave.
    """
    rest = sorted(items, key=place)
    if asked.cursor is not None:
        after = _place(asked.cursor, asked.path)
        rest = [item for item in rest if place(item) > after]
    shown = rest[: asked.limit]
    return shown, _cursor(place(shown[-1]), asked.path) if len(rest) > len(shown) else None


def _cursor(place: Place, path: str) -> str:
    return urlsafe_b64encode("\n".join((path, *place)).encode()).decode()


def _place(cursor: str, path: str) -> Place:
    try:
        of, *place = urlsafe_b64decode(cursor).decode().split("\n")
    except ValueError as none_of_ours:
        raise unknown_cursor() from none_of_ours
    if of != path or not place:
        raise unknown_cursor()
    return tuple(place)
