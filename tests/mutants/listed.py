"""Which survivors are argued for, and what is the score?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.mutants.operators import Mutant

CORE = (
    "engine.py",
    "criteria.py",
    "plan.py",
    "grading.py",
    "facts.py",
    "answer.py",
    "intervals.py",
    "schedule.py",
    "windows.py",
    "windows_baseline.py",
    "windows_lasting.py",
    "windows_latched.py",
    "windows_point.py",
    "windows_volume.py",
)
"""Where every mutant that is not equivalent must be noticed."""
REST = 90
"""Percent of the mutants elsewhere that are not equivalent: so many must be noticed."""
LIST = Path(__file__).with_name("equivalent.toml")


def equivalent() -> dict[str, dict[str, str]]:
    """What is listed, by the name of the mutant: its change, and why nobody can tell it from the original."""
    rows: list[dict[str, str]] = tomllib.loads(LIST.read_text("utf-8")).get("equivalent", [])
    return {row["mutant"]: row for row in rows}


def _file(name: str) -> str:
    """The module of the mutant of that name."""
    return name.partition(":")[0]


def table(chosen: Sequence[Mutant], verdicts: Mapping[str, str | None]) -> str:
    """Mutants, noticed, equivalent, alive and score of each module."""
    listed = equivalent()
    lines = [f"{'module':<26} mutants noticed equivalent alive   score"]
    for file in [*dict.fromkeys(one.file for one in chosen), ""]:
        mine = [one.name for one in chosen if file in ("", one.file)]
        alive = [name for name in mine if verdicts[name] is None]
        same = sum(name in listed for name in alive)
        counts = f"{len(mine):7} {len(mine) - len(alive):7} {same:10} {len(alive) - same:5}"
        lines.append(f"{file or 'all':<26} {counts} {_score(mine, verdicts, listed):6.1f} %")
    return "\n".join(lines)


def _score(names: Sequence[str], verdicts: Mapping[str, str | None], listed: Mapping[str, object]) -> float:
    noticed = sum(verdicts[name] is not None for name in names)
    same = sum(verdicts[name] is None and name in listed for name in names)
    return 100 * noticed / (len(names) - same) if len(names) > same else 100.0


def check(everything: Sequence[Mutant], verdicts: Mapping[str, str | None]) -> list[str]:
    """What is wrong with the list, or with the tests; `everything` are all mutants of the modules looked at."""
    listed = equivalent()
    changes = {one.name: one.change for one in everything}
    files = {one.file for one in everything}
    found = [
        f"nobody notices {name}: {changes[name]}"
        for name, by in verdicts.items()
        if by is None and name not in listed and _file(name) in CORE
    ]
    rest = [name for name in verdicts if _file(name) not in CORE]
    if (score := _score(rest, verdicts, listed)) < REST:
        found.append(f"outside of what decides {score:.1f} % are noticed, {REST} % must be")
    for name, row in listed.items():
        if _file(name) not in files:
            continue
        if name not in changes:
            found.append(f"listed, but there is no {name}: {row['change']}")
        elif changes[name] != row["change"]:
            found.append(f"listed, but it is another change now: {name}: {changes[name]}")
        elif verdicts.get(name) is not None:
            found.append(f"listed as equivalent, but {verdicts[name]} notices {name}")
    return found
