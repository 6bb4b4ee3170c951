"""What does the file of the ASTCT consensus grading say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.measure import Measures
from app.domain.protocol_keys import Keys
from app.domain.protocol_row import parse_source
from app.domain.scores.items import Item, parse_item
from app.domain.scores.table_file import FileHead, head, open_table
from app.domain.source import Source, Verification


@dataclass(frozen=True, slots=True)
class Scale:
    """One syndrome: its items, and the finding without which it has no grade (CRS alone has one)."""

    name: str
    suspected: Item | None
    items: tuple[Item, ...]
    source: Source
    verification: Verification
    note: str


@dataclass(frozen=True, slots=True)
class Astct:
    """Both scales of the consensus."""

    head: FileHead
    crs: Scale
    icans: Scale

    def items(self) -> tuple[Item, ...]:
        """Every item, with those asked after another."""
        first = [item for scale in (self.crs, self.icans) for item in (scale.suspected, *scale.items)]
        return tuple(one for item in first if item is not None for one in (item, item.then) if one is not None)


def parse_astct(document: bytes, measures: Measures, file: str = "astct-2019.toml") -> Astct:
    """The scales of a TOML document; raises ProtocolRefused naming file and key."""
    keys = open_table(document, file)
    found = head(keys, document)
    astct = Astct(
        head=found,
        crs=_scale(keys.inner("crs"), measures, found.sources, suspected=True),
        icans=_scale(keys.inner("icans"), measures, found.sources, suspected=False),
    )
    keys.done()
    return astct


def _scale(keys: Keys, measures: Measures, sources: Mapping[str, str], *, suspected: bool) -> Scale:
    items = tuple(parse_item(inner, measures) for inner in keys.list_of_tables("items"))
    if not items:
        keys.refuse("items", "is missing")
    scale = Scale(
        name=keys.text("name"),
        suspected=parse_item(keys.inner("suspected"), measures) if suspected else None,
        items=items,
        source=parse_source(keys.inner("source"), sources),
        verification=Verification(keys.one_of("verification", tuple(Verification))),
        note=keys.text("note"),
    )
    keys.done()
    return scale
