"""What do published series print, to be shown beside the figures of this house?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal

from app.domain.errors import ProtocolRefused
from app.domain.protocol_keys import Keys

ABOUT = ("median_doses", "peak_creatinine", "recovered_7_days", "recovered_14_days", "recovered_30_days")


@dataclass(frozen=True, slots=True)
class Published:
    """One printed figure: what it is about, of which cycle (None: of any), its value, and where it stands.

    `series` is the name it goes by on a figure, `words` what was printed, `citation` where.
    """

    about: str
    cycle: int | None
    value: Decimal
    series: str
    words: str
    citation: str


def parse_published(document: bytes, file: str = "published") -> tuple[Published, ...]:
    """The figures of a TOML document; raises ProtocolRefused naming file and key."""
    try:
        table = tomllib.loads(document.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ProtocolRefused("unreadable_published", f"{file} cannot be read: {fault}") from fault
    keys = Keys(table, file)
    found = tuple(_figure(inner) for inner in keys.list_of_tables("figure"))
    keys.done()
    return found


def _figure(keys: Keys) -> Published:
    figure = Published(
        about=keys.one_of("about", ABOUT),
        cycle=keys.whole("cycle") if keys.has("cycle") else None,
        value=keys.number("value"),
        series=keys.text("series"),
        words=keys.text("words"),
        citation=keys.text("citation"),
    )
    keys.done()
    return figure
