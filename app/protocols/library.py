"""Which protocols, measures and score tables does the program ship?

Bytes in, checked values out: a file that cannot be trusted stops the program (ProtocolRefused names file and key).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from app.domain.agreement import Agreement, parse_agreement
from app.domain.errors import NotFound
from app.domain.measure import Measures, parse_measures
from app.domain.protocol import Protocol
from app.domain.protocol_file import parse_protocol
from app.domain.scores.news2 import ScoreTable, parse_score_table

ORDER = ("lvhn-2015", "consensus-2014")
"""The order of every list; nothing is preselected."""


@dataclass(frozen=True, slots=True)
class Library:
    """The measures, the score table, and the newest version of each protocol by id."""

    measures: Measures
    agreement: Agreement
    news2: ScoreTable
    protocols: Mapping[str, Protocol]

    def protocol(self, name: str) -> Protocol:
        """A protocol by id; raises NotFound."""
        if name not in self.protocols:
            raise NotFound(
                "unknown_protocol", f"There is no protocol of that name. Known: {', '.join(self.protocols)}."
            )
        return self.protocols[name]

    def parse(self, document: bytes) -> Protocol:
        """A pinned protocol text, as stored with a course."""
        return parse_protocol(document, self.measures, self.agreement, "pinned protocol")


def read(file: str) -> bytes:
    """The bytes of a file of this package."""
    return resources.files(__package__).joinpath(file).read_bytes()


@cache
def load() -> Library:
    """Everything shipped, read and checked once; raises ProtocolRefused."""
    measures = parse_measures(read("measures.toml"))
    agreement = parse_agreement(read("agreement.toml"), measures)
    protocols = {name: parse_protocol(read(f"{name}.toml"), measures, agreement, f"{name}.toml") for name in ORDER}
    return Library(measures, agreement, parse_score_table(read("news2.toml"), measures), protocols)
