"""In which language do the pages speak?

Every sentence of a page goes through `_`. Catalogues live in `locale/`; without one, and in what one lacks, sentences
stay English. The reader chooses; dates, times and numbers are written the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations, translation
from pathlib import Path
from string import Formatter

from app.domain.tongue import ENGLISH, _, mark, several, spoken, worded

__all__ = ["LANGUAGES", "REVIEWED", "_", "catalogue", "language", "mark", "several", "told", "worded"]

_LEAST = 12
"""Letters of a sentence's own by which it is known again."""
_ENDS = re.compile(r"(?<=[.?]) ")
_BETWEEN = re.compile(r"(, | or )")
LOCALE = Path(__file__).parent / "locale"
REVIEWED = "en"
"""The language whose words clinicians have checked: pages in any other say that theirs are unchecked."""
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}
"""What a reader may choose, each by its own name."""


class Catalogue(GNUTranslations):
    """A language, which also knows a sentence again whose gaps were filled elsewhere."""

    _catalog: dict[str | tuple[str, int], str]

    @property
    def known(self) -> Mapping[str | tuple[str, int], str]:
        """Everything there is a translation of."""
        return self._catalog

    @cached_property
    def gapped(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """Whole sentences with gaps, those with the most words of their own first."""
        found = [key for key in self._catalog if isinstance(key, str) and "{" in key and key.endswith((".", "?"))]
        found = [key for key in found if _own_letters(key) >= _LEAST]
        return tuple((_pattern(one), one) for one in sorted(found, key=_own_letters, reverse=True))


def _own_letters(message: str) -> int:
    return sum(len(text) for text, *_gap in Formatter().parse(message))


def _pattern(message: str) -> re.Pattern[str]:
    """What the sentence looks like with its gaps filled; a gap that comes twice says the same twice."""
    parts, seen = "", set[str]()
    for text, name, _spec, _conversion in Formatter().parse(message):
        parts += re.escape(text)
        if name:
            parts += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
            seen.add(name)
    return re.compile(parts, re.DOTALL)


@cache
def catalogue(name: str, folder: Path = LOCALE) -> NullTranslations:
    """The sentences of one language; English for one there is no catalogue of."""
    if name == REVIEWED:
        return ENGLISH
    return translation("doseward", folder, languages=[name], class_=Catalogue, fallback=True)


def language() -> str:
    """The code of the language spoken now, as pages give it to screen readers (BCP 47)."""
    return spoken().info().get("language", REVIEWED)


def told(sentence: str) -> str:
    """A refusal's sentence, raised in English, as the page says it; what no catalogue knows stays as it was raised."""
    found, book = _(sentence), spoken()
    if found != sentence or not isinstance(book, Catalogue):
        return found
    for pattern, message in book.gapped:
        match = pattern.fullmatch(sentence)
        if match is not None:
            return _(message).format(**{name: told(part) for name, part in match.groupdict().items()})
    parts = _ENDS.split(sentence)
    return _each(sentence, book) if len(parts) == 1 else " ".join(told(part) for part in parts)


def _each(listed: str, book: Catalogue) -> str:
    """What is named in a row, such as roles or organ systems: each by itself, once all of them are known."""
    parts = _BETWEEN.split(listed)
    return "".join(map(_, parts)) if all(name in book.known for name in parts[::2]) else listed
