"""Which printed figures does the program show beside its own?"""

from __future__ import annotations

from functools import cache

from app.domain.published import Published, parse_published
from app.protocols.library import read


@cache
def published() -> tuple[Published, ...]:
    """Every figure of `published.toml`; raises ProtocolRefused naming the key."""
    return parse_published(read("published.toml"), "published.toml")
