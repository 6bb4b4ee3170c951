"""Who on this ward may be taken for this patient: by a similar name, or by the same date of birth?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.course import Patient
from app.services.cases import Case, sheet_ward
from app.store import board
from app.store.board import Lying

_APART: Final = 1
"""Family names so many letters apart, or fewer, are taken for each other (`DEMO-ADLER`, `DEMO-ADLERS`)."""
_SHORT: Final = 4
"""A name of so few letters is similar only when it is the same: every second short name is a letter from another."""
# Letters that one ear cannot tell apart, after the Soundex of the National Archives (GIL 55), kept whole: it counts
# three consonants of a name, which would make one of every double name of a family.
_SOUNDS = str.maketrans("bpfvcgjkqsxzdtlmnr", "111122222222334556")
_SILENT = str.maketrans("", "", "hw")
_LIKE = (("ph", "f"), ("c", "k"), ("q", "k"), ("v", "f"), ("j", "i"), ("y", "i"), ("z", "s"))


class Likeness(StrEnum):
    """What two patients have in common."""

    NAME = "name"
    BIRTH_DATE = "birth_date"


@dataclass(frozen=True, slots=True)
class Similar:
    """Somebody else on the ward, where they lie, and what is similar; of two likenesses the name is said."""

    patient: Patient
    bed: str
    by: Likeness


def likeness(one: Patient, other: Patient) -> Likeness | None:
    """Why one may be taken for the other, None when neither name nor date of birth leads astray."""
    if _names_alike(_folded(one.family_name), _folded(other.family_name)):
        return Likeness.NAME
    return Likeness.BIRTH_DATE if one.birth_date == other.birth_date else None


def similar_to(patient: Patient, lying: Iterable[Lying]) -> tuple[Similar, ...]:
    """Everybody else among those lying there who may be taken for the patient, in their order."""
    others = [(one, likeness(patient, one.patient)) for one in lying if one.patient.id != patient.id]
    return tuple([Similar(one.patient, one.bed, by) for one, by in others if by is not None])


def similar_in(case: Case) -> tuple[Similar, ...]:
    """Likewise, of whoever lies on the ward of this course's patient; an emergency lets nobody see those."""
    ward_id, patient = sheet_ward(case.sheet), case.sheet.patient
    if ward_id is None or case.acting.emergency is not None:
        return ()
    lying = board.lying(case.tx, ward_id)
    return similar_to(patient, lying) if any(one.patient.id == patient.id for one in lying) else ()


def _names_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) <= _SHORT:
        return False
    return _letters_apart(one, other) <= _APART or (_sound(one) == _sound(other) != "")


def _folded(name: str) -> str:
    """A name without case, accents, hyphens and spaces, as it is read out."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if letter.isalpha())


def _sound(name: str) -> str:
    """What a name sounds like: its first letter and its consonants by sound; "" for a name in other letters."""
    if not name.isascii():
        return ""
    for letters, like in _LIKE:
        name = name.replace(letters, like)
    coded = re.sub(r"([1-6])\1+", r"\1", name.translate(_SILENT).translate(_SOUNDS))
    return name[0] + re.sub(r"[^1-6]", "", coded[1:])


def _letters_apart(one: str, other: str) -> int:
    """Letters to change, add or take away to turn one name into the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for there, theirs in enumerate(other, 1):
            before, row[there] = row[there], min(row[there] + 1, row[there - 1] + 1, before + (letter != theirs))
    return row[-1]
