"""Does a test fail once a change is made, and which tests are worth trying?"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import pytest

from tests.mutants.forks import Job, run
from tests.mutants.live import ROOT, Import, Program
from tests.mutants.operators import Mutant
from tests.mutants.reach import LINES, Tracer, line_of

FOLDERS = ("tests/domain", "tests/protocols", "tests/properties", "tests/second")
QUIET = (
    "-q",
    "-s",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--assert=plain",
    "--tb=no",
    "--no-header",
    "-W",
    "ignore",
)
LONGEST = 8.0
"""Seconds of one test that is still tried on a mutant."""
AT_MOST = 60.0
"""Seconds of tests that one mutant must survive."""
PART = 250
LEARNING = 3600
HEADROOM = 15
"""Seconds a child may take beyond three times what its tests usually take."""

_WINDOWS = ("test_windows", "test_volumes", "test_since_dose")
ABOUT = {
    "engine": ("test_edges",),
    "criteria": ("test_edges", "test_windows"),
    "facts": ("test_edges", "test_engine", "test_per_weight", "test_since_dose", "test_windows"),
    "plan": ("test_edges", "test_engine"),
    "intervals": ("test_volumes", "test_clock_changes"),
    "windows_baseline": ("test_windows", "test_lasting", "test_edges", "test_grid"),
    "windows_lasting": ("test_windows", "test_lasting", "test_latches"),
    "windows_latched": ("test_latches", "test_carried"),
    "windows_point": _WINDOWS,
    "windows_volume": (*_WINDOWS, "test_per_weight"),
}
"""Tests to try first where neither their name nor their imports say what they are about."""

Say = Callable[[str], None]


@dataclass
class Known:
    """What the unchanged program showed: what each test runs and costs, what collecting ran, and what failed."""

    lines: dict[str, frozenset[int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    on_import: frozenset[int] = frozenset()
    failed: list[str] = field(default_factory=list)

    def forget(self, name: str) -> None:
        del self.lines[name], self.seconds[name]
        if name in self.failed:
            self.failed.remove(name)


class _Watch:
    """Ends at the first failure, before pytest spends time on describing it."""

    def __init__(self) -> None:
        self.failed: str | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> object:
        try:
            return (yield)
        except pytest.skip.Exception:
            raise
        except BaseException:  # noqa: BLE001 - whatever it is, the test noticed
            self.failed = pyfuncitem.nodeid
            pytest.skip("it failed")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.failed is None:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.failed is None:
            self.failed = report.nodeid or "collection"


class Session:
    """One collection of tests; children forked from it run some of them."""

    def __init__(self, work: Callable[[Session], None]) -> None:
        self._work = work
        self.watch = _Watch()
        self.items: dict[str, pytest.Item] = {}
        self.on_import: frozenset[int] = frozenset()
        self._tracer = Tracer()

    def collect(self, paths: Sequence[str]) -> None:
        """Collect the paths and do the work where pytest would run the tests."""
        self._tracer.start()
        pytest.main([*QUIET, *paths], plugins=[self, self.watch])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.on_import = self._tracer.stop()
        self.items = {item.nodeid: item for item in session.items}
        self.program = Program()
        self._work(self)
        return True

    def first_failure(self, names: Iterable[str], *, forget: bool = False) -> str | None:
        """Run the tests in this order until one fails."""
        items = [self.items[name] for name in names]
        for item, following in zip(items, [*items[1:], None], strict=True):
            if forget:
                self.program.forget()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.watch.failed is not None:
                return self.watch.failed
        return None


def learn(session: Session, known: Known, at_once: int, say: Say) -> None:
    """Run every test that is not known yet once, unchanged, and see what it runs."""
    known.on_import = session.on_import
    for name in known.lines.keys() - session.items.keys():
        known.forget(name)
    names = [name for name in session.items if name not in known.lines]
    jobs = (
        Job(f"tests from {at}", partial(_learned, session, names[at : at + PART]), LEARNING)
        for at in range(0, len(names), PART)
    )
    done = 0
    for job, answer in run(jobs, at_once):
        if answer is None:
            raise SystemExit(f"{job.name} could not be run unchanged")
        known.lines |= answer.lines
        known.seconds |= answer.seconds
        known.failed += answer.failed
        done += len(answer.lines)
        say(f"        {done} of {len(names)} tests run unchanged")


def _learned(session: Session, names: Sequence[str]) -> Known:
    tracer, found = Tracer(), Known()
    for name in names:
        session.watch.failed = None
        session.program.forget()
        before = time.process_time()
        tracer.start()
        failed = session.first_failure([name])
        found.lines[name] = tracer.stop()
        found.seconds[name] = time.process_time() - before
        if failed is not None:
            found.failed.append(name)
    return found


class Choice:
    """Which tests are tried on a mutant, and in which order.

    First what killed its neighbours, then the tests of its module, then those that killed anything of the module, then
    the rest; of each the quickest case of every test before the second case of any.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._by_line: dict[int, list[str]] = defaultdict(list)
        for name, lines in known.lines.items():
            if known.seconds[name] <= LONGEST and name not in known.failed:
                for line in lines:
                    self._by_line[line].append(name)
        self._killers: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._kills: dict[str, Counter[str]] = defaultdict(Counter)

    def killed(self, mutant: Mutant, by: str) -> None:
        """Remember what killed it for the next ones of its function and its module."""
        killers = self._killers[mutant.file, mutant.function]
        if by in killers:
            killers.remove(by)
        killers.insert(0, by)
        self._kills[mutant.file][_test_of(by)] += 1

    def on_import(self, mutant: Mutant) -> bool:
        """True when what is changed runs while tests are collected."""
        return any(line_of(mutant.file, line) in self._known.on_import for line in mutant.lines)

    def tests(self, mutant: Mutant, at_most: float) -> list[str]:
        """Those that run a line of it, up to so many seconds."""
        reaching = {name for line in mutant.lines for name in self._by_line.get(line_of(mutant.file, line), ())}
        first = [name for name in self._killers[mutant.file, mutant.function] if name in reaching][:3]
        kills, stem = self._kills[mutant.file], Path(mutant.file).stem
        own = {test for test in map(_test_of, reaching) if _is_about(test.partition("::")[0], stem)}

        def rank(placed: tuple[int, str]) -> tuple[int, int, float, str]:
            turn, name = placed
            test = _test_of(name)
            group = 0 if test in own else 1 if kills[test] > 0 else 2
            return group, turn, self._known.seconds[name], name

        chosen, spent = [], 0.0
        rest = [name for _, name in sorted(self._turns(reaching), key=rank) if name not in first]
        for name in [*first, *rest]:
            spent += self._known.seconds[name]
            if spent > at_most:
                break
            chosen.append(name)
        return chosen

    def _turns(self, names: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Each case with its place among those of its test, the quickest first."""
        turns: Counter[str] = Counter()
        for name in sorted(names, key=lambda name: (self._known.seconds[name], name)):
            yield turns[_test_of(name)], name
            turns[_test_of(name)] += 1

    def files(self, mutant: Mutant) -> list[str]:
        """The files of the tests that run anything of its module, the most telling for their time first."""
        mine = range(line_of(mutant.file, 0), line_of(mutant.file, LINES))
        reach: dict[str, int] = defaultdict(int)
        cost: dict[str, float] = defaultdict(lambda: 2.0)
        for name, lines in self._known.lines.items():
            file = name.partition("::")[0]
            cost[file] += self._known.seconds[name]
            reach[file] += any(line in mine for line in lines)
        first = [name for name in self._killers[mutant.file, mutant.function] if name in cost][:2]
        rest = sorted(
            (file for file in cost if file not in first), key=lambda file: (-reach[file] / cost[file], cost[file])
        )
        return [*first, *rest]

    def seconds(self, names: Iterable[str]) -> int:
        """The processor time a child may take for these tests."""
        return HEADROOM + int(3 * sum(self._known.seconds[name] for name in names))


def _test_of(name: str) -> str:
    return name.partition("[")[0]


@cache
def _is_about(file: str, stem: str) -> bool:
    """True when a file of tests is named after a module, imports from it, or is known to be about it."""
    if Path(file).stem in ABOUT.get(stem, ()):
        return True
    return f"test_{stem}" in file or bool(re.search(rf"app\.domain\.(\w+\.)?{stem} import", (ROOT / file).read_text()))


def in_place(session: Session, mutant: Mutant, names: list[str]) -> str:
    """In a child: make the change in the loaded program and run the tests; the one that fails, or nothing."""
    session.program.put(mutant)
    return session.first_failure(names) or ""


def from_the_start(mutant: Mutant, files: Sequence[str]) -> str:
    """In a child that has loaded nothing of the program: import it changed, and run files until a test fails."""
    if any(name.split(".")[0] == "app" for name in sys.modules):
        raise RuntimeError("the program is loaded already")
    sys.meta_path.insert(0, Import(mutant))
    for file in files:
        watch = _Watch()
        code = pytest.main([*QUIET, "-x", file], plugins=[watch])
        if watch.failed is not None or code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return file
    return ""
