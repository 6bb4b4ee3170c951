"""Who hears that the sheets for a time without the server are not written, and that they are again?

An alert about the program itself on every ward. It ends by a person's answer alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app.domain.vocabulary import Level
from app.services import program_alerts
from app.store import ledger, wards
from app.store.database import Transaction

KEY: Final = "sheets"
_DO: Final = "Print the handover of the ward each shift, and call whoever looks after the program."


def fails(tx: Transaction, at: datetime, fault: str) -> None:
    """Tells every ward where nobody was told, or where it had been put right."""
    ledger.lock(tx)
    program_alerts.fails(tx, at, wards.ids(tx), KEY, Level.PRIORITY, f"{fault} {_DO}")


def works(tx: Transaction, at: datetime) -> None:
    """They are written: nobody is called any more, and whoever was still answers."""
    ledger.lock(tx)
    program_alerts.works(tx, at, wards.ids(tx), KEY)
