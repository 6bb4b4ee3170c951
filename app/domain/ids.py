"""What does a new record's id look like?

UUID version 7 (RFC 9562, section 5.7) as text: ordered by time, so indexes grow at one end.
"""

from __future__ import annotations

import secrets
from datetime import datetime

_RANDOM_BITS = 74


def new_id(at: datetime) -> str:
    """A UUIDv7 for the moment `at` (aware); the random part is not guessable."""
    milliseconds = int(at.timestamp() * 1000)
    random = secrets.randbits(_RANDOM_BITS)
    high, low = random >> 62, random & ((1 << 62) - 1)
    digits = f"{(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
