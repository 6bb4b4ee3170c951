"""How does a ward still know what stood once the server is gone?

After every commit what changed is written into a folder of the site's: one page for each patient in the house, one for
each ward. Everything is written anew at least every two minutes, so that a sheet's own time tells how long the program
lived. It is done on a thread of its own: a folder that is full, or gone, costs no clinical act anything, and is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeAlias

import structlog

from app.delivery.running import Loop
from app.delivery.sheet_files import clear, put
from app.domain.errors import OutcomeUnknown, Unavailable
from app.domain.protocol import Protocol as Rules
from app.protocols.library import Library
from app.services import sheets_missing
from app.services.board import Line
from app.services.handing_over import LastState, WardHandover, every_ward, last_state
from app.store import ledger
from app.store.database import Database, Transaction
from app.store.ledger import Position

log = structlog.get_logger(__name__)

EVERY: Final = 120.0
"""Seconds after which everything is written anew, whether it changed or not."""
AT_MOST: Final = 1.0
"""Seconds between two looks at what changed: a busy ward is not drawn for every commit."""
AFTER_FAILURE: Final = 10.0
"""Seconds until everything is tried again."""
LOUD_AFTER: Final = 60.0
"""Seconds for which writing may fail before every ward is told."""
AGAIN_AFTER: Final = 900.0
"""Seconds after which a failure that goes on is told again, where somebody has answered for it."""
INDEX: Final = "index.html"

Version: TypeAlias = tuple[object, ...]


class Draw(Protocol):
    """Who draws the sheets."""

    def ward(self, tx: Transaction, found: WardHandover, record: str) -> str: ...
    def patient(self, found: WardHandover, state: LastState, record: str) -> str: ...
    def house(self, wards: tuple[WardHandover, ...], record: str) -> str: ...
    def blank(self, found: WardHandover, protocol: Rules, record: str) -> str: ...


class Sheet(NamedTuple):
    """A file still to be written, and what it shows."""

    path: Path
    text: str
    version: Version


class Sheets:
    """The folder as one process keeps it; several may keep the same."""

    def __init__(
        self,
        database: Database,
        library: Library,
        clock: Callable[[], datetime],
        folder: Path,
        draw: Draw,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._library, self._clock = database, library, clock
        self._folder, self._draw, self._ticks = folder, draw, ticks
        self._seen: Position | None = None
        self._shown: dict[Path, Version] = {}
        self._looked_at = self._whole_at = self._again_at = float("-inf")
        self._written_at = self._ticks()
        self._failing_since: float | None = None
        self._told_at: float | None = None
        self._fault = ""

    def loop(self) -> Loop:
        """Writes for as long as the program serves."""
        return Loop("sheets", AT_MOST, self.step, rings=True)

    def trouble(self) -> str:
        """Why the sheets in the folder are not to be relied on, as a sentence; "" for no reason. Asks no database."""
        if self._fault:
            return f"The last-state sheets cannot be written ({self._fault})."
        if self._ticks() - self._written_at > 3 * EVERY:
            return "The last-state sheets have not been written for more than six minutes."
        return ""

    def step(self) -> None:
        """Writes what changed since the last time; raises Unavailable."""
        now = self._ticks()
        if now < self._again_at:
            return
        self._looked_at, self._again_at = now, now + AT_MOST
        whole = self._looked_at - self._whole_at >= EVERY
        try:
            wrote = self._write(whole=whole)
        except (Unavailable, OutcomeUnknown):
            raise
        except Exception as fault:  # noqa: BLE001 - whatever is wrong, somebody must hear of it
            self._failed(fault)
            return
        if wrote:
            self._works()
            self._whole_at = self._looked_at if whole else self._whole_at

    def _write(self, *, whole: bool) -> bool:
        """True when there was anything to look at; a sheet that fails keeps no other from being written."""
        faults: list[Exception] = []
        with self._database.reading() as tx:
            stands = ledger.position(tx)
            if stands == self._seen and not whole:
                return False
            wards = every_ward(tx, self._library, self._clock())
            record = f"{stands.epoch}-{stands.audit_seq}"
            sheets = list(self._changed(tx, wards, record, faults, whole=whole)) if wards else []
        for sheet in sheets:
            put(sheet.path, sheet.text, stands.epoch, stands.audit_seq)
            self._shown[sheet.path] = sheet.version
        if whole:
            self._tidy(wards)
        self._seen = stands
        if faults:
            raise faults[0]
        return True

    def _changed(
        self, tx: Transaction, wards: tuple[WardHandover, ...], record: str, faults: list[Exception], *, whole: bool
    ) -> Iterator[Sheet]:
        if whole:
            yield Sheet(self._folder / INDEX, self._draw.house(wards, record), ())
            for name, protocol in self._library.protocols.items():
                text = self._draw.blank(wards[0], protocol, record)
                yield Sheet(self._folder / f"downtime-{name}.html", text, ())
        for found in wards:
            folder, versions = self._folder / found.board.ward.id, []
            for line in found.board.lines:
                path, version = folder / _name(line), _version(found, line)
                versions.append((path, version))
                if whole or self._shown.get(path) != version:
                    try:
                        text = self._draw.patient(found, last_state(tx, self._library, found, line), record)
                    except (ArithmeticError, LookupError, TypeError, ValueError) as fault:
                        faults.append(fault)
                        continue
                    yield Sheet(path, text, version)
            version = (*versions, found.on_duty, found.program)
            if whole or self._shown.get(folder / INDEX) != version:
                yield Sheet(folder / INDEX, self._draw.ward(tx, found, record), version)

    def _tidy(self, wards: tuple[WardHandover, ...]) -> None:
        for found in wards:
            folder = self._folder / found.board.ward.id
            here = frozenset({INDEX, *(_name(line) for line in found.board.lines)})
            clear(folder, here)
            self._shown = {path: v for path, v in self._shown.items() if path.parent != folder or path.name in here}

    def _failed(self, fault: Exception) -> None:
        now = self._ticks()
        self._fault = (fault.strerror if isinstance(fault, OSError) else None) or type(fault).__name__
        self._again_at, self._whole_at = now + AFTER_FAILURE, min(self._whole_at, now - EVERY)
        if self._failing_since is None:
            self._failing_since = now
            log.error("the last-state sheets cannot be written", error=self._fault)
        due = now - self._failing_since >= LOUD_AFTER
        if due and (self._told_at is None or now - self._told_at >= AGAIN_AFTER):
            self._told_at = now
            with self._database.transaction() as tx:
                sheets_missing.fails(tx, self._clock(), self.trouble())

    def _works(self) -> None:
        """The first time it also answers for a process that failed and ended."""
        first = self._whole_at == float("-inf")
        if first or self._told_at is not None:
            with self._database.transaction() as tx:
                sheets_missing.works(tx, self._clock())
        if self._fault:
            log.info("the last-state sheets are written again")
        self._fault, self._failing_since, self._told_at = "", None, None
        self._written_at = self._ticks()


def _name(line: Line) -> str:
    return f"{line.sheet.course.id}.html"


def _version(found: WardHandover, line: Line) -> Version:
    """What the sheet of a patient shows; rows are only ever added, so that counting them is enough."""
    sheet, course_id = line.sheet, line.sheet.course.id
    rows = (sheet.cycles, sheet.events, sheet.observations, sheet.decisions, sheet.orders, sheet.administrations)
    nurses = tuple(one.id for one in line.nurses)
    here = (line.bed, line.similar, nurses, len(found.events.get(course_id, ())))
    return (*here, *(len(some) for some in rows))
