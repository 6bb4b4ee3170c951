"""What is a secret of this program, and what is kept of it?"""

from __future__ import annotations

import secrets
from hashlib import sha256

_BYTES = 32


def new_secret(mark: str = "") -> str:
    """256 random bits as text; `mark` stands in front, so that a scanner finds one that leaked."""
    return mark + secrets.token_urlsafe(_BYTES)


def hashed(secret: str) -> str:
    """What is kept of a secret of 256 random bits: a fast hash is enough for what nobody can guess."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
