"""What do all page routes ask for: who is acting, the open database, the library?"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from app.http.clock import now
from app.http.permitted import permitted
from app.http.proving import proven
from app.protocols.library import Library
from app.services.acting import Acting
from app.store.database import Database, Transaction
from app.web.form import PROOF, Form, posted

Signed = Annotated[Acting, Depends(permitted)]
Now = Annotated[datetime, Depends(now)]
Posted = Annotated[Form, Depends(posted)]


# A plain function: it hashes and writes, so it belongs in the thread pool.
def _proven(request: Request, acting: Signed, form: Posted) -> Acting:
    """Whoever acts; freshly proved where the form brings the password or PIN for what it asks (macro `ui.proof`)."""
    return acting if form[PROOF] == "" else proven(request, acting, form[PROOF])


Proven = Annotated[Acting, Depends(_proven)]


def library(request: Request) -> Library:
    found: Library = request.app.state.library
    return found


def reading(request: Request) -> AbstractContextManager[Transaction]:
    """One unchanging view of the record."""
    database: Database = request.app.state.database
    return database.reading()
