"""What does a new record's id look like?

UUID version 7 (RFC 9562, section 5.7) as text: ordered by time, so indexes grow at one end.
"""

from __future__ import annotations

import os
from datetime import datetime

_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The digit that says which kind of UUID it is, with the two bits of it that are random."""


def new_id(at: datetime) -> str:
    """A UUIDv7 for the moment `at` (aware); 74 bits of it are random and not guessable."""
    time, random = f"{int(at.timestamp() * 1000):012x}", os.urandom(10).hex()
    return f"{time[:8]}-{time[8:]}-7{random[:3]}-{_VARIANT[random[3]]}{random[4:7]}-{random[7:19]}"


def first_id(at: datetime) -> str:
    """No id of the moment `at` (aware) or later comes before this one, none of an earlier millisecond after it."""
    time = f"{int(at.timestamp() * 1000):012x}"
    return f"{time[:8]}-{time[8:]}-7000-8000-000000000000"
