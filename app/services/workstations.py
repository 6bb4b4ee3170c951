"""Which shared machines may be unlocked with a PIN, and who is signed in at one?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import InvalidInput
from app.domain.ids import new_id
from app.services.acting import Acting, Permission
from app.services.secret import hashed, new_secret
from app.services.sessions import OLD_ID_LASTS
from app.store import ledger, sessions, wards, workstations
from app.store.database import Transaction
from app.store.sessions import Session
from app.store.wards import Ward
from app.store.workstations import Workstation


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A machine and the ward it stands on."""

    workstation: Workstation
    ward: Ward


def enrol(tx: Transaction, acting: Acting, name: str, ward_id: str) -> tuple[Workstation, str]:
    """Makes the machine in hand one of the ward's, and answers the secret for its cookie.

    Raises NotFound, Forbidden, InvalidInput without a name.
    """
    acting.require(Permission.ENROL_WORKSTATION, wards.ward(tx, ward_id).id)
    if not name.strip():
        raise InvalidInput.at("/name", "name_needed", "Say which machine this is, as it is labelled.")
    made = Workstation(new_id(acting.at), name.strip(), ward_id, acting.at, acting.person_id, None)
    secret = new_secret()
    workstations.add(tx, made, hashed(secret))
    ledger.append(tx, (acting.act("enrol_workstation", None, (made.id,), f"{made.name} on {ward_id}"),))
    return made, secret


def revoke(tx: Transaction, acting: Acting, workstation_id: str) -> None:
    """No PIN counts there any more, from the next request on; raises NotFound, Forbidden."""
    found = workstations.workstation(tx, workstation_id)
    acting.require(Permission.ENROL_WORKSTATION, found.ward_id)
    workstations.revoke(tx, workstation_id, acting.at, acting.person_id)
    ledger.append(tx, (acting.act("revoke_workstation", None, (workstation_id,)),))


def enrolled(tx: Transaction, acting: Acting) -> tuple[Enrolled, ...]:
    """The machines of the wards where this person may enrol one, revoked ones too, by name."""
    acting.require(Permission.ENROL_WORKSTATION, None)
    places = {place.id: place for place in wards_of(tx, acting)}
    return tuple(Enrolled(one, places[one.ward_id]) for one in workstations.workstations(tx) if one.ward_id in places)


def wards_of(tx: Transaction, acting: Acting) -> tuple[Ward, ...]:
    """Where this person may enrol a machine."""
    return tuple(place for place in wards.wards(tx) if acting.may(Permission.ENROL_WORKSTATION, place.id))


def this_one(tx: Transaction, secret: str | None) -> Workstation | None:
    """The machine whose cookie this is; None where it is not enrolled, or no longer."""
    return None if secret is None else workstations.standing_with(tx, hashed(secret))


def signed_in_here(tx: Transaction, workstation: Workstation, now: datetime) -> tuple[Session, ...]:
    """One session for each person who signed in at this machine and whose shift is not over, by name."""
    newest: dict[str, Session] = {}
    for session in sessions.sessions_at(tx, workstation.id, now + OLD_ID_LASTS):
        if session.person.active:
            newest.setdefault(session.person.id, session)
    return tuple(newest.values())
