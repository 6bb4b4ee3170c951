"""Which protocols may the program decide by: those it ships and those of the site, and which measures and scores?

Bytes in, checked values out: a file that cannot be trusted stops the program (ProtocolRefused names file and key).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path

from app.domain.agreement import Agreement, parse_agreement
from app.domain.change import Changes, parse_changes
from app.domain.errors import NotFound, ProtocolRefused
from app.domain.measure import Measures, parse_measures
from app.domain.protocol import Protocol
from app.domain.protocol_file import parse_protocol
from app.domain.scores.astct import parse_astct
from app.domain.scores.book import ScoreBook, make_book
from app.domain.scores.ctcae_file import parse_grades
from app.domain.scores.news2 import ScoreTable
from app.domain.scores.news2_file import parse_score_table
from app.domain.scores.normal import parse_normal

ORDER = ("lvhn-2015", "consensus-2014", "uspi-2023", "til-2024")
"""The order of every list; nothing is preselected."""


@dataclass(frozen=True, slots=True)
class Library:
    """The measures, the score tables, and every protocol; `protocols` has the newest version of each by id.

    `texts` are all versions at hand: shipped ones first, in the order of every list, then the site's by name.
    """

    measures: Measures
    agreement: Agreement
    changes: Changes
    scores: ScoreBook
    texts: tuple[Protocol, ...]
    protocols: Mapping[str, Protocol]

    @property
    def news2(self) -> ScoreTable:
        """The early-warning chart, which every decision is shown with."""
        return self.scores.news2

    def protocol(self, name: str) -> Protocol:
        """The newest version of a protocol, which decides new courses; raises NotFound."""
        if name not in self.protocols:
            raise NotFound(
                "unknown_protocol", f"There is no protocol of that name. Known: {', '.join(self.protocols)}."
            )
        return self.protocols[name]

    def text(self, sha256: str) -> Protocol | None:
        """The protocol of exactly these bytes, None when it is not at hand."""
        return next((one for one in (*self.protocols.values(), *self.texts) if one.pin.sha256 == sha256), None)

    def version(self, name: str, version: str) -> Protocol | None:
        """One version of a protocol, None when it is not at hand."""
        return next((one for one in self.texts if (one.pin.id, one.pin.version) == (name, version)), None)

    def parse(self, document: bytes, file: str = "pinned protocol") -> Protocol:
        """The protocol of a text, with the checks of every protocol; raises ProtocolRefused naming `file` and key."""
        return parse_protocol(document, self.measures, self.agreement, file)

    def read(self, path: Path) -> Protocol:
        """The protocol of a file; raises ProtocolRefused naming file and key."""
        try:
            document = path.read_bytes()
        except OSError as fault:
            raise ProtocolRefused("unreadable_protocol", f"{path} cannot be read: {fault.strerror}.") from fault
        return self.parse(document, str(path))

    def checked(self, path: Path) -> Protocol:
        """The same, refused as well where another text of the library has its id and version."""
        text = self.read(path)
        known = self.version(text.pin.id, text.pin.version)
        if known is not None and known.pin != text.pin:
            fault = f"{text.pin.id} {text.pin.version} is the id and version of another text already"
            raise ProtocolRefused("protocol_twice", f"{path}: version: {fault}. A changed text needs a new version.")
        return text


def read(file: str) -> bytes:
    """The bytes of a file of this package."""
    return resources.files(__package__).joinpath(file).read_bytes()


def load(folder: Path | None = None) -> Library:
    """Everything shipped and, where a folder is named, the site's own protocols; raises ProtocolRefused."""
    return _shipped() if folder is None else _with_site(_shipped(), folder)


@cache
def _shipped() -> Library:
    measures = parse_measures(read("measures.toml"))
    agreement = parse_agreement(read("agreement.toml"), measures)
    texts = tuple(parse_protocol(read(f"{name}.toml"), measures, agreement, f"{name}.toml") for name in ORDER)
    changes = parse_changes(read("changes.toml"), measures)
    return Library(measures, agreement, changes, _scores(measures), texts, _newest(texts))


def _with_site(shipped: Library, folder: Path) -> Library:
    if not folder.is_dir():
        raise ProtocolRefused("no_protocols", f"{folder} is no folder: DOSEWARD_PROTOCOLS names the site's protocols.")
    library = shipped
    for path in sorted(folder.glob("*.toml")):
        library = _joined(library, library.checked(path))
    own = sorted(library.texts[len(shipped.texts) :], key=lambda text: (text.pin.id, _order(text)))
    texts = (*shipped.texts, *own)
    return replace(shipped, texts=texts, protocols=_newest(texts))


def _joined(library: Library, text: Protocol) -> Library:
    """A text the program has already is no other one."""
    return library if library.text(text.pin.sha256) is not None else replace(library, texts=(*library.texts, text))


def _newest(texts: Iterable[Protocol]) -> dict[str, Protocol]:
    newest: dict[str, Protocol] = {}
    for text in texts:
        if text.pin.id not in newest or _order(text) > _order(newest[text.pin.id]):
            newest[text.pin.id] = text
    return newest


def _order(text: Protocol) -> tuple[tuple[bool, int, str], ...]:
    """Versions by their numbers, then their words: 1.10.0 is newer than 1.9.0."""
    parts = re.findall(r"\d+|[^\d.]+", text.pin.version)
    return tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)


def _scores(measures: Measures) -> ScoreBook:
    return make_book(
        parse_score_table(read("news2.toml"), measures),
        parse_grades(read("ctcae-5.toml"), measures),
        parse_astct(read("astct-2019.toml"), measures),
        parse_normal(read("laboratory.toml"), measures),
    )
