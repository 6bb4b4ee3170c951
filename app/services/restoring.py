"""What must happen once a backup was restored?

The record went back in time, and readers of the feed hold cursors from the time that is gone: under a new epoch every
one of them is told to read the open alerts again, and cannot take a new event for one it has seen.
"""

from __future__ import annotations

from typing import Final

from app.services.acting import Acting
from app.store import ledger
from app.store.database import Transaction

RESTORE: Final = "restore"


def begin_anew(tx: Transaction, acting: Acting, reason: str) -> str:
    """Starts another epoch of the feed and says so in the audit trail; the name of the epoch."""
    ledger.lock(tx)
    epoch = ledger.new_epoch(tx)
    ledger.append(tx, (acting.act(RESTORE, None, (), reason),))
    return epoch
