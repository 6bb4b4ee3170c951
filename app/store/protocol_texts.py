"""What exactly does a pinned protocol say?

Texts are kept by their hash, so that a replay never depends on the files of the day.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from app.domain.course import ProtocolPin
from app.domain.errors import NotFound
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement

_TEXT = t.protocol_text.c
_FIND = Statement(select(_TEXT.document).where(_TEXT.sha256 == bindparam("sha256")))
_PINS = Statement(select(_TEXT.id, _TEXT.version, _TEXT.sha256).order_by(_TEXT.id, _TEXT.recorded_at))
_ADD = Statement(insert(t.protocol_text))


def add(tx: Transaction, pin: ProtocolPin, document: bytes, at: datetime) -> None:
    """Keeps a text unless it is there already; ValueError when its bytes do not have the pin's hash.

    IntegrityError when another process adds it at this moment: do it again.
    """
    if hashlib.sha256(document).hexdigest() != pin.sha256:
        raise ValueError(f"the text of {pin.id} {pin.version} does not have the hash it is pinned by")
    if _FIND.maybe(tx, sha256=pin.sha256) is None:
        _ADD.run(tx, sha256=pin.sha256, id=pin.id, version=pin.version, document=document, recorded_at=at)


def text(tx: Transaction, sha256: str) -> bytes:
    """The bytes with this hash; raises NotFound."""
    found = _FIND.maybe(tx, sha256=sha256)
    if found is None:
        raise NotFound("protocol_not_found", "There is no such protocol text.")
    return bytes(found[0])


def pins(tx: Transaction) -> tuple[ProtocolPin, ...]:
    """Every text kept, by protocol and age."""
    return tuple([ProtocolPin(*row) for row in _PINS.all(tx)])
