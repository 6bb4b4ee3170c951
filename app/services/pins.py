"""Which exact protocol text decides a course?

A course pins id, version and sha256. The text is stored with the first course that pins it, so that a decision can be
recomputed when the shipped file has long moved on.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.course import ProtocolPin
from app.domain.errors import NotFound
from app.domain.protocol import Protocol
from app.protocols.library import Library
from app.store import protocol_texts
from app.store.database import Transaction

_PARSED: dict[str, Protocol] = {}


def pinned(tx: Transaction, library: Library, pin: ProtocolPin) -> Protocol:
    """The protocol of exactly the pinned bytes, whatever the files say today; raises NotFound for bytes not kept."""
    known = library.text(pin.sha256)
    if known is not None:
        return known
    if pin.sha256 not in _PARSED:
        _PARSED[pin.sha256] = library.parse(protocol_texts.text(tx, pin.sha256))
    return _PARSED[pin.sha256]


def version(tx: Transaction, library: Library, name: str, number: str) -> Protocol:
    """A version at hand, or else the newest text of it that a course is pinned to; raises NotFound."""
    known = library.version(name, number)
    if known is not None:
        return known
    kept = [one for one in protocol_texts.pins(tx) if (one.id, one.version) == (name, number)]
    if not kept:
        raise NotFound("unknown_protocol", "There is no such version of a protocol.")
    return pinned(tx, library, kept[-1])


def file_differs(library: Library, pin: ProtocolPin) -> bool:
    """True when the file of the pinned id and version has other bytes today, or is gone."""
    known = library.version(pin.id, pin.version)
    return known is None or known.pin != pin


def pin(tx: Transaction, protocol: Protocol, at: datetime) -> ProtocolPin:
    """Stores the protocol's text once and answers its pin."""
    protocol_texts.add(tx, protocol.pin, protocol.document, at)
    return protocol.pin
