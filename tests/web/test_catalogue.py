"""Does every catalogue say all that the pages say, and nothing the program does not read?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message

from scripts.catalogue import catalogues, compiled, faults, read, sentences

_GAP = re.compile(r"%\(\w+\)s|\{\w*\}")
EVERY = pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in catalogues().items()])


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return sentences()


def test_there_is_a_catalogue_of_each_language_a_reader_may_choose() -> None:
    assert [*catalogues()] == ["es"]


@pytest.mark.hazard("HZ-21")
@EVERY
def test_every_sentence_of_the_pages_is_translated(path: Path, wanted: Catalog) -> None:
    left = [*faults(read(path), wanted)]
    assert left == [], "run `make catalogue`, translate what it names, and run it again: " + "; ".join(left)


@pytest.mark.hazard("HZ-21")
@EVERY
def test_a_translation_fills_in_what_the_sentence_does(path: Path) -> None:
    other = {str(one.id): one.string for one in read(path) if one.id != "" and not _same_gaps(one)}
    assert other == {}


def _same_gaps(one: Message) -> bool:
    pairs = zip(_texts(one.id), _texts(one.string), strict=True)
    return all({*_GAP.findall(said)} == {*_GAP.findall(translated)} for said, translated in pairs)


def _texts(what: Any) -> tuple[str, ...]:
    return (what,) if isinstance(what, str) else tuple(what)


@EVERY
def test_what_the_program_reads_is_what_the_translator_wrote(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == compiled(read(path)), "run `make catalogue`"


def test_a_sentence_without_a_translation_is_named() -> None:
    known, wanted = Catalog(locale="es"), Catalog()
    wanted.add("Ward board")
    known.add("Gone", "Ido")
    assert [*faults(known, wanted)] == ["not translated: 'Ward board'", "no page says this any more: 'Gone'"]
