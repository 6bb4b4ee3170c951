"""How does a person read about their own sessions, PIN and roles?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.services import sessions
from app.services.acting import Acting
from app.services.pin_codes import Standing
from app.store.sessions import Session
from app.web.formats import first_upper, plain
from app.web.translate import _, several
from app.web.wardtime import UNIVERSAL


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One of a person's sessions; `mine` is the one that is reading."""

    hash: str
    where: str
    began: str
    used: str
    until: str
    state: str
    mine: bool


def session_line(session: Session, now: datetime, mine: str) -> SessionLine:
    """One line of the list."""
    here = session.hash == mine
    state = _("Locked") if sessions.locked(session, now) else _("Open")
    return SessionLine(
        hash=session.hash,
        where=session.workstation_name or _("A browser of its own"),
        began=UNIVERSAL.moment(session.created_at),
        used=UNIVERSAL.moment(session.active_at),
        until=UNIVERSAL.moment(session.expires_at),
        state=_("This one") if here else state,
        mine=here,
    )


def role_words(acting: Acting, wards: dict[str, str]) -> str:
    """`Nurse on Ward A, charge nurse on all wards`."""
    said = [
        _("{role} on {ward}").format(
            role=_(plain(grant.role)), ward=_("all wards") if grant.ward_id is None else wards[grant.ward_id]
        )
        for grant in sorted(acting.grants, key=str)
    ]
    return first_upper(", ".join(said)) if said else _("No role yet.")


def pin_words(standing: Standing) -> str:
    """Whether there is a PIN, and what is left of it."""
    use = _("It unlocks and switches at an enrolled workstation, after you have signed in there with your password.")
    if standing.set_at is None:
        return _("You have none yet. {use}").format(use=use)
    since = _("Set {at} UTC.").format(at=UNIVERSAL.moment(standing.set_at))
    if standing.left == 0:
        return _("{since} It was wrong too often: it counts again once you have signed in anew.").format(since=since)
    left = several("{number} wrong try is left.", "{number} wrong tries are left.", standing.left)
    return f"{since} {left} {use}"
