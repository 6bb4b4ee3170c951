"""How is a protocol table read so that no key is overlooked and every fault names its place?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn

from app.domain.errors import ProtocolRefused

_DURATION = re.compile(r"^(\d+(?:\.\d+)?) (min|h|d)$")
_SECONDS = {"min": 60, "h": 3600, "d": 86400}


class Keys:
    """One table of a file: each key is taken once by name, and `done` refuses what nobody took."""

    def __init__(self, table: dict[str, Any], where: str) -> None:
        self._table = table
        self._where = where
        self._taken: set[str] = set()

    def refuse(self, key: str, fault: str) -> NoReturn:
        """Raises ProtocolRefused with file, table and key."""
        raise ProtocolRefused("bad_protocol", f"{self._where}: {key} {fault}.")

    def has(self, key: str) -> bool:
        """True when the key is written down."""
        return key in self._table

    def is_table(self, key: str) -> bool:
        """True when a table is written under the key."""
        return isinstance(self._table.get(key), dict)

    def is_text(self, key: str) -> bool:
        """True when a text is written under the key."""
        return isinstance(self._table.get(key), str)

    def names(self) -> tuple[str, ...]:
        """The keys as written."""
        return tuple(self._table)

    def known(self, key: str, kind: type[StrEnum]) -> bool:
        """True when the key is one of the words; refuses otherwise."""
        if key not in {str(word) for word in kind}:
            self.refuse(key, "is an unknown key")
        return True

    def done(self) -> None:
        """Refuses the first key nobody asked for."""
        for key in self._table:
            if key not in self._taken:
                self.refuse(key, "is an unknown key")

    def _take(self, key: str, kind: type | tuple[type, ...], name: str) -> Any:
        self._taken.add(key)
        if key not in self._table:
            self.refuse(key, "is missing")
        value = self._table[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.refuse(key, f"is not {name}")
        return value

    def text(self, key: str) -> str:
        """A text that says something."""
        value: str = self._take(key, str, "a text")
        if not value.strip():
            self.refuse(key, "is empty")
        return value

    def optional_text(self, key: str) -> str | None:
        """A text, or None where the key is not written."""
        return self.text(key) if self.has(key) else None

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        values: list[Any] = self._take(key, list, "a list")
        if not all(isinstance(value, str) for value in values):
            self.refuse(key, "is not a list of texts")
        return values

    def optional_texts(self, key: str) -> list[str]:
        """A list of texts; empty where the key is not written."""
        return self.texts(key) if self.has(key) else []

    def values(self, key: str, known: Iterable[bool | str]) -> frozenset[bool | str]:
        """A list of findings or choices, each one of the known; empty where the key is not written."""
        values: list[Any] = self._take(key, list, "a list") if self.has(key) else []
        if not all(isinstance(value, bool | str) and value in [*known] for value in values):
            self.refuse(key, "names what cannot be charted for the measure")
        return frozenset(values)

    def flag(self, key: str) -> bool:
        """True or false; absent is false."""
        return self.has(key) and bool(self._take(key, bool, "true or false"))

    def number(self, key: str) -> Decimal:
        """An exact number."""
        number = Decimal(self._take(key, (int, Decimal), "a number"))
        if not number.is_finite():
            self.refuse(key, "is not a number")
        return number

    def optional_number(self, key: str) -> Decimal | None:
        """An exact number, or None where the key is not written."""
        return self.number(key) if self.has(key) else None

    def whole(self, key: str) -> int:
        """A whole number above zero."""
        value: int = self._take(key, int, "a whole number")
        if value < 1:
            self.refuse(key, "must be at least 1")
        return value

    def count(self, key: str, most: int) -> int:
        """A whole number from 0 to `most`."""
        value: int = self._take(key, int, "a whole number")
        if not 0 <= value <= most:
            self.refuse(key, f"must lie between 0 and {most}")
        return value

    def duration(self, key: str) -> timedelta:
        """A length of time written as "30 min", "7.5 h" or "2 d"."""
        match = _DURATION.match(self.text(key))
        if match is None:
            self.refuse(key, 'is not a length of time such as "4 h"')
        length = timedelta(microseconds=int(Decimal(match[1]) * _SECONDS[match[2]] * 1_000_000))
        if not length:
            self.refuse(key, "is no time at all")
        return length

    def one_of(self, key: str, words: Iterable[str]) -> str:
        """One of a closed list of words."""
        value, known = self.text(key), [str(word) for word in words]
        if value not in known:
            self.refuse(key, f"is {value!r}, not one of {', '.join(known)}")
        return value

    def inner(self, key: str) -> Keys:
        """A table below this one."""
        return Keys(self._take(key, dict, "a table"), f"{self._where}: {key}")

    def tables(self, key: str) -> dict[str, Keys]:
        """Named tables below this one."""
        inner: dict[str, Any] = self._take(key, dict, "a group of tables")
        if not all(isinstance(table, dict) for table in inner.values()):
            self.refuse(key, "is not a group of tables")
        return {name: Keys(table, f"{self._where}: {key}.{name}") for name, table in inner.items()}

    def list_of_tables(self, key: str) -> list[Keys]:
        """A list of tables; absent is empty. A table with an id is named by it."""
        if not self.has(key):
            return []
        items: list[Any] = self._take(key, list, "a list of tables")
        if not all(isinstance(item, dict) for item in items):
            self.refuse(key, "is not a list of tables")
        return [Keys(item, f"{self._where}: {key} {item.get('id', index)}") for index, item in enumerate(items, 1)]
