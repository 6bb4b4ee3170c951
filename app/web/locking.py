"""What does somebody read at a locked machine, and whose turn may it be?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request, Response

from app.store.sessions import Session
from app.web.pages import page
from app.web.presenters.proof import proof_words
from app.web.prove_there import prove_there
from app.web.translate import _

LOCKED = 423


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody whose session may go on here; `refusal` says what was wrong with what they showed."""

    id: str
    name: str
    refusal: str


def others_view(found: Iterable[Session], without: str | None, refused: tuple[str, str] | None = None) -> list[Other]:
    """Everybody signed in here but the one whose page it is; `refused` is a person's id and the sentence."""
    of, sentence = refused or ("", "")
    return [
        Other(one.person.id, one.person.name, sentence if one.person.id == of else "")
        for one in found
        if one.person.id != without
    ]


def lock_page(
    request: Request,
    session: Session | None,
    onward: str,
    others: list[Other],
    *,
    refusal: str | None = None,
) -> Response:
    """The page of a locked session: the names of staff and nothing else."""
    return page(
        request,
        None,
        "lock.html",
        title=_("Locked"),
        status=LOCKED,
        why=_why(session),
        name=None if session is None else session.person.name,
        by=None if session is None else session.person.id,
        words=proof_words(at_workstation=session is not None and session.workstation_hash is not None),
        onward=onward,
        there=prove_there(request, onward),
        others=others,
        refusal=refusal,
    )


def _why(session: Session | None) -> str:
    if session is None:
        return _("Nobody's turn at this machine.")
    if session.locked_at is not None:
        return _("{name} is signed in here and has locked the machine.").format(name=session.person.name)
    return _("{name} is signed in here, and nobody has touched the machine for a while.").format(
        name=session.person.name
    )
