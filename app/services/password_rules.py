"""May this be somebody's password?

Long, and nothing a stranger would try first: no rules about kinds of characters, which make passwords worse (NIST SP
800-63B, 5.1.1.2; ASVS 5.0, 6.2.5). Why lists and no estimate: docs/decisions/0011-a-password-is-held-against-lists.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import Final

from app.services.passwords import LONGEST, SHORTEST, bad_password
from app.store import wards
from app.store.database import Transaction

PRODUCT: Final = "doseward"
_WHOLE, _WITHIN = 4, 5
"""Letters of a word that may not stand in a password by itself, or anywhere; shorter ones stand there by chance."""
_VARIETY: Final = 5
"""Different characters at least: `121212121212` is no password."""
_LETTERS = str.maketrans("@4831!0$57", "aabeiiosst")
"""What people write for a letter."""
_WORDS = re.compile(r"[^\W_]+")
_LETTERED = re.compile(r"[^\W\d_]+")


def words_about(tx: Transaction, login: str, *names: str) -> tuple[str, ...]:
    """What a stranger knows about somebody: the login, the names, the wards, the program."""
    return (PRODUCT, login, *names, *(ward.name for ward in wards.wards(tx)))


def check_new_password(password: str, about: Iterable[str]) -> None:
    """Raises InvalidInput with one clear sentence; `about` is what `words_about` says."""
    if len(password) < SHORTEST:
        raise bad_password("too_short", f"A password has at least {SHORTEST} characters: several words are easy.")
    if len(password) > LONGEST:
        raise bad_password("too_long", f"A password has at most {LONGEST} characters.")
    plain = _plain(password)
    if any(_holds(plain, word) for text in about for word in _context(text)):
        sentence = "A password must not hold your login, your name, the name of a ward or that of this program."
        raise bad_password("context_word", sentence)
    if len(set(plain)) < _VARIETY or _is_sequence(plain):
        raise bad_password("too_regular", "That password repeats or counts: choose one that a stranger cannot guess.")
    if not _common().isdisjoint(_stems(plain)):
        sentence = "That password, or the word it is made of, is one that many people use: add other words."
        raise bad_password("common_password", sentence)


def _plain(text: str) -> str:
    """Without case, and with one form for letters that have several."""
    return unicodedata.normalize("NFKC", text).casefold()


def _context(text: str) -> set[str]:
    """The text whole, without its blanks, and each of its words."""
    plain = _plain(text)
    return {plain, plain.replace(" ", ""), *_WORDS.findall(plain)}


def _holds(plain: str, word: str) -> bool:
    return (len(word) >= _WITHIN and word in plain) or (len(word) >= _WHOLE and word in _WORDS.findall(plain))


def _is_sequence(plain: str) -> bool:
    """`abcdefghijkl`, `123456789012`, `987654321098`: every character the one after, or the one before, the last."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(plain)}
    return len(steps) == 1


def _stems(plain: str) -> set[str]:
    """What it comes down to: itself, and the one word in it once digits and signs around and for letters are undone.

    `Password2026!`, `p@ssw0rdp@ssw0rd` and `!!welcome-welcome` come down to a word; `harbour lamp` does not.
    """
    found = {plain}
    for text in (plain, plain.translate(_LETTERS)):
        bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
        words = set(_LETTERED.findall(text))
        found |= {bare, *(words if len(words) == 1 else ())}
    return {_unit(stem) for stem in found} | found


def _unit(text: str) -> str:
    """The shortest text that this is a repetition of."""
    length = (text + text).find(text, 1)
    return text[:length] if 0 < length < len(text) else text


@cache
def _common() -> frozenset[str]:
    """Some 90,000 passwords and words, casefolded; read at the first new password, not at every start."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word.casefold() for words in FREQUENCY_LISTS.values() for word in words)
