"""How does a second person show, on the form of the first, that they sign too?"""

from __future__ import annotations

from datetime import datetime

from fastapi import Request

from app.domain.errors import NotSignedIn, ProofNeeded, TooManyRequests
from app.http.guessing import prove_password
from app.http.proving import prove_pin, signed_in_here, this_machine
from app.services.accounts import fold_login
from app.services.ordering import ProvenSecond
from app.services.pin_codes import looks_like_one


def proven_second(request: Request, login: str, typed: str, at: datetime) -> ProvenSecond:
    """The person with this login, by their password, or by their PIN where they are signed in at this workstation.

    Raises ProofNeeded with the field `/second.proof`. It hashes: call it outside transactions.
    """
    try:
        return _by_pin(request, login, typed, at) if looks_like_one(typed) else _by_password(request, login, typed, at)
    except (NotSignedIn, ProofNeeded, TooManyRequests) as refusal:
        sentence = "Login and password, or PIN, of the second person do not fit."
        if isinstance(refusal, TooManyRequests):
            sentence = refusal.sentence
        raise ProofNeeded.at("/second.proof", "wrong_proof", sentence) from None


def _by_password(request: Request, login: str, typed: str, at: datetime) -> ProvenSecond:
    return ProvenSecond(prove_password(request, login, typed, at, this_machine(request)).person.id)


def _by_pin(request: Request, login: str, typed: str, at: datetime) -> ProvenSecond:
    theirs = [one for one in signed_in_here(request, at) if one.person.login == fold_login(login)]
    if not theirs:
        raise NotSignedIn("not_signed_in_here", "A PIN counts only where its person is signed in.")
    prove_pin(request, theirs[0], typed, at)
    return ProvenSecond(theirs[0].person.id)
