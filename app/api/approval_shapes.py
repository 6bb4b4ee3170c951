"""What do the answers about signatures promise their readers?"""

from __future__ import annotations

from typing import Any

from app.api.shapes import Shape
from app.domain.record import instant
from app.domain.vocabulary import Role
from app.services.approving import Approval
from app.store.approvals import Acknowledgement, SignOff


class Signature(Shape):
    """A person's word for exactly the bytes with this hash; name and role are those of the moment."""

    sha256: str
    name: str
    role: Role
    at: str
    statement: str


class KnownGaps(Shape):
    """An administrator's word that what a partial text does not cover is known, by name."""

    sha256: str
    uncovered: list[str]
    name: str
    at: str


class Standing(Shape):
    """Whether a text may decide new courses here, and in a sentence each what keeps it from that."""

    may_decide: bool
    demo: bool
    obstacles: list[str]
    signoffs: list[Signature]
    acknowledgement: KnownGaps | None


def standing_answer(found: Approval) -> dict[str, Any]:
    """How a text stands."""
    obstacles = [sentence for _code, sentence in found.obstacles()]
    known = found.acknowledgement
    return {
        "may_decide": not obstacles,
        "demo": found.demo,
        "obstacles": obstacles,
        "signoffs": [signature_answer(one) for one in found.signoffs],
        "acknowledgement": None if known is None else gaps_answer(known),
    }


def signature_answer(one: SignOff) -> dict[str, Any]:
    """One signature."""
    return {
        "sha256": one.sha256,
        "name": one.name,
        "role": one.role,
        "at": instant(one.at),
        "statement": one.statement,
    }


def gaps_answer(known: Acknowledgement) -> dict[str, Any]:
    """What was acknowledged."""
    return {"sha256": known.sha256, "uncovered": list(known.systems), "name": known.name, "at": instant(known.at)}
