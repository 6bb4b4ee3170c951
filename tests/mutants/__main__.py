"""Which small changes to the decision code would no test notice?

Functions are changed in a process that has collected the tests once, each in its own fork; what runs at import is
changed before the import. `equivalent.toml` argues for every survivor; one that is not there, or no longer survives or
exists, fails the run.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase as fnmatch
from functools import partial
from pathlib import Path

from tests.mutants.forks import Job, run
from tests.mutants.kept import keep, kept
from tests.mutants.listed import CORE, check, equivalent, table
from tests.mutants.live import DOMAIN, source_of
from tests.mutants.operators import MODULE, Mutant, mutants
from tests.mutants.sample import draw, tried
from tests.mutants.trials import AT_MOST, FOLDERS, Choice, Known, Session, from_the_start, in_place, learn

EVERY = 15.0
A_DAY = 86_400
TIME = "its time ran out"
BRIEFLY = 5.0
"""Seconds of tests for a mutant that is argued for already."""
FROM_THE_START = 45
"""Seconds for a mutant that has to be imported."""

Verdicts = dict[str, str | None]
"""The test that noticed each mutant, None where none did."""


class Progress:
    """A line every so often, and one for each survivor."""

    def __init__(self, total: int) -> None:
        self.verdicts: Verdicts = {}
        self._total = total
        self._started = self._said = time.monotonic()

    def add(self, mutant: Mutant, by: str | None) -> None:
        self.verdicts[mutant.name] = by
        if by is None:
            say(f"alive   {mutant.name} | {mutant.change}")
        now, done = time.monotonic(), len(self.verdicts)
        if now - self._said > EVERY or done == self._total:
            self._said = now
            alive = sum(one is None for one in self.verdicts.values())
            say(f"        {done} of {self._total} tried, {alive} alive, {now - self._started:.0f} s")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def loaded(chosen: Sequence[Mutant], options: argparse.Namespace) -> tuple[Known, Verdicts]:
    """In a child: collect the tests, learn what they run, and change functions in place."""
    answers: list[tuple[Known, Verdicts]] = []

    def work(session: Session) -> None:
        known = Known() if options.known is None else kept(options.known)
        learn(session, known, options.processes, say)
        if options.known is not None:
            keep(options.known, known)
        answers.append((known, _in_place(session, chosen, known, options)))

    Session(work).collect(FOLDERS)
    return answers[0]


def _in_place(session: Session, chosen: Sequence[Mutant], known: Known, options: argparse.Namespace) -> Verdicts:
    choice, progress = Choice(known), Progress(len(chosen))
    by_name = {one.name: one for one in chosen}
    listed = equivalent()

    def jobs() -> Iterator[Job[str]]:
        for one in chosen:
            if names := choice.tests(one, BRIEFLY if one.name in listed else options.seconds):
                yield Job(one.name, partial(in_place, session, one, names), choice.seconds(names))
            else:
                progress.add(one, None)

    for job, answer in run(jobs(), options.processes):
        if answer:
            choice.killed(by_name[job.name], answer)
        progress.add(by_name[job.name], TIME if answer is None else answer or None)
    return progress.verdicts


def from_start(chosen: Sequence[Mutant], known: Known, processes: int) -> Verdicts:
    """Each in a child that imports the program changed."""
    choice, progress = Choice(known), Progress(len(chosen))
    by_name = {one.name: one for one in chosen}
    jobs = (Job(one.name, partial(from_the_start, one, choice.files(one)), FROM_THE_START) for one in chosen)
    for job, answer in run(jobs, processes):
        if answer:
            choice.killed(by_name[job.name], answer)
        progress.add(by_name[job.name], None if answer is None else answer or None)
    return progress.verdicts


def judged(chosen: Sequence[Mutant], options: argparse.Namespace) -> tuple[Known, Verdicts]:
    """What became of each mutant: functions in place, then the rest, and what in-place change came too late for."""
    functions = [one for one in chosen if one.function != MODULE]
    boss = Job("functions", partial(loaded, functions, options), A_DAY, heard=True)
    ((_, answer),) = run([boss], 1)
    if answer is None:
        raise SystemExit("the tests did not end")
    known, verdicts = answer
    choice, listed = Choice(known), equivalent()
    alive = [one for one in functions if verdicts[one.name] is None and one.name not in listed]
    late = [one for one in chosen if one.function == MODULE] + [one for one in alive if choice.on_import(one)]
    say(f"        {len(late)} to be imported changed")
    return known, verdicts | from_start(late, known, options.processes)


def files(only: str) -> list[str]:
    """The modules of the domain that are asked for: names and patterns, CORE for those that decide."""
    wanted = [name for part in only.split(",") for name in (CORE if part == "core" else [part])]
    every = sorted(str(path.relative_to(DOMAIN)) for path in DOMAIN.rglob("*.py"))
    return [file for file in every if any(fnmatch(file, pattern) for pattern in wanted)]


def main() -> int:
    options = _options()
    if options.sample:
        say(json.dumps(tried(options.processes)))
        return 0
    within = files(options.only)
    everything = [one for file in within for one in mutants(file, source_of(file))]
    if not everything:
        raise SystemExit(f"--only {options.only} names nothing that could be changed: name files, as facts.py")
    named = options.again.read_text("utf-8").splitlines() if options.again else None
    chosen = [one for one in everything if named is None or one.name in named]
    started = time.monotonic()
    known, verdicts = judged(chosen, options)
    if options.draw:
        draw(chosen, verdicts, known)
    if options.results:
        options.results.write_text(json.dumps(verdicts, indent=1))
    say(table(chosen, verdicts))
    complaints = [f"fails on the unchanged program: {name}" for name in known.failed] + check(everything, verdicts)
    for complaint in complaints:
        say(complaint)
    minutes = (time.monotonic() - started) / 60
    say(f"{len(chosen)} mutants in {minutes:.1f} minutes: {'FAILED' if complaints else 'passed'}")
    return 1 if complaints else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="*", help="files of app/domain, with commas; core for those that decide")
    parser.add_argument("--again", type=Path, help="only the mutants named in this file, one a line")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--sample", action="store_true", help="only the fixed sample; JSON on the last line")
    parser.add_argument("--draw", action="store_true", help="draw the fixed sample anew from what was noticed")
    parser.add_argument("--seconds", type=float, default=AT_MOST, help="of tests that a mutant must survive")
    parser.add_argument("--known", type=Path, help="keep here what each test runs, and use it if it is there")
    parser.add_argument("--results", type=Path, help="write what became of each mutant")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
