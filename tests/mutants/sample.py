"""Which few mutants does every test run try, and which test notices each of them?"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random

from tests.mutants.forks import Job, run
from tests.mutants.listed import CORE
from tests.mutants.live import source_of
from tests.mutants.operators import MODULE, Mutant, mutants
from tests.mutants.trials import Known, Session, in_place

SAMPLE = Path(__file__).with_name("sample.toml")
SEED, SIZE = 9041, 40
QUICK = 0.5
"""Seconds that a test of the sample may take."""
CHILD = 60
HEAD = """# The mutants that `make test` tries, each with a test that notices it: drawn by seed where it is decided.
# Written by `python -m tests.mutants --draw`.
"""


def sample() -> list[dict[str, str]]:
    """The rows of the sample: mutant, change, test."""
    rows: list[dict[str, str]] = tomllib.loads(SAMPLE.read_text("utf-8"))["mutant"]
    return rows


def draw(chosen: Sequence[Mutant], verdicts: Mapping[str, str | None], known: Known) -> None:
    """Write a sample of the mutants that a quick test noticed."""
    noticed = [
        (one, by)
        for one in chosen
        if one.file in CORE
        and one.function != MODULE
        and known.seconds.get(by := verdicts[one.name] or "", CHILD) < QUICK
    ]
    picked = Random(SEED).sample(noticed, SIZE)
    rows = [
        "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in row.items())
        for row in ({"mutant": one.name, "change": one.change, "test": by} for one, by in picked)
    ]
    SAMPLE.write_text(HEAD + "".join(f"\n[[mutant]]\n{row}" for row in rows), "utf-8")


def tried(processes: int) -> dict[str, str]:
    """What became of each mutant of the sample: the test that failed, or a sentence that says what is wrong."""
    rows = sample()
    there = {one.name: one for file in {row["mutant"].partition(":")[0] for row in rows} for one in _of(file)}
    found: dict[str, str] = {}

    def work(session: Session) -> None:
        jobs = []
        for row in rows:
            mutant, tests = there.get(row["mutant"]), _cases(session, row["test"])
            if mutant is None or mutant.change != row["change"]:
                found[row["mutant"]] = "there is no such mutant any more: python -m tests.mutants --draw"
            elif not tests:
                found[row["mutant"]] = f"there is no {row['test']} any more: python -m tests.mutants --draw"
            else:
                jobs.append(Job(mutant.name, partial(in_place, session, mutant, tests), CHILD))
        for job, answer in run(jobs, processes):
            found[job.name] = "noticed" if answer != "" else "no test notices it"

    Session(work).collect(sorted({row["test"].partition("::")[0] for row in rows}))
    return found


def _of(file: str) -> list[Mutant]:
    return mutants(file, source_of(file))


def _cases(session: Session, test: str) -> list[str]:
    """The case itself; where it is gone, every case of its test."""
    if test in session.items:
        return [test]
    return [name for name in session.items if name.partition("[")[0] == test.partition("[")[0]]
