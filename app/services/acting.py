"""Who is acting, when, and may they?

One table says which roles hold which permission; a service account holds only what its scopes name, and never one that
needs a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from typing import Final

from app.domain.canary import is_canary
from app.domain.errors import Forbidden, NotFound, ProofNeeded
from app.domain.vocabulary import Role
from app.store.emergency import LetIn
from app.store.ledger import Act
from app.store.people import Grant
from app.store.reach import Reach

VERSION = version("doseward")
PROOF_LASTS: Final = timedelta(seconds=60)
"""For so long a password or PIN that was shown stands for what it opens."""


class Permission(StrEnum):
    """What somebody may do on a ward."""

    READ = "read"
    READ_ALERTS = "read_alerts"
    SEE_ALERTS = "see_alerts"
    EVALUATE = "evaluate"
    CHART = "chart"
    ADD_EVENT = "add_event"
    ORDER = "order"
    GIVE = "give"
    ACKNOWLEDGE = "acknowledge"
    ADMIT = "admit"
    ADMINISTER_PEOPLE = "administer_people"
    ADMINISTER_TOKENS = "administer_tokens"
    ADMINISTER_RECEIVERS = "administer_receivers"
    HOLD_TOKENS = "hold_tokens"
    ENROL_WORKSTATION = "enrol_workstation"
    BREAK_GLASS = "break_glass"
    REVIEW_ACCESS = "review_access"
    ROSTER = "roster"
    WRITE_LADDER = "write_ladder"
    READ_AUDIT = "read_audit"
    SIGN_PROTOCOL = "sign_protocol"
    ACKNOWLEDGE_COVERAGE = "acknowledge_coverage"
    READ_COHORT = "read_cohort"


_BEDSIDE = frozenset({Role.NURSE, Role.CHARGE_NURSE, Role.PRESCRIBER})
ROLES: Mapping[Permission, frozenset[Role]] = {
    Permission.READ: frozenset(Role),
    Permission.READ_ALERTS: frozenset(Role),
    Permission.SEE_ALERTS: frozenset(Role),
    Permission.EVALUATE: frozenset(Role),
    Permission.CHART: _BEDSIDE,
    Permission.ADD_EVENT: _BEDSIDE | {Role.ADMINISTRATOR},  # whoever may do any of them: each kind asks for its own
    Permission.ORDER: frozenset({Role.PRESCRIBER}),
    Permission.GIVE: _BEDSIDE,
    Permission.ACKNOWLEDGE: _BEDSIDE,
    Permission.ADMIT: frozenset({Role.PRESCRIBER, Role.CHARGE_NURSE, Role.ADMINISTRATOR}),
    Permission.ADMINISTER_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Permission.ADMINISTER_TOKENS: frozenset({Role.ADMINISTRATOR}),
    Permission.ADMINISTER_RECEIVERS: frozenset({Role.ADMINISTRATOR}),
    Permission.HOLD_TOKENS: frozenset(Role),
    Permission.ENROL_WORKSTATION: frozenset({Role.CHARGE_NURSE, Role.ADMINISTRATOR}),
    Permission.BREAK_GLASS: _BEDSIDE | {Role.PHARMACIST},
    Permission.ROSTER: frozenset({Role.CHARGE_NURSE, Role.ADMINISTRATOR}),
    Permission.WRITE_LADDER: frozenset({Role.ADMINISTRATOR}),
    Permission.REVIEW_ACCESS: frozenset({Role.CHARGE_NURSE, Role.AUDITOR}),
    Permission.READ_AUDIT: frozenset({Role.AUDITOR}),
    Permission.SIGN_PROTOCOL: frozenset({Role.PRESCRIBER, Role.PHARMACIST}),
    Permission.ACKNOWLEDGE_COVERAGE: frozenset({Role.ADMINISTRATOR}),
    Permission.READ_COHORT: frozenset({Role.PRESCRIBER, Role.CHARGE_NURSE, Role.ADMINISTRATOR}),
}
SCOPES: Mapping[Permission, frozenset[str]] = {
    Permission.READ: frozenset({"read"}),
    Permission.READ_ALERTS: frozenset({"read", "alerts:read"}),
    Permission.EVALUATE: frozenset({"evaluate"}),
    Permission.CHART: frozenset({"observations:write"}),
    Permission.ADD_EVENT: frozenset({"observations:write"}),
}
"""Permissions without scopes here are a person's alone."""

WARD_SCOPE = "ward:"
"""A service account with scopes that begin so is held to those wards; without any, it sees all of them."""


def wards_among(scopes: Iterable[str]) -> frozenset[str]:
    """The wards that scopes hold a service account to; none of them is all of them."""
    return frozenset(scope.removeprefix(WARD_SCOPE) for scope in scopes if scope.startswith(WARD_SCOPE))


