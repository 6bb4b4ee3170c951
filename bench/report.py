"""What came out, as one table a person can read and as data?"""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.plans import NEVER_WHOLE, Plan
from bench.rounds import Outcome

HALF_THE_FLOOR = 0.5
TAIL = 5.0
DECISION = 200e-6


@dataclass(frozen=True)
class Goal:
    """One promise, what was measured, and whether it was kept."""

    promise: str
    measured: str
    kept: bool


@dataclass(frozen=True)
class Results:
    """Everything measured; `plans` by number of observations."""

    rounds: int
    clients: int
    outcomes: Sequence[Outcome]
    plans: Mapping[int, Sequence[Plan]]
    decisions: Mapping[str, float]

    def goals(self) -> Iterator[Goal]:
        """Each goal of the benchmark."""
        for one in self.outcomes:
            if one.against is not None and one.name.startswith("ingest"):
                promise = f"{one.name}: at least {HALF_THE_FLOOR} of the floor"
                yield Goal(promise, f"{one.ratio:.2f}", one.ratio >= HALF_THE_FLOOR)
                tail = one.p99 / one.p50
                yield Goal(f"{one.name}: p99 at most {TAIL:g} times p50", f"{tail:.1f}", tail <= TAIL)
        for name, seconds in self.decisions.items():
            promise = f"one decision of {name}: at most {DECISION * 1e6:.0f} µs"
            yield Goal(promise, f"{seconds * 1e6:.0f} µs", seconds <= DECISION)
        largest = max(self.plans, default=0)
        for plan in self.plans.get(largest, ()):
            whole = sorted(plan.whole & NEVER_WHOLE)
            yield Goal(f"{plan.name}: no growing table read whole", ", ".join(whole) or "none", not whole)

    def document(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "machine": machine(),
            "rounds": self.rounds,
            "clients": self.clients,
            "outcomes": [asdict(one) | {"ratio": one.ratio} for one in self.outcomes],
            "plans": {
                str(size): [asdict(plan) | {"whole": sorted(plan.whole)} for plan in plans]
                for size, plans in self.plans.items()
            },
            "decision_seconds": dict(self.decisions),
            "goals": [asdict(goal) for goal in self.goals()],
        }


def machine() -> str:
    """What it ran on; figures of two machines do not compare, nor do those of two builds of one Python."""
    python, sqlite = " ".join(sys.version.split()), sqlite3.sqlite_version
    return f"{os.cpu_count()} processors, {platform.system()}, Python {python}, SQLite {sqlite}"


def show(results: Results, console: Console) -> None:
    """Prints every figure, then which goals were kept."""
    console.print(f"\n{machine()}; {results.clients} clients, {results.rounds} rounds, medians", highlight=False)
    console.print(_rates(results))
    if results.plans:
        console.print(_blocks(results))
    for goal in results.goals():
        mark = "kept  " if goal.kept else "MISSED"
        console.print(f"  {mark}  {goal.promise}: {goal.measured}", highlight=False, markup=False)


def _rates(results: Results) -> Table:
    table = Table(title="Requests")
    for heading in ("what", "per second", "against", "ratio (least to most)", "p50 ms", "p99 ms", "processor ms"):
        table.add_column(heading, justify="left" if heading in ("what", "against") else "right")
    for one in results.outcomes:
        ratio = "" if one.against is None else f"{one.ratio:.2f} ({min(one.ratios):.2f} to {max(one.ratios):.2f})"
        times = (f"{seconds * 1e3:.1f}" for seconds in (one.p50, one.p99, one.processor))
        table.add_row(one.name, f"{one.rate:.0f}", one.against or "", ratio, *times)
    return table


def _blocks(results: Results) -> Table:
    sizes = sorted(results.plans)
    table = Table(title="Blocks of 8 kB that PostgreSQL touched (statements), by observations")
    table.add_column("what")
    for size in sizes:
        table.add_column(f"{size:,}", justify="right")
    for row in zip(*(results.plans[size] for size in sizes), strict=True):
        table.add_row(row[0].name, *(f"{plan.blocks} ({plan.statements})" for plan in row))
    return table
