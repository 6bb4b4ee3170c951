"""To whom does the house push alerts?

Administrators name receivers, of a ward they run or of all; a receiver's address must be of an origin the site has
opened. Its secret is worked out when it is needed, shown once, and kept nowhere.
"""

from __future__ import annotations

import base64
import hmac
from datetime import timedelta
from typing import Final

from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.ids import new_id
from app.domain.receiver import Doors, Receiver, origin_of
from app.domain.vocabulary import Level
from app.services import failing
from app.services.accounts import administers, require_administrator
from app.services.acting import Acting
from app.services.following import Cursor
from app.store import lanes, ledger, receivers, wards
from app.store.database import Transaction
from app.store.lanes import Lane
from app.store.receivers import Delivery

MARK: Final = "whsec_"
EARLIER_LASTS: Final = timedelta(hours=24)
"""For so long after a rotation messages are signed with both secrets: time to give the receiver the new one."""
MOST: Final = 50
"""Each has a thread of its own while it is being told."""


def secret_of(audit_key: bytes, receiver_id: str, generation: int) -> str:
    """The secret of a receiver as the Standard Webhooks write it: 256 bits that nobody without the audit key knows."""
    said = f"doseward webhook {receiver_id} {generation}".encode()
    return MARK + base64.b64encode(hmac.digest(audit_key, said, "sha256")).decode()


def add_receiver(
    tx: Transaction, acting: Acting, doors: Doors, name: str, url: str, ward_id: str | None, least: Level
) -> tuple[Receiver, str]:
    """A receiver, told from now on, and its secret, shown this once.

    Raises ProofNeeded, Forbidden, NotFound for a ward there is not, InvalidInput for an origin that is not open.
    """
    acting.require_proof()
    require_administrator(acting, ward_id)
    if ward_id is not None:
        wards.ward(tx, ward_id)
    origin = origin_of(url)
    if not doors.opens(url):
        sentence = "The site has not opened this origin: the operator adds it to DOSEWARD_WEBHOOK_ORIGINS."
        raise InvalidInput.at("/url", "origin_not_open", sentence)
    if sum(one.removed_at is None for one in receivers.receivers(tx)) >= MOST:
        raise Conflict("too_many", f"There are {MOST} receivers already: remove one first.")
    stands = ledger.position(tx)
    made = Receiver(
        new_id(acting.at), _name(name), url, ward_id, least, 1, None, acting.at, acting.person_id, None, None
    )
    receivers.add(tx, made)
    lanes.add(tx, Lane(made.id, stands.epoch, stands.feed, 0, acting.at, None, None))
    about = f"{made.name}: {origin}, {least} and above, on {ward_id or 'all wards'}"
    ledger.append(tx, (acting.act("add_receiver", None, (made.id,), about),))
    return made, secret_of(tx.database.audit_key, made.id, made.generation)


def rename_receiver(tx: Transaction, acting: Acting, receiver_id: str, name: str) -> Receiver:
    """Another name; raises NotFound alike for a receiver of others, a removed one and none, as all below."""
    _standing(tx, acting, receiver_id)
    receivers.rename(tx, receiver_id, _name(name))
    ledger.append(tx, (acting.act("rename_receiver", None, (receiver_id,), name.strip()),))
    return receivers.receiver(tx, receiver_id)


def rotate_secret(tx: Transaction, acting: Acting, receiver_id: str) -> tuple[Receiver, str]:
    """The next secret, shown this once; messages carry a signature of each for a day. Raises ProofNeeded, NotFound."""
    acting.require_proof()
    found = _standing(tx, acting, receiver_id)
    receivers.rotate(tx, found, acting.at + EARLIER_LASTS)
    ledger.append(tx, (acting.act("rotate_receiver", None, (receiver_id,)),))
    rotated = receivers.receiver(tx, receiver_id)
    return rotated, secret_of(tx.database.audit_key, receiver_id, rotated.generation)


def replay(tx: Transaction, acting: Acting, receiver_id: str, cursor: Cursor | None) -> Receiver:
    """Sends again everything after a cursor; without one, everything since the oldest alert that is open now.

    Raises NotFound, InvalidInput for a cursor of another epoch or ahead of the feed.
    """
    found = _standing(tx, acting, receiver_id)
    stands = ledger.position(tx)
    if cursor is not None and (cursor.epoch != stands.epoch or cursor.n > stands.feed):
        raise InvalidInput.at("/cursor", "bad_cursor", "That is no cursor of the feed as it is now.")
    n = lanes.before_open(tx, stands.feed) if cursor is None else cursor.n
    lanes.place(tx, receiver_id, stands.epoch, n, acting.at)
    ledger.append(tx, (acting.act("replay_receiver", None, (receiver_id,), str(Cursor(stands.epoch, n))),))
    return found


def remove_receiver(tx: Transaction, acting: Acting, receiver_id: str, reason: str) -> Receiver:
    """Nothing goes there any more, and nobody hears of it any more. Raises ProofNeeded, NotFound, InvalidInput."""
    acting.require_proof()
    if not reason.strip():
        raise InvalidInput.at("/reason", "reason_needed", "Say why nothing is to go there any more.")
    found = _standing(tx, acting, receiver_id)
    receivers.remove(tx, receiver_id, acting.at, acting.person_id)
    lanes.end(tx, receiver_id)
    failing.works(tx, acting.at, found)
    ledger.append(tx, (acting.act("remove_receiver", None, (receiver_id,), reason.strip()),))
    return receivers.receiver(tx, receiver_id)


def note_test(tx: Transaction, acting: Acting, receiver_id: str) -> Receiver:
    """Notes that somebody has a test message sent to it; raises NotFound."""
    found = _standing(tx, acting, receiver_id)
    ledger.append(tx, (acting.act("test_receiver", None, (receiver_id,)),), wakes=False)
    return found


def receivers_for(tx: Transaction, acting: Acting) -> tuple[tuple[Receiver, Lane | None], ...]:
    """The receivers this administrator decides about, oldest first, with their lanes; a removed one has none."""
    of = {one.receiver.id: one.lane for one in lanes.watched(tx)}
    return tuple((one, of.get(one.id)) for one in receivers.receivers(tx) if administers(acting, one.ward_id))


def receiver_for(tx: Transaction, acting: Acting, receiver_id: str) -> Receiver:
    """One of them; raises NotFound."""
    found = receivers.receiver(tx, receiver_id)
    if not administers(acting, found.ward_id):
        raise NotFound("receiver_not_found", "There is no such receiver.")
    return found


def deliveries_for(
    tx: Transaction, acting: Acting, receiver_id: str, before: str | None, limit: int
) -> tuple[Delivery, ...]:
    """The attempts at one of them, newest first, from the one before `before` on; raises NotFound."""
    return receivers.deliveries(tx, receiver_for(tx, acting, receiver_id).id, before, limit)


def _standing(tx: Transaction, acting: Acting, receiver_id: str) -> Receiver:
    found = receiver_for(tx, acting, receiver_id)
    if found.removed_at is not None:
        raise NotFound("receiver_not_found", "There is no such receiver.")
    return found


def _name(name: str) -> str:
    if not name.strip():
        raise InvalidInput.at("/name", "name_needed", "A receiver needs a name: who gets its messages?")
    return name.strip()
