"""How does a protocol text stand here: who signed it, what keeps it from deciding, and what may the reader do?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.services.acting import Acting, Permission
from app.services.approving import SIGNATURES, Approval
from app.store.approvals import SignOff
from app.web.entry.fields import Option
from app.web.entry.reading import Fault, html_id
from app.web.form import Form
from app.web.formats import first_upper, plain
from app.web.forms import fault_of
from app.web.translate import _, told
from app.web.wardtime import UNIVERSAL

SYSTEM = "system."
"""How the field of a system begins that an administrator acknowledges."""


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """State and forms. `obstacles` say what is still to be done; `sign` and `acknowledge` what the reader may do."""

    state: str
    obstacles: tuple[str, ...]
    done: tuple[str, ...]
    sign: bool
    statement: str
    statement_fault: str
    acknowledge: tuple[Option, ...]
    acknowledge_fault: str


def approval_view(
    found: Approval, acting: Acting, form: Form, faults: tuple[Fault, ...], *, at_hand: bool
) -> ApprovalView:
    """The state as the reader may see it; nothing is ticked beforehand, and a text no longer `at_hand` is only read."""
    may_acknowledge = at_hand and not found.acknowledged and acting.may(Permission.ACKNOWLEDGE_COVERAGE, None)
    mine = acting.person_id in {one.person_id for one in found.signoffs}
    return ApprovalView(
        state=state_words(found),
        obstacles=tuple(told(sentence) for _code, sentence in found.obstacles()),
        done=_done(found),
        sign=at_hand and not mine and acting.may(Permission.SIGN_PROTOCOL, None),
        statement=form["statement"],
        statement_fault=fault_of(faults, "statement"),
        acknowledge=tuple(_system(name, form) for name in found.protocol.uncovered) if may_acknowledge else (),
        acknowledge_fault=fault_of(faults, "uncovered"),
    )


def state_words(found: Approval) -> str:
    """`May decide`, `May decide: demonstration, not signed`, `May not decide yet`."""
    if found.obstacles():
        return _("May not decide yet")
    return _("May decide") if found.signed else _("May decide here only because this is a demonstration: not signed")


def _system(name: str, form: Form) -> Option:
    field = SYSTEM + name
    return Option(html_id(field), field, first_upper(_(name)), form[field] == "1")


def _done(found: Approval) -> tuple[str, ...]:
    said = [_signed(one) for one in found.signoffs]
    known = found.acknowledgement
    if known is not None:
        words = _("{name} acknowledged on {at} that it says nothing about: {systems}.")
        said.append(words.format(name=known.name, at=_at(known.at), systems=", ".join(map(_, known.systems))))
    if not found.signed and found.signoffs:
        said.append(_("{number} of {all} signatures.").format(number=len(found.signoffs), all=SIGNATURES))
    return tuple(said)


def _signed(one: SignOff) -> str:
    words = _("Signed by {name} ({role}) on {at}: {statement}")
    return words.format(name=one.name, role=_(plain(one.role)), at=_at(one.at), statement=one.statement)


def _at(at: datetime) -> str:
    """Protocols belong to no ward, so their times are on no ward's clock."""
    return _("{moment} UTC").format(moment=UNIVERSAL.moment(at))