@dataclass(frozen=True, slots=True)
class Acting:
    """The person or service account behind a request, and the moment of it (aware UTC).

    `scopes` are those of a token, None for a signed-in person. `proved_at` is when the person of a session last showed
    a password or PIN; None for a token and the command line, which show theirs every time. `workstation` is the id of
    the machine, where it is one the ward has enrolled. `refused` says what was wrong with the proof that came with this
    request, "" where there was none or it was right. `emergency` is what lets somebody of another ward in.
    """

    person_id: str
    name: str
    service: bool
    grants: frozenset[Grant]
    scopes: frozenset[str] | None
    at: datetime
    request_id: str
    proved_at: datetime | None = None
    workstation: str | None = None
    refused: str = ""
    emergency: LetIn | None = None

    @property
    def reach(self) -> Reach:
        """What exists for this actor: every query for a thing of a course takes it."""
        return Reach(self.wards(), self.person_id, self.at)

    def let_in(self, emergency: LetIn, ward_id: str) -> Acting:
        """The same person, who has broken the glass of a course on this ward: with their own roles there."""
        here = frozenset(Grant(grant.role, ward_id) for grant in self.grants)
        return replace(self, grants=self.grants | here, emergency=emergency)

    @property
    def proved(self) -> bool:
        """True while nothing need be shown: the last proof is no older than a minute, or one comes with every call."""
        return self.refused == "" and (self.proved_at is None or self.at - self.proved_at <= PROOF_LASTS)

    def require_proof(self) -> None:
        """Raises ProofNeeded, with the field `/proof`, unless whoever acts has just shown who they are."""
        if self.proved:
            return
        sentence = self.refused or "Show that it is you: enter your password or PIN."
        raise ProofNeeded.at("/proof", "proof_needed", sentence)

    def roles(self, ward_id: str | None) -> frozenset[Role]:
        """The roles held on a ward; with None, on any."""
        return frozenset(grant.role for grant in self.grants if ward_id is None or grant.ward_id in (None, ward_id))

    def may(self, permission: Permission, ward_id: str | None) -> bool:
        """True when the permission is held on the ward; with None, on any ward."""
        if self.service:
            scopes, wards = self.scopes or frozenset(), self.wards()
            here = ward_id is None or wards is None or ward_id in wards
            return here and not scopes.isdisjoint(SCOPES.get(permission, frozenset()))
        return not self.roles(ward_id).isdisjoint(ROLES[permission])

    def wards(self) -> frozenset[str] | None:
        """The wards this actor may read; None means all."""
        if self.service:
            return wards_among(self.scopes or ()) or None
        if any(grant.ward_id is None for grant in self.grants):
            return None
        return frozenset(grant.ward_id for grant in self.grants if grant.ward_id is not None)

    def follows(self, ward_id: str) -> bool:
        """True of a ward whose alerts this actor reads; the canary's, no ward of the house, only where it is named."""
        wards = self.wards()
        return not is_canary(ward_id) if wards is None else ward_id in wards

    def act(
        self,
        action: str,
        course_id: str | None,
        subjects: Iterable[str],
        reason: str | None = None,
        *,
        patient_id: str | None = None,
        before: Iterable[str] = (),
    ) -> Act:
        """A line of the audit trail for something this actor does; `before` are the ids of what it replaces."""
        return Act(
            at=self.at,
            person=None if self.service else self.person_id,
            acting_as=self.name if self.emergency is None else f"{self.name}, emergency access {self.emergency.id}",
            action=action,
            version=VERSION,
            course_id=course_id,
            subjects=tuple(subjects),
            reason=reason,
            request_id=self.request_id,
            workstation=self.workstation,
            patient_id=patient_id,
            before=tuple(before),
        )

    def require(self, permission: Permission, ward_id: str | None) -> None:
        """Raises NotFound on a ward the person has no business with, Forbidden on one they have."""
        if self.may(permission, ward_id):
            return
        wards = self.wards()
        if ward_id is not None and wards is not None and ward_id not in wards:
            raise NotFound("not_found", "There is nothing here under that address that you may see.")
        if self.service:
            raise self._lacks_scope(permission)
        names = ", ".join(sorted(role.replace("_", " ") for role in ROLES[permission]))
        raise Forbidden("role_needed", f"This needs one of these roles on the ward: {names}.")

    @staticmethod
    def _lacks_scope(permission: Permission) -> Forbidden:
        scopes = SCOPES.get(permission)
        if scopes is None:
            return Forbidden("person_needed", "Only a named person with the right role may do this.")
        return Forbidden("scope_needed", f"This needs a token with the scope {' or '.join(sorted(scopes))}.")


def by_itself(
    at: datetime, action: str, course_id: str | None, subjects: Iterable[str], *, patient_id: str | None = None
) -> Act:
    """A line of the audit trail for something the program does without anybody asking."""
    return Act(at, None, "doseward", action, VERSION, course_id, tuple(subjects), patient_id=patient_id)
