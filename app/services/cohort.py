"""How do the cycles of a person's wards compare, and who took the figures away as a file?

Read from the summaries alone (`app.store.summaries`): no course is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.domain import cohort, cohort_lines, cohort_tables
from app.domain.class_words import class_name
from app.domain.cohort import Reason
from app.domain.cycle_summary import CycleSummary
from app.domain.errors import InvalidInput, NotFound
from app.domain.explain import label_words
from app.domain.record import instant
from app.domain.table import Table
from app.domain.tongue import worded
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.store import ledger, meta, summaries, wards
from app.store.database import Transaction
from app.store.summaries import Among

EXPORT: Final = "export_cohort"
CYCLES: Final = "cycles"
"""The table with a line for each cycle, which is only ever a file."""
_EVER: Final = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cycles: of one ward, of one protocol version, first due from `since` to before `until`; None is all."""

    ward_id: str | None = None
    protocol: tuple[str, str] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cohort:
    """The cycles asked for as known now, and the reasons why doses of them were withheld.

    `wards` are those the reader may compare, by id; `versions` the protocol versions met there; `untold` counts cycles
    of the whole database without a summary; `demo` is true where everything is invented.
    """

    asked: Asked
    cycles: tuple[CycleSummary, ...]
    reasons: tuple[Reason, ...]
    systems: tuple[Reason, ...]
    wards: Mapping[str, str]
    versions: tuple[tuple[str, str], ...]
    untold: int
    demo: bool

    @property
    def data(self) -> str:
        """What stands in every line of a file."""
        return "demonstration, invented" if self.demo else "recorded"

    @property
    def withheld(self) -> int:
        """How many doses a criterion withheld."""
        return cohort.withheld(self.cycles)

    def tables(self) -> tuple[Table, ...]:
        """What the figures say, one table for each."""
        cycles, doses = self.cycles, self.withheld
        return (
            cohort_tables.doses_table(cycles),
            cohort_tables.receiving_table(cycles),
            cohort_tables.reasons_table(
                "reasons", worded("Why doses were withheld, by criterion"), self.reasons, doses
            ),
            cohort_tables.reasons_table(
                "systems", worded("Why doses were withheld, by organ system"), self.systems, doses
            ),
            cohort_tables.pairs_table(cycles),
            cohort_tables.creatinine_table(cycles),
            cohort_tables.recovery_table(cycles),
            cohort_tables.groups_table("versions", worded("By protocol version"), cohort.by_version(cycles)),
            cohort_tables.groups_table("periods", worded("By quarter of the first dose"), cohort.by_quarter(cycles)),
        )

    def table(self, name: str) -> Table:
        """One of the tables, or the line for each cycle; raises NotFound."""
        if name == CYCLES:
            return cohort_lines.cycles_table(self.cycles, self.wards)
        found = next((one for one in self.tables() if one.id == name), None)
        if found is None:
            raise NotFound("unknown_table", "There is no table of that name.")
        return found


def cycles_asked(tx: Transaction, acting: Acting, asked: Asked) -> tuple[CycleSummary, ...]:
    """The cycles of the reader's wards; raises Forbidden, NotFound for a ward of others, InvalidInput."""
    return _cycles(tx, acting, asked, _theirs(tx, acting, asked))


def compare(tx: Transaction, library: Library, acting: Acting, asked: Asked) -> Cohort:
    """How those cycles compare; raises what `cycles_asked` does."""
    theirs = _theirs(tx, acting, asked)
    cycles = _cycles(tx, acting, asked, theirs)
    names, systems = _criteria(library)
    return Cohort(
        asked=asked,
        cycles=cycles,
        reasons=cohort.reasons_withheld(cycles, lambda one: names.get(one, one)),
        systems=cohort.reasons_withheld(cycles, lambda one: systems.get(one, worded("Other"))),
        wards=theirs,
        versions=summaries.versions(tx, theirs),
        untold=summaries.untold(tx),
        demo=meta.is_demo(tx),
    )


def _theirs(tx: Transaction, acting: Acting, asked: Asked) -> dict[str, str]:
    """The names of the wards whose cycles the reader may compare, by id."""
    acting.require(Permission.READ_COHORT, asked.ward_id)
    if asked.since is not None and asked.until is not None and asked.since >= asked.until:
        raise InvalidInput.at("/until", "empty_period", "The period ends before it begins.")
    theirs = {one.id: one.name for one in wards.wards(tx) if acting.may(Permission.READ_COHORT, one.id)}
    if asked.ward_id is not None and asked.ward_id not in theirs:
        raise NotFound("not_found", "There is nothing here under that address that you may see.")
    return theirs


def _cycles(tx: Transaction, acting: Acting, asked: Asked, theirs: Mapping[str, str]) -> tuple[CycleSummary, ...]:
    chosen = frozenset(theirs if asked.ward_id is None else {asked.ward_id})
    among = Among(chosen, asked.since or _EVER[0], asked.until or _EVER[1], asked.protocol)
    return tuple(one.known_at(acting.at) for one in summaries.among(tx, among))


def note_export(tx: Transaction, acting: Acting, asked: Asked, table: str, form: str) -> None:
    """Writes who takes which table away; raises ProofNeeded, Forbidden."""
    acting.require(Permission.READ_COHORT, asked.ward_id)
    acting.require_proof()
    words = [f"table {table} as {form}"]
    if asked.ward_id is not None:
        words.append(f"ward {asked.ward_id}")
    if asked.protocol is not None:
        words.append(f"protocol {' '.join(asked.protocol)}")
    words += [
        f"{name} {instant(at)}" for name, at in (("since", asked.since), ("until", asked.until)) if at is not None
    ]
    ledger.append(tx, (acting.act(EXPORT, None, (), "; ".join(words)),), wakes=False)


def _criteria(library: Library) -> tuple[dict[str, str], dict[str, str]]:
    """How a criterion is called, and its organ system, by its id."""
    every = {one.id: one for text in reversed(library.texts) for row in text.rows for one in row.criteria}
    names = {id_: f"{label_words(one, library.measures)}, {class_name(one.cls)}" for id_, one in every.items()}
    return names, {id_: worded(one.system.replace("_", " ")).capitalize() for id_, one in every.items()}
