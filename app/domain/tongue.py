"""In which language are sentences built?

English, unless whoever draws a page says otherwise for as long as it is being drawn. Nothing is decided or recorded by
it: a writing transaction speaks English whoever asks (`app.store.database`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations

ENGLISH = NullTranslations()
"""The catalogue of the language the program is written in: every sentence as it stands."""
_SPOKEN: ContextVar[NullTranslations] = ContextVar("doseward_tongue", default=ENGLISH)


@contextmanager
def speaking(catalogue: NullTranslations) -> Iterator[None]:
    """Builds sentences from this catalogue until the block ends; what it lacks stays English."""
    before = _SPOKEN.set(catalogue)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> NullTranslations:
    """The catalogue sentences are built from at present."""
    return _SPOKEN.get()


def _(message: str) -> str:
    """A sentence in the language spoken; "" is none, though catalogues keep their own head under it."""
    return message if message == "" else _SPOKEN.get().gettext(message)


def worded(message: str, **parts: object) -> str:
    """The same with its gaps filled: `worded("{label} at {time}", label=…, time=…)`; without parts it has no gaps."""
    said = _(message)
    return said.format(**parts) if parts else said


def several(one: str, many: str, number: int, **parts: object) -> str:
    """The sentence for so many; `{number}` in it, and its other gaps, are filled in."""
    return _SPOKEN.get().ngettext(one, many, number).format(number=number, **parts)


def mark(message: str) -> str:
    """Marks a sentence of a table for the catalogues; it is translated where it is used."""
    return message
