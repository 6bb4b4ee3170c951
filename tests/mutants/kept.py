"""What was known of the tests an hour ago, and which of it still holds?"""

from __future__ import annotations

import difflib
import pickle
from pathlib import Path

from tests.mutants.live import ROOT
from tests.mutants.reach import FILES, LINES
from tests.mutants.trials import Known


def keep(path: Path, known: Known) -> None:
    """Write it down with the sources it is about."""
    path.write_bytes(pickle.dumps((known, {file: Path(file).read_text("utf-8") for file in FILES})))


def kept(path: Path) -> Known:
    """What is there: without the tests that changed since, and with lines of the domain where they are now."""
    if not path.exists():
        return Known()
    known: Known
    known, sources = pickle.loads(path.read_bytes())  # noqa: S301 - this program wrote it
    for name in list(known.lines):
        file = ROOT / name.partition("::")[0]
        if not file.exists() or file.stat().st_mtime > path.stat().st_mtime:
            known.forget(name)
    moved = _moved(sources)
    if moved:
        for name, lines in known.lines.items():
            known.lines[name] = frozenset(new for line in lines for new in moved.get(line, (line,)))
    return known


def _moved(sources: dict[str, str]) -> dict[int, range]:
    """Each line of a changed file by its old number: where it is now, or what replaced it."""
    moved: dict[int, range] = {}
    numbers = {file: at for at, file in enumerate(sorted(sources))}
    for file in FILES.keys() & sources.keys():
        text = Path(file).read_text("utf-8")
        if text == sources[file] and numbers[file] == FILES[file]:
            continue
        matcher = difflib.SequenceMatcher(None, sources[file].splitlines(), text.splitlines(), autojunk=False)
        for kind, low, high, first, last in matcher.get_opcodes():
            for line in range(low, high):
                at = range(first + line - low, first + line - low + 1) if kind == "equal" else range(first, last)
                start = FILES[file] * LINES + 1
                moved[numbers[file] * LINES + line + 1] = range(start + at.start, start + at.stop)
    return moved
