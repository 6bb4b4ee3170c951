"""Which six digits unlock for whom, and how often may one be mistyped?

A PIN is a million guesses at most. So it counts only at an enrolled workstation and after a full sign-in, five wrong
ones end it until the next, and its hash needs a pepper that no copy of the database holds
(docs/decisions/0012-a-pin-is-worth-little-alone.md).
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from app.domain.errors import InvalidInput
from app.services.acting import Acting
from app.services.passwords import matches, slow_hash
from app.store import ledger, pin_codes
from app.store.database import Transaction

TRIES: Final = 5
"""Wrong ones until a full sign-in."""

_SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)
_PEPPER = b"doseward: pepper of PINs, 1"
_UP, _DOWN = "01234567890", "09876543210"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody has a PIN, since when, and how many tries are left."""

    set_at: datetime | None
    left: int


@dataclass(frozen=True, slots=True)
class Try:
    """A try that is counted as wrong already; `check` it outside transactions, then `give_back` or `note_wrong`."""

    person_id: str
    pin_hash: str
    left: int


def looks_like_one(text: str) -> bool:
    """True of six digits; no password is that short."""
    return _SIX_DIGITS.fullmatch(text) is not None


def require_good(code: str, again: str) -> None:
    """Raises InvalidInput for what is no PIN, is among the first to be guessed, or was typed differently twice."""
    if not looks_like_one(code):
        raise InvalidInput.at("/pin", "bad_pin", "A PIN has six digits.")
    if _repeats(code) or code in _UP or code in _DOWN:
        raise InvalidInput.at(
            "/pin",
            "bad_pin",
            "That is among the first a stranger would try: no repeats such as 121212, no runs as 345678.",
        )
    if code != again:
        raise InvalidInput.at("/again", "bad_pin", "The two entries differ.")


def hash_code(audit_key: bytes, person_id: str, code: str) -> str:
    """Argon2id of a new PIN with its pepper. Call it outside transactions."""
    return slow_hash(_peppered(audit_key, person_id, code))


def put(tx: Transaction, acting: Acting, pin_hash: str) -> None:
    """Sets one's own PIN, with all its tries; raises ProofNeeded."""
    acting.require_proof()
    pin_codes.put(tx, acting.person_id, pin_hash, acting.at)
    ledger.append(tx, (acting.act("set_pin", None, (acting.person_id,)),))


def standing(tx: Transaction, person_id: str) -> Standing:
    """How a person's PIN stands."""
    found = pin_codes.find(tx, person_id)
    return Standing(None, 0) if found is None else Standing(found[2], TRIES - found[1])


def take_try(tx: Transaction, person_id: str) -> Try | None:
    """Counts a try before it is looked at, whichever process looks; None without a PIN, or without a try left."""
    if not pin_codes.take_try(tx, person_id, TRIES):
        return None
    found = pin_codes.find(tx, person_id)
    return None if found is None else Try(person_id, found[0], TRIES - found[1])


def check(audit_key: bytes, tried: Try, code: str) -> bool:
    """True when the PIN is right. Call it outside transactions."""
    right, _ = matches(tried.pin_hash, _peppered(audit_key, tried.person_id, code))
    return right


def give_back(tx: Transaction, tried: Try) -> None:
    """The try was right, or never looked at, and does not count; wrong ones do, until the next full sign-in."""
    pin_codes.give_back(tx, tried.person_id)


def note_wrong(tx: Transaction, acting: Acting, tried: Try) -> None:
    """The try was wrong: it stays counted, and the trail says so."""
    ledger.append(tx, (acting.act("wrong_pin", None, (tried.person_id,)),))


def _peppered(audit_key: bytes, person_id: str, code: str) -> str:
    """The PIN as it is hashed: nobody without the key can try a million of them on a copy of the database."""
    pepper = hmac.digest(audit_key, _PEPPER, "sha256")
    return hmac.new(pepper, f"{person_id} {code}".encode(), sha256).hexdigest()


def _repeats(code: str) -> bool:
    return any(code == code[:length] * (len(code) // length) for length in (1, 2, 3))
