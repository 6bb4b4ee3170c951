"""In which language do the pages speak?

Every sentence of a page goes through `_`. Catalogues live in `locale/`; without one the sentences stay English. What a
decision says about itself comes from the domain and is English everywhere: it is read aloud beside the protocol.
"""

from __future__ import annotations

from collections.abc import Iterable
from gettext import NullTranslations, translation
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"


class _Speech:
    """The catalogue in use, one for the whole program: a ward has one language."""

    catalogue: NullTranslations = NullTranslations()


def speak(languages: Iterable[str], folder: Path = LOCALE) -> None:
    """Uses the first of these languages that has a catalogue; with none, the sentences stay English."""
    _Speech.catalogue = translation("doseward", folder, languages=[*languages], fallback=True)


def _(message: str) -> str:
    return _Speech.catalogue.gettext(message)


def several(one: str, many: str, number: int) -> str:
    """The sentence for so many; `{number}` in it is filled in."""
    return _Speech.catalogue.ngettext(one, many, number).format(number=number)


def mark(message: str) -> str:
    """Marks a sentence of a table for the catalogues; it is translated where it is used."""
    return message
