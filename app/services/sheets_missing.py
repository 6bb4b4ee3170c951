"""Who hears that the sheets for a time without the server are not written, and that they are again?

An alert about the program itself on every ward. It ends by a person's answer alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app.domain.alert import answer_to
from app.domain.ids import new_id
from app.domain.vocabulary import AlertKind, Level
from app.services.program_alerts import cleared, raised, standing, tell
from app.store import ledger, wards
from app.store.database import Transaction

KEY: Final = "sheets"
_DO: Final = "Print the handover of the ward each shift, and call whoever looks after the program."


def fails(tx: Transaction, at: datetime, fault: str) -> None:
    """Tells every ward where nobody was told, or where it had been put right."""
    ledger.lock(tx)
    events = []
    ward_ids = [ward.id for ward in wards.wards(tx)]
    known = standing(tx, ward_ids, KEY)
    for ward_id in ward_ids:
        alert = known.get(ward_id)
        if alert is None:
            events.append(raised(at, ward_id, KEY, Level.PRIORITY, f"{fault} {_DO}"))
        elif alert.cleared is not None:
            events.append(answer_to(alert, AlertKind.WORSENED, new_id(at), at, None))
    tell(tx, at, KEY, events)


def works(tx: Transaction, at: datetime) -> None:
    """They are written: nobody is called any more, and whoever was still answers."""
    ledger.lock(tx)
    known = standing(tx, [ward.id for ward in wards.wards(tx)], KEY)
    tell(tx, at, KEY, cleared(at, known.values()))
