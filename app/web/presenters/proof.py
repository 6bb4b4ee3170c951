"""What does a form ask of somebody who must show that it is they who act?"""

from __future__ import annotations

from dataclasses import dataclass

from app.services.acting import PROOF_LASTS, Acting
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class ProofView:
    """The field, if it is needed: at once, or `after` so many seconds, when the last proof is a minute old.

    `there` is the way to prove it with the hospital's own account, None where there is none.
    """

    asked: bool
    after: int
    label: str
    hint: str
    name: str
    there: str | None


def proof_view(acting: Acting, there: str | None) -> ProofView:
    """What the forms of this page ask of whoever reads it."""
    label, hint = proof_words(at_workstation=acting.workstation is not None)
    left = None if acting.proved_at is None else PROOF_LASTS - (acting.at - acting.proved_at)
    after = 0 if left is None or not acting.proved else int(left.total_seconds()) + 1
    return ProofView(acting.proved_at is not None, after, label, hint, acting.name, there)


def proof_words(*, at_workstation: bool) -> tuple[str, str]:
    """Label and hint of the field."""
    if at_workstation:
        return _("PIN or password"), _("Your PIN of six digits, or your password.")
    return _("Password"), _("Yours. A PIN counts only at an enrolled workstation.")
