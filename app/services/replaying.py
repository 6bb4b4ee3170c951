"""Does every stored decision still come out the same, byte for byte?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.engine import decide
from app.domain.record import decode_situation, encode_decision
from app.protocols.library import Library
from app.services.pins import pinned
from app.store import decisions
from app.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Replayed:
    """One stored decision recomputed from its stored situation under its pinned protocol."""

    decision_id: str
    same: bool


def replay(tx: Transaction, library: Library) -> Iterator[Replayed]:
    """Recomputes every stored decision in the order of recording; reads only."""
    for record in decisions.every_decision(tx):
        protocol = pinned(tx, library, record.protocol)
        again = decide(decode_situation(record.situation), protocol, library.news2)
        yield Replayed(record.id, encode_decision(again) == record.document)
