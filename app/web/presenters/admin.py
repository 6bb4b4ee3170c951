"""What of the house may somebody administer, and where?"""

from __future__ import annotations

from typing import NamedTuple

from app.services.acting import Acting, Permission
from app.web.translate import _, mark

HUB = "/admin"


class Area(NamedTuple):
    """One part of the administration, for whoever holds the permission on any ward."""

    href: str
    words: str
    about: str
    permission: Permission


AREAS = (
    Area(
        "/admin/people",
        mark("People"),
        mark("Who may sign in, with which roles on which wards; one-time links; switching an account off."),
        Permission.ADMINISTER_PEOPLE,
    ),
    Area(
        "/admin/tokens",
        mark("Tokens"),
        mark("Which programs may call, what each may do on which wards, until when; revoking one."),
        Permission.ADMINISTER_TOKENS,
    ),
    Area(
        "/admin/receivers",
        mark("Webhooks"),
        mark("Which programs alerts are pushed to; whether they arrive; secrets, tests and sending again."),
        Permission.ADMINISTER_RECEIVERS,
    ),
    Area(
        "/admin/workstations",
        mark("Workstations"),
        mark("The shared machines at which people unlock and switch with a PIN."),
        Permission.ENROL_WORKSTATION,
    ),
    Area(
        "/admin/roster",
        mark("Roster"),
        mark("Who is on duty when, and which nurse looks after which patient: whom an unanswered alert reaches."),
        Permission.ROSTER,
    ),
    Area(
        "/admin/ladders",
        mark("Ladder"),
        mark("Which duty an unanswered alert reaches after how many minutes, and how long one may be put aside."),
        Permission.WRITE_LADDER,
    ),
    Area(
        "/admin/access-reviews",
        mark("Emergency access"),
        mark("Who opened the chart of a patient of another ward, and whether that was right."),
        Permission.REVIEW_ACCESS,
    ),
    Area(
        "/admin/audit",
        mark("Audit trail"),
        mark("Who did what and who read whose chart, by person, patient, time or machine; where the trail stands."),
        Permission.READ_AUDIT,
    ),
)


def areas_for(acting: Acting) -> tuple[Area, ...]:
    """The parts this person has anything to do with, in the reader's language."""
    return tuple(
        area._replace(words=_(area.words), about=_(area.about)) for area in AREAS if acting.may(area.permission, None)
    )
