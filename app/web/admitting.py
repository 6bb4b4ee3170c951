"""What do the admission forms say, and which beds can be chosen?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.domain.errors import DosewardError, Forbidden
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.cases import Case, sheet_ward
from app.services.courses import NewCycle
from app.services.looking import wards_of
from app.services.registering import NewPatient
from app.store import board, wards
from app.store.database import Transaction
from app.store.wards import Ward
from app.web.entry.reading import Fault, html_id
from app.web.formats import WardTime
from app.web.forms import Filled, refusal_faults, typed_again
from app.web.translate import _, mark, told

SEXES = {
    "female": mark("Female"),
    "male": mark("Male"),
    "other": mark("Other"),
    "unknown": mark("Unknown"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A bed, and whether somebody lies in it."""

    ward: Ward
    bed: str
    taken: bool

    @property
    def name(self) -> str:
        """What a form sends for it."""
        return f"{self.ward.id} {self.bed}"

    @property
    def ward_time(self) -> WardTime:
        """The clock on its wall."""
        return WardTime(ZoneInfo(self.ward.time_zone))

    @staticmethod
    def named(name: str, wards: tuple[WardBeds, ...]) -> Place | None:
        """The bed a form names, None for none of these."""
        return next((place for one in wards for place in one.places if place.name == name), None)


@dataclass(frozen=True, slots=True)
class WardBeds:
    """The open beds of one ward."""

    ward: Ward
    places: tuple[Place, ...]

    @property
    def free(self) -> tuple[Place, ...]:
        """Those nobody lies in."""
        return tuple(place for place in self.places if not place.taken)


def open_beds(tx: Transaction, acting: Acting, permission: Permission = Permission.ADMIT) -> tuple[WardBeds, ...]:
    """The open beds of the wards where the actor holds the permission."""
    found = [ward for ward in wards_of(tx, acting) if acting.may(permission, ward.id)]
    taken = _taken(tx, [ward.id for ward in found])
    return tuple(
        WardBeds(
            ward,
            tuple(
                Place(ward, bed.name, taken=(ward.id, bed.name) in taken)
                for bed in sorted(wards.beds(tx, ward.id), key=lambda bed: (len(bed.name), bed.name))
                if bed.open
            ),
        )
        for ward in found
    )


def require_old_ward(tx: Transaction, case: Case) -> None:
    """Raises Forbidden, naming the ward, when the course belongs to one where the actor may not admit."""
    ward_id = sheet_ward(case.sheet)
    if ward_id is not None and not case.acting.may(Permission.ADMIT, ward_id):
        words = _("The patient was last on {ward}, and you may not admit there. Ask somebody who may.")
        raise Forbidden("role_needed", words.format(ward=wards.ward(tx, ward_id).name))


def _taken(tx: Transaction, ward_ids: Iterable[str]) -> frozenset[tuple[str, str]]:
    return frozenset((row.ward_id, row.bed) for row in board.board(tx, ward_ids))


def read_patient(filled: Filled) -> NewPatient | None:
    """The patient on the form; None, with faults, where a field cannot be used."""
    mrn = filled.words("mrn", _("Write the medical record number."))
    family = filled.words("family_name", _("Write the family name."))
    given = filled.words("given_name", _("Write the given name."))
    born = filled.day("born", _("Write the date of birth, such as 03-Feb-1971."))
    sex = filled.one_of("sex", SEXES, _("Say the sex as on the wristband, or that it is unknown."))
    if mrn is None or family is None or given is None or born is None or sex is None:
        return None
    return NewPatient(mrn, family, given, born, sex)


def read_course(filled: Filled, library: Library) -> tuple[str, tuple[str, ...]] | None:
    """The deciding protocol and those shown beside it."""
    names = dict.fromkeys(library.protocols, "")
    protocol = filled.one_of("protocol", names, _("Choose the protocol that decides."))
    if protocol is None:
        return None
    return protocol, tuple(name for name in names if name != protocol and filled.form[f"shown.{name}"] == "1")


def read_cycle(filled: Filled, place: Place | None, number: int) -> NewCycle | None:
    """The admission on the form; its times are on the clock of the ward chosen."""
    if place is None:
        filled.blame("place", _("Choose a free bed. Times are read on the clock of its ward."))
    admitted = filled.moment("admitted")
    first = filled.moment("first")
    weight = filled.number("weight", _("Write the ordered weight in kg."))
    confirmed = weight is not None and typed_again(filled, weight)
    if filled.faults or place is None or admitted is None or first is None or weight is None:
        return None
    return NewCycle(number, place.ward.id, place.bed, admitted, first, weight, confirmed=confirmed)


def faults_at(refusal: DosewardError, fields: Mapping[str, str]) -> tuple[Fault, ...]:
    """What a service refused, at the field its code is about; what is about none is said on top."""
    if refusal.code in fields:
        return (Fault(html_id(fields[refusal.code]), told(refusal.sentence)),)
    return refusal_faults(refusal, {})
