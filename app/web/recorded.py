"""How does a page in another language show what stands in the record in English?

As it was recorded, and marked so that a screen reader speaks it as English.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from app.web.translate import REVIEWED, language

_ENGLISH = Markup('<span lang="en">{}</span>')


def recorded(text: str) -> str:
    """The text as it was recorded; on an English page there is nothing to mark."""
    return text if language() == REVIEWED else _ENGLISH.format(text)


def around(message: str, **parts: object) -> str:
    """A sentence of the page with gaps, some of which hold what was recorded."""
    return escape(message).format(**parts)


def together(sentences: Iterable[str]) -> str:
    """Several such sentences one after the other; empty ones say nothing."""
    return Markup(" ").join(one for one in sentences if one != "")
