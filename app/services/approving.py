"""May exactly this protocol text decide here, and who says so?

Two people sign the text, and an administrator acknowledges by name what a partial one does not cover. A demonstration
needs no signatures, since nobody is treated there; what is not covered it is told as anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.errors import Conflict, FieldError, Forbidden, InvalidInput
from app.domain.protocol import Protocol
from app.domain.vocabulary import Role
from app.protocols.library import Library
from app.services.acting import ROLES, Acting, Permission
from app.services.pins import pin
from app.store import approvals, ledger, meta
from app.store.approvals import Acknowledgement, SignOff
from app.store.database import Transaction

SIGNATURES: Final = 2
NOT_SIGNED, NOT_ACKNOWLEDGED = "protocol_not_signed", "protocol_not_acknowledged"
DEMONSTRATION: Final = "demonstration: the protocol was not signed"
"""What the audit trail says of a course that was opened without signatures."""


@dataclass(frozen=True, slots=True)
class Approval:
    """How a text stands: its signatures in order of time, its acknowledgement, and whether this is a demonstration."""

    protocol: Protocol
    signoffs: tuple[SignOff, ...]
    acknowledgement: Acknowledgement | None
    demo: bool

    @property
    def signed(self) -> bool:
        """True once two people have signed exactly these bytes."""
        return len(self.signoffs) >= SIGNATURES

    @property
    def acknowledged(self) -> bool:
        """True where nothing is left to acknowledge."""
        return not self.protocol.uncovered or self.acknowledgement is not None

    def obstacles(self) -> tuple[tuple[str, str], ...]:
        """Code and sentence of everything that keeps the text from deciding; none when it may."""
        found = [] if self.acknowledged else [(NOT_ACKNOWLEDGED, _not_acknowledged(self.protocol))]
        return (*found,) if self.signed or self.demo else (*found, (NOT_SIGNED, _not_signed(self)))


def approval(tx: Transaction, protocol: Protocol) -> Approval:
    """How the text stands in this database."""
    sha256 = protocol.pin.sha256
    return Approval(protocol, approvals.signoffs(tx, sha256), approvals.acknowledgement(tx, sha256), meta.is_demo(tx))


def require_may_decide(tx: Transaction, protocol: Protocol) -> Approval:
    """Raises Conflict, saying who may do what about it and where, while the text may not decide a new course."""
    found = approval(tx, protocol)
    for code, sentence in found.obstacles():
        raise Conflict(code, sentence)
    return found


def sign(tx: Transaction, library: Library, acting: Acting, name: str, sha256: str, statement: str) -> SignOff:
    """Signs the text with this hash.

    Raises ProofNeeded, NotFound, Forbidden, Conflict for another text or a second signature.
    """
    acting.require(Permission.SIGN_PROTOCOL, None)
    acting.require_proof()
    protocol = _text(library, name, sha256)
    if not statement.strip():
        raise InvalidInput("statement_needed", "Say what you have checked.")
    if acting.person_id in {one.person_id for one in approvals.signoffs(tx, sha256)}:
        raise Conflict("signed_already", "You have signed this text already. The second signature is somebody else's.")
    pin(tx, protocol, acting.at)
    signoff = SignOff(sha256, acting.person_id, acting.name, _role(acting), acting.at, statement)
    approvals.sign(tx, signoff)
    ledger.append(tx, (acting.act("sign_protocol", None, (sha256,), statement),))
    return signoff


def acknowledge(
    tx: Transaction, library: Library, acting: Acting, name: str, sha256: str, systems: Sequence[str]
) -> Acknowledgement:
    """Acknowledges every system the text does not cover.

    Raises ProofNeeded, InvalidInput naming what the list lacks, Conflict.
    """
    acting.require(Permission.ACKNOWLEDGE_COVERAGE, None)
    acting.require_proof()
    protocol = _text(library, name, sha256)
    if not protocol.uncovered:
        raise Conflict("nothing_uncovered", f"{protocol.pin.id} covers every system: there is nothing to acknowledge.")
    _check_named(protocol, systems)
    if approvals.acknowledgement(tx, sha256) is not None:
        raise Conflict("acknowledged_already", "What this text does not cover has been acknowledged already.")
    pin(tx, protocol, acting.at)
    known = Acknowledgement(sha256, protocol.uncovered, acting.person_id, acting.name, acting.at)
    approvals.acknowledge(tx, known)
    ledger.append(tx, (acting.act("acknowledge_coverage", None, (sha256,), ", ".join(protocol.uncovered)),))
    return known


def _text(library: Library, name: str, sha256: str) -> Protocol:
    """The text that was read; another one under the same id is not signed by mistake."""
    library.protocol(name)
    found = library.text(sha256)
    if found is None or found.pin.id != name:
        sentence = f"There is no text of {name} with this fingerprint any more: read it again."
        raise Conflict("other_text", sentence)
    return found


def _check_named(protocol: Protocol, systems: Sequence[str]) -> None:
    lacking = [name for name in protocol.uncovered if name not in systems]
    unknown = [name for name in systems if name not in protocol.uncovered]
    if lacking:
        _refuse("incomplete", f"Not named: {', '.join(lacking)}. Each must be acknowledged.")
    if unknown:
        _refuse("unknown", f"More is named than {protocol.pin.id} leaves out: {', '.join(protocol.uncovered)}.")


def _refuse(code: str, sentence: str) -> None:
    raise InvalidInput("wrong_systems", sentence, (FieldError("/uncovered", code, sentence),))


def _role(acting: Acting) -> Role:
    """The role a signature is given in; the roles are few and stand in one order."""
    held = acting.roles(None) & ROLES[Permission.SIGN_PROTOCOL]
    for role in Role:
        if role in held:
            return role
    raise Forbidden("role_needed", "This needs somebody who may sign a protocol.")


def _not_acknowledged(protocol: Protocol) -> str:
    name, systems = protocol.pin.id, ", ".join(protocol.uncovered)
    return (
        f"{name} says nothing about: {systems}. It can be shown beside another protocol; it decides only after an "
        f"administrator has acknowledged these systems by name on the page /protocols/{name}."
    )


def _not_signed(found: Approval) -> str:
    text = f"{found.protocol.pin.id} {found.protocol.pin.version}"
    who, page = ", ".join(one.name for one in found.signoffs), f"/protocols/{found.protocol.pin.id}"
    roles = " or ".join(sorted(ROLES[Permission.SIGN_PROTOCOL]))
    if not found.signoffs:
        return (
            f"{text} is not signed: it decides only after two different people have signed this text. "
            f"A {roles} signs on the page {page}."
        )
    return (
        f"{text} is signed only by {who}: it decides only after two different people have signed this text. "
        f"A {roles} signs on the page {page}."
    )
