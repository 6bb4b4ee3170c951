"""What somebody typed and has not saved: kept for them alone, until it is saved or thrown away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from app.domain.errors import InvalidInput
from app.services.acting import Acting
from app.store import drafts
from app.store.database import Transaction
from app.store.drafts import Draft

KEPT: Final = timedelta(hours=12)
"""A shift: what was seen at a bed before that is observed anew."""

LONGEST: Final = 64 * 1024


def keep(tx: Transaction, acting: Acting, place: str, course_id: str, document: bytes) -> datetime:
    """Keeps the form as it is, and says since when; raises InvalidInput when it is too long."""
    if len(document) > LONGEST:
        raise InvalidInput("draft_too_long", "This is too long to keep as a draft.")
    drafts.forget(tx, acting.at - KEPT)
    drafts.put(tx, Draft(acting.person_id, place, course_id, document, acting.at))
    return acting.at


def left(tx: Transaction, acting: Acting, place: str) -> Draft | None:
    """What this person left there within the last shift."""
    found = drafts.find(tx, acting.person_id, place)
    return None if found is None or acting.at - found.saved_at > KEPT else found


def throw_away(tx: Transaction, acting: Acting, place: str) -> None:
    """Forgets it: it was saved, or is no longer wanted."""
    drafts.drop(tx, acting.person_id, place)
