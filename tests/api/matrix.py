"""Who asks what about which object, and what must the answer be?

The answer is derived from the table of authority, the table of roles and one rule about objects: what lies on a ward
that is not the asker's does not exist. Where an act that is allowed is refused by a clinical rule instead, `REFUSED`
says by which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple

from app.domain.record import instant
from app.domain.vocabulary import Role
from app.http.authority import AUTHORITY, Scope
from app.protocols.library import read
from app.services.acting import ROLES, SCOPES, Permission
from tests.api import bedside
from tests.api.app import COMMITTED
from tests.builders import AT, LIBRARY, REASON

OWN, OTHER, DISCHARGED, UNKNOWN = OBJECTS = ("own ward", "other ward", "discharged", "unknown")
OPERATIONS: Final = {
    (method.upper(), path): int(min(status for status in operation["responses"] if status < "300"))
    for path, operations in json.loads(COMMITTED.read_text())["paths"].items()
    for method, operation in operations.items()
}
"""Every operation of the committed description, and what it answers when all is well."""


@dataclass(frozen=True)
class Asker:
    """Somebody, by what they hold; `role` None and no scopes is somebody without any role."""

    name: str
    role: Role | None = None
    everywhere: bool = False
    scopes: frozenset[str] = frozenset()
    signed_in: bool = True

    @property
    def service(self) -> bool:
        return bool(self.scopes)

    def may(self, permission: Permission | None) -> bool:
        """By the table of roles, or of scopes."""
        if permission is None:
            return True
        if self.service:
            return not self.scopes.isdisjoint(SCOPES.get(permission, frozenset()))
        return self.role in ROLES[permission]

    def sees(self, what: str) -> bool:
        """True of an object on a ward of theirs."""
        return what in (OWN, DISCHARGED) or (what == OTHER and self.everywhere)

    def administers(self, what: str) -> bool:
        """True of an object on a ward they run; who runs all of them runs also what is not there."""
        return self.role is Role.ADMINISTRATOR and (self.everywhere or what in (OWN, DISCHARGED))


ASKERS: Final = (
    *(Asker(role.value, role) for role in Role),
    Asker("administrator of all wards", Role.ADMINISTRATOR, everywhere=True),
    Asker("no role"),
    *(Asker(f"service {scope}", scopes=frozenset({scope})) for scope in sorted(frozenset().union(*SCOPES.values()))),
    Asker("no token", signed_in=False),
    Asker("revoked token", signed_in=False),
)


class Call(NamedTuple):
    """One request; `things` are the ids of the object it is about."""

    path: str
    query: Mapping[str, str]
    body: Any


_V1: Final = "/api/v1"
REFUSED: Final[Mapping[tuple[str, str], Mapping[str, int]]] = {
    # a bad cursor, so that a stream that is allowed ends at once
    ("GET", _V1 + "/alerts/stream"): dict.fromkeys(OBJECTS, 422),
    # the cycle before has not ended: cycle_running
    ("POST", _V1 + "/courses/{course_id}/cycles"): {OWN: 409, OTHER: 409},
    ("POST", _V1 + "/cycles/{cycle_id}/events"): {DISCHARGED: 409},
    ("POST", _V1 + "/doses/{dose_id}/decisions"): {DISCHARGED: 409},
    ("POST", _V1 + "/doses/{dose_id}/orders"): {DISCHARGED: 409},
    ("POST", _V1 + "/orders/{order_id}/countersignature"): {DISCHARGED: 409},
    # what may be seen anyway needs no emergency: no_need
    ("POST", _V1 + "/courses/{course_id}/emergency-access"): {OWN: 409, DISCHARGED: 409},
    # who is switched off is switched on first: person_disabled
    ("POST", _V1 + "/people/{person_id}/invitation"): {DISCHARGED: 409},
    # the ward has none of its own: shipped_already
    ("POST", _V1 + "/wards/{ward_id}/ladder/removal"): dict.fromkeys((OWN, OTHER, DISCHARGED), 409),
    # who is switched off is on no duty: not_able
    ("POST", _V1 + "/wards/{ward_id}/shifts"): {DISCHARGED: 422},
    ("POST", _V1 + "/cycles/{cycle_id}/assignments"): {DISCHARGED: 422},
    # nothing is done any more with a receiver that was removed
    **{
        ("POST", f"{_V1}/receivers/{{receiver_id}}/{act}"): {DISCHARGED: 404}
        for act in ("name", "rotation", "test", "replay", "removal")
    },
    # the house has acknowledged them: acknowledged_already
    ("POST", _V1 + "/protocols/{protocol_id}/acknowledgements"): dict.fromkeys(OBJECTS, 409),
}
NARROWER: Final = {("POST", _V1 + "/cycles/{cycle_id}/events"): Permission.CHART}
"""Each kind of event has a permission of its own, and here it is a move: what lies there is told apart before."""
BY_WARD: Final = {("GET", _V1 + "/courses"), ("GET", _V1 + "/beds"), ("GET", _V1 + "/alerts/figures")} | {
    asked for asked in AUTHORITY if asked[1].startswith((_V1 + "/wards/{", _V1 + "/shifts/"))
}
"""What is asked for one ward here: of a ward that is not the asker's there is none."""
SEARCHES: Final = {("GET", _V1 + "/patients")}
"""What is not found is an empty list."""
MADE_ON_WARD: Final = {("POST", _V1 + path) for path in ("/beds", "/people", "/tokens", "/receivers")} | {
    ("POST", _V1 + "/people/{person_id}/roles"),
    ("POST", _V1 + "/people/{person_id}/roles/removal"),
}
"""Something made on a ward by who runs it: for anybody else it is refused, whether or not there is such a ward."""


