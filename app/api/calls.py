"""How does a route reach the database, in whose name, and what leaves it?

A call knows who is acting before anything is looked up. Reads and writes end their transaction before the answer goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Depends, Request, Response

from app.domain.errors import NotFound
from app.http.permitted import permitted
from app.protocols.library import Library
from app.services.acting import Acting
from app.store.database import Database, Transaction

T = TypeVar("T")
Answer = dict[str, Any]

KEPT = frozenset({"unknown_protocol", "unknown_panel"})
"""Codes of things that are no secret: everything else that is not found answers like what may not be seen."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who sent it, its body as it came, and what the application has at hand."""

    request: Request
    acting: Acting
    body: bytes

    @property
    def database(self) -> Database:
        database: Database = self.request.app.state.database
        return database

    @property
    def library(self) -> Library:
        library: Library = self.request.app.state.library
        return library


# async: FastAPI would run a plain function in the small thread pool.
async def called(request: Request, who: Annotated[Acting, Depends(permitted)]) -> Call:
    """The call of somebody whom the table of authority lets in (`app.http.authority`)."""
    return Call(request, who, await request.body())


Called = Annotated[Call, Depends(called)]
"""What every route of the API takes first."""


def read(call: Call, look: Callable[[Transaction], T]) -> T:
    """What `look` finds in one unchanging view of the database."""
    with alike(), call.database.reading() as tx:
        return look(tx)


@contextmanager
def alike() -> Iterator[None]:
    """Unknown ids and those of other wards answer the same, to the letter."""
    try:
        yield
    except NotFound as fault:
        if fault.code in KEPT:
            raise
        raise NotFound("not_found", "There is nothing here under that address that you may see.") from fault


def answered(document: Answer, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(encoded(document), status, media_type="application/json")


def encoded(document: Answer) -> bytes:
    """The bytes of a JSON answer; decimals are text by now, and a float would be a mistake of ours."""
    return orjson.dumps(document)
