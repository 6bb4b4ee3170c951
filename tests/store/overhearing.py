"""What does a transaction say to its database?"""

from __future__ import annotations

from typing import Any

from app.store.database import Transaction


class Overheard:
    """The cursors of a transaction, and every text they were given."""

    def __init__(self, tx: Transaction) -> None:
        self._cursor = tx.cursor
        self.texts: list[str] = []
        tx.cursor = lambda: self

    def execute(self, text: str, values: object) -> Any:
        """Runs it, and keeps the text."""
        self.texts.append(text)
        return self._cursor().execute(text, values)
