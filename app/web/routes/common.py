"""What do all page routes ask for: who is acting, the open database, the library?"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from app.http.clock import now
from app.http.identity import acting
from app.protocols.library import Library
from app.services.acting import Acting
from app.store.database import Database, Transaction
from app.web.form import Form, posted

Signed = Annotated[Acting, Depends(acting)]
Now = Annotated[datetime, Depends(now)]
Posted = Annotated[Form, Depends(posted)]


def library(request: Request) -> Library:
    found: Library = request.app.state.library
    return found


def reading(request: Request) -> AbstractContextManager[Transaction]:
    """One unchanging view of the record."""
    database: Database = request.app.state.database
    return database.reading()
