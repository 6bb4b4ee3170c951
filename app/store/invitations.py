"""Which one-time links are out, and is this one of them?

Only hashes are kept: whoever reads the database cannot set a password with what is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link with which a person sets a password, once; `hash` is the SHA-256 of its secret in hex."""

    hash: str
    person_id: str
    created_at: datetime
    created_by: str
    expires_at: datetime


_ANY = select(*t.invitation.c["hash", "person_id", "created_at", "created_by", "expires_at"])
_ADD = Statement(insert(t.invitation))
_FIND = Statement(_ANY.where(t.invitation.c.hash == bindparam("of")))
_OF_PERSON = Statement(
    _ANY.where(t.invitation.c.person_id == bindparam("of")).order_by(t.invitation.c.created_at.desc()).limit(1)
)
_TAKE = Statement(delete(t.invitation).where(t.invitation.c.hash == bindparam("of")))
_WITHDRAW = Statement(delete(t.invitation).where(t.invitation.c.person_id == bindparam("of")))


def add_invitation(tx: Transaction, invitation: Invitation) -> None:
    _ADD.run(
        tx,
        hash=invitation.hash,
        person_id=invitation.person_id,
        created_at=invitation.created_at,
        created_by=invitation.created_by,
        expires_at=invitation.expires_at,
    )


def invitation(tx: Transaction, invitation_hash: str) -> Invitation | None:
    """The link with this hash, expired or not; None once it was used or withdrawn."""
    row = _FIND.maybe(tx, of=invitation_hash)
    return None if row is None else Invitation(*row)


def invitation_of(tx: Transaction, person_id: str) -> Invitation | None:
    """The newest link of a person that was neither used nor withdrawn, expired or not."""
    row = _OF_PERSON.maybe(tx, of=person_id)
    return None if row is None else Invitation(*row)


def take_invitation(tx: Transaction, invitation_hash: str) -> bool:
    """Uses a link up: True for the one who did, False for whoever comes second."""
    return _TAKE.run(tx, of=invitation_hash) == 1


def withdraw_invitations(tx: Transaction, person_id: str) -> None:
    """No link of this person opens anything any more."""
    _WITHDRAW.run(tx, of=person_id)
