"""Which exact protocol text decides a course?

A course pins id, version and sha256. The text is stored with the first course that pins it, so that a decision can be
recomputed when the shipped file has long moved on.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.course import ProtocolPin
from app.domain.protocol import Protocol
from app.protocols.library import Library
from app.store import protocol_texts
from app.store.database import Transaction

_PARSED: dict[str, Protocol] = {}


def pinned(tx: Transaction, library: Library, pin: ProtocolPin) -> Protocol:
    """The protocol a pin names; raises NotFound when its text is not stored."""
    shipped = library.protocols.get(pin.id)
    if shipped is not None and shipped.pin.sha256 == pin.sha256:
        return shipped
    if pin.sha256 not in _PARSED:
        _PARSED[pin.sha256] = library.parse(protocol_texts.text(tx, pin.sha256))
    return _PARSED[pin.sha256]


def pin(tx: Transaction, protocol: Protocol, at: datetime) -> ProtocolPin:
    """Stores the protocol's text once and answers its pin."""
    protocol_texts.add(tx, protocol.pin, protocol.document, at)
    return protocol.pin
