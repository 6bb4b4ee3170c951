"""How is the bedside form opened: whole, one part of it alone, or for a record that was kept on paper?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from app.web.entry.reading import Read
from app.web.form import BadText, Form, read_words
from app.web.translate import _

RECORD = "paper_record"
"""The field that says which paper was copied."""


@dataclass(frozen=True, slots=True)
class Mode:
    """`only` is the one part that is shown. With `paper` no time stands in the form, and everything is marked."""

    only: str | None = None
    paper: bool = False

    @property
    def query(self) -> str:
        """What the address says of it."""
        if self.paper:
            return "?paper=1"
        return "" if self.only is None else f"?only={self.only}"

    @property
    def drafted(self) -> bool:
        """One thing alone is typed within seconds; everything longer is kept as a draft."""
        return self.only is None


def copied(form: Form, read: Read, mode: Mode) -> str | None:
    """Which paper was copied, None for what was seen just now; a fault where it is not said."""
    if not mode.paper:
        return None
    if form[RECORD].strip() == "":
        read.blame(RECORD, _("Say which paper record this is, such as sheet 2 of the downtime on 21-Nov."))
        return None
    try:
        return read_words(form[RECORD])
    except BadText as fault:
        read.blame(RECORD, fault.sentence)
        return None


# async: it waits for nothing, and a plain function would take a turn in the thread pool.
async def _mode(*, only: Annotated[str | None, Query(max_length=40)] = None, paper: bool = False) -> Mode:
    return Mode(None if paper else only, paper)


Asked = Annotated[Mode, Depends(_mode)]
