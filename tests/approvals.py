"""How does a test get protocols that may decide? Two people sign them, through the service as anywhere."""

from __future__ import annotations

from datetime import datetime

from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.protocols.library import Library
from app.services import approving
from app.services.acting import Acting
from app.store.database import Database, Transaction
from app.store.people import Grant
from tests.builders import LIBRARY

STATEMENT = "CANARY-STATEMENT-9041"


def someone(role: Role, at: datetime, name: str = "CANARY-SIGNER-9041") -> Acting:
    """A person with this role everywhere."""
    return Acting(new_id(at), name, False, frozenset({Grant(role, None)}), None, at, "CANARY-REQUEST-9041")


def approve(tx: Transaction, at: datetime, library: Library = LIBRARY) -> None:
    """Every protocol of the library signed by two people, and what the partial ones do not cover acknowledged."""
    prescriber, pharmacist = someone(Role.PRESCRIBER, at), someone(Role.PHARMACIST, at)
    administrator = someone(Role.ADMINISTRATOR, at)
    for name, protocol in library.protocols.items():
        for signer in (prescriber, pharmacist):
            approving.sign(tx, library, signer, name, protocol.pin.sha256, STATEMENT)
        if protocol.uncovered:
            approving.acknowledge(tx, library, administrator, name, protocol.pin.sha256, protocol.uncovered)


def approve_all(database: Database, at: datetime, library: Library = LIBRARY) -> None:
    """The same in a transaction of its own."""
    with database.transaction() as tx:
        approve(tx, at, library)
