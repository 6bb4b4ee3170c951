"""Whose form is it: about which patient, and opened by whom?

Two tabs, the back button, or somebody else's turn at the same machine: what a form was opened for must be what it is
sent to, and by the one who opened it. A form that does not fit is never drawn again under the other patient's name.
"""

from __future__ import annotations

from app.domain.errors import Conflict
from app.services.acting import Acting
from app.web.form import KEY, Form
from app.web.once import new_key
from app.web.translate import _

_ABOUT, _BY = "about", "by"


def bound(form: Form, acting: Acting, about: str) -> dict[str, str]:
    """The fields that bind a form (macro `ui.bound`) to the course, or patient, with the id `about`."""
    return {KEY: form[KEY] or new_key(), _ABOUT: about, _BY: acting.person_id}


def require_bound(form: Form, acting: Acting, about: str) -> None:
    """Raises Conflict unless the form was opened for `about`, by whoever sends it."""
    if form[_ABOUT] != about:
        sentence = _(
            "This form was opened for another patient. Nothing was saved: open the page of this patient again."
        )
        raise Conflict("other_patient", sentence)
    if form[_BY] != acting.person_id:
        raise Conflict("not_yours", _("Somebody else opened this form. Open your own; nothing was saved."))
