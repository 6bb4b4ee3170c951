"""Who signed a protocol text, and who acknowledged what it does not cover?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from app.domain.vocabulary import Role
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class SignOff:
    """A person's word for exactly these bytes; `name` and `role` are those of the moment."""

    sha256: str
    person_id: str
    name: str
    role: Role
    at: datetime
    statement: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An administrator's word that the systems a text does not cover are known, by name."""

    sha256: str
    systems: tuple[str, ...]
    person_id: str
    name: str
    at: datetime


_SIGNED = t.protocol_signoff.c
_KNOWN = t.protocol_acknowledgement.c
_SIGN = Statement(insert(t.protocol_signoff))
_ACKNOWLEDGE = Statement(insert(t.protocol_acknowledgement))
_SIGNOFFS = Statement(
    select(*_SIGNED["sha256", "person_id", "name", "role", "at", "statement"])
    .where(_SIGNED.sha256 == bindparam("of"))
    .order_by(_SIGNED.at, _SIGNED.person_id)
)
_ACKNOWLEDGEMENT = Statement(
    select(*_KNOWN["sha256", "systems", "person_id", "name", "at"]).where(_KNOWN.sha256 == bindparam("of"))
)


def sign(tx: Transaction, signoff: SignOff) -> None:
    """Keeps a sign-off of a stored text; a person's second one breaks pk_protocol_signoff."""
    _SIGN.run(
        tx,
        sha256=signoff.sha256,
        person_id=signoff.person_id,
        name=signoff.name,
        role=signoff.role,
        at=signoff.at,
        statement=signoff.statement,
    )


def signoffs(tx: Transaction, sha256: str) -> tuple[SignOff, ...]:
    """Everybody who signed these bytes, in order of time."""
    return tuple([_signoff(*row) for row in _SIGNOFFS.all(tx, of=sha256)])


def _signoff(sha256: str, person_id: str, name: str, role: str, at: datetime, statement: str) -> SignOff:
    return SignOff(sha256, person_id, name, Role(role), at, statement)


def acknowledge(tx: Transaction, known: Acknowledgement) -> None:
    """Keeps the acknowledgement of a stored text; a second one breaks pk_protocol_acknowledgement."""
    systems = json.dumps(known.systems).encode()
    _ACKNOWLEDGE.run(tx, sha256=known.sha256, systems=systems, person_id=known.person_id, name=known.name, at=known.at)


def acknowledgement(tx: Transaction, sha256: str) -> Acknowledgement | None:
    """The acknowledgement of these bytes, None where nobody gave one."""
    row = _ACKNOWLEDGEMENT.maybe(tx, of=sha256)
    return None if row is None else Acknowledgement(row[0], tuple(json.loads(row[1])), *row[2:])