def expected(asked: tuple[str, str], who: Asker, what: str) -> int:
    """The status of a cell."""
    rule = AUTHORITY[asked]
    if rule.scope is not Scope.PUBLIC and not who.signed_in:
        return 401
    elsewhere = asked in MADE_ON_WARD and not who.administers(what)
    if not who.may(rule.permission) or elsewhere or (rule.scope is Scope.HOUSE and not who.everywhere):
        return 403
    if not _exists(asked, who, what):
        return 404
    if not who.may(NARROWER.get(asked)):
        return 403
    return REFUSED.get(asked, {}).get(what, OPERATIONS[asked])


def _exists(asked: tuple[str, str], who: Asker, what: str) -> bool:
    """Whether there is such an object for this asker."""
    scope, named = AUTHORITY[asked].scope, "{" in asked[1]
    if asked[1].endswith("/emergency-access"):
        return what != UNKNOWN  # the one door to what lies elsewhere
    if asked in SEARCHES:
        return True
    if asked in MADE_ON_WARD:
        return what != UNKNOWN
    if scope is Scope.COURSE or asked in BY_WARD:
        return who.sees(what)
    if scope is Scope.PERSON and named:
        return what != UNKNOWN and who.administers(what)
    return True


def call(asked: tuple[str, str], things: Mapping[str, str], fresh: Iterator[int]) -> Call:
    """A request that is well-formed, about these things."""
    path = asked[1].removeprefix(_V1)
    given = {"protocol_id": "til-2024", "version": LIBRARY.protocol("til-2024").pin.version, "panel_id": "labs"}
    given["table_id"] = "doses"
    return Call(path.format(**given, **things), _query(path, things), _body(asked, path, things, next(fresh)))


def _query(path: str, things: Mapping[str, str]) -> Mapping[str, str]:
    return {
        "/patients": {"mrn": things["mrn"]},
        "/courses": {"ward_id": things["ward_id"]},
        "/beds": {"ward_id": things["ward_id"]},
        "/alerts/figures": {"ward_id": things["ward_id"]},
        "/alerts/stream": {"after": "no cursor"},
        "/courses/{course_id}/what-if": {"protocol": "consensus-2014"},
    }.get(path, {})


def _body(asked: tuple[str, str], path: str, things: Mapping[str, str], number: int) -> Any:
    if asked[0] == "GET":
        return None
    reason, at, ward = {"reason": REASON}, instant(AT), things["ward_id"]
    sha256 = LIBRARY.protocol("til-2024").pin.sha256
    role = {"role": "nurse", "ward_id": ward}
    on_duty = {"person_id": things["person_id"], "begins": at, "ends": instant(AT + timedelta(hours=8))}
    service = {"kind": "service", "name": "CANARY-9041", "scopes": ["read"], "ward_ids": [ward]}
    return {
        "/patients": bedside.a_patient(f"CANARY-{number}"),
        "/courses": {"patient_id": things["patient_id"], "protocol": "lvhn-2015", "shown": []},
        "/courses/{course_id}/cycles": bedside.a_cycle(things["bed_ward_id"], AT, number=2, bed=things["bed"]),
        "/courses/{course_id}/observation-sets": {"items": bedside.items()},
        "/courses/{course_id}/emergency-access": {"reason": "CANARY-9041 it cannot wait"},
        "/cycles/{cycle_id}/events": {
            **reason,
            "kind": "moved",
            "at": at,
            "ward_id": things["bed_ward_id"],
            "bed": things["bed"],
        },
        "/observations/{observation_id}/corrections": {**reason, "retract": True},
        "/administrations/{administration_id}/corrections": {**reason, "deviation": "CANARY-9041"},
        "/doses/{dose_id}/orders": {**reason, "decision_id": things["decision_id"], "choice": "stop"},
        "/doses/{dose_id}/administration": bedside.not_given(AT, things["mrn"]),
        "/alerts/{alert_id}/acknowledgement": {"seen": "stop"},
        "/alerts/{alert_id}/close": {**reason, "seen": "stop"},
        "/alerts/{alert_id}/snooze": {**reason, "seen": "stop", "minutes": 5},
        "/alerts/{alert_id}/outcome": {"told": "CANARY-told", "done": "CANARY-done"},
        "/evaluate": bedside.an_evaluation(),
        "/protocols/{protocol_id}/signoffs": {"sha256": sha256, "statement": "CANARY-read"},
        "/protocols/{protocol_id}/acknowledgements": {
            "sha256": sha256,
            "uncovered": list(LIBRARY.protocol("til-2024").uncovered),
        },
        "/wards/{ward_id}/ladder": {**reason, "document": read("ladder.toml").decode()},
        "/wards/{ward_id}/ladder/removal": reason,
        "/wards/{ward_id}/shifts": {**on_duty, "duty": "nurse"},
        "/cycles/{cycle_id}/assignments": on_duty,
        "/wards": {"name": f"CANARY-WARD-{number}", "time_zone": "Europe/Berlin"},
        "/beds": {"ward_id": ward, "name": f"CANARY-BED-{number}"},
        "/people": {"login": f"canary-{number}", "name": "CANARY-9041", "roles": [role]},
        "/people/{person_id}/roles": {**role, "role": "pharmacist"},
        "/people/{person_id}/roles/removal": role,
        "/people/{person_id}/disabling": reason,
        "/tokens": service,
        "/receivers": {"name": "CANARY-9041", "url": "https://pager.example/in", "ward_id": ward, "least": "priority"},
        "/receivers/{receiver_id}/name": {"name": "CANARY-9041"},
        "/receivers/{receiver_id}/replay": {"cursor": None},
        "/receivers/{receiver_id}/removal": reason,
    }.get(path)
