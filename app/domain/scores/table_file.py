"""What does every file of a score begin with: its name, its version, its sources, and its fingerprint?"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.errors import ProtocolRefused
from app.domain.protocol_keys import Keys


@dataclass(frozen=True, slots=True)
class FileHead:
    """Which file it is; `sha256` is that of its bytes, `sources` are citations by reference."""

    id: str
    version: str
    sha256: str
    title: str
    sources: Mapping[str, str]


def open_table(document: bytes, file: str) -> Keys:
    """The keys of a TOML document; raises ProtocolRefused with a sentence that names `file`."""
    try:
        table: dict[str, Any] = tomllib.loads(document.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ProtocolRefused("unreadable_score_table", f"{file} cannot be read: {fault}") from fault
    return Keys(table, file)


def head(keys: Keys, document: bytes) -> FileHead:
    """The head of the file; every source has a citation, an address and the day it was read."""
    return FileHead(
        id=keys.text("id"),
        version=keys.text("version"),
        sha256=hashlib.sha256(document).hexdigest(),
        title=keys.text("title"),
        sources={name: _citation(inner) for name, inner in keys.tables("source").items()},
    )


def _citation(keys: Keys) -> str:
    citation = keys.text("citation")
    keys.text("url")
    keys.text("retrieved")
    keys.done()
    return citation
