"""Does everything work, and how long does each part of the answer take?

Run by `make test`. `BROWSER=none` leaves out the browser, `WORKERS` sets how many tests run side by side.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from scripts import browser

TESTS = Path("tests")
NO_TESTS_RAN = 5


@dataclass(frozen=True)
class Part:
    """Some folders under tests/ that run together; side by side only where tests share no machine-wide thing."""

    name: str
    folders: tuple[str, ...]
    parallel: bool = False


@dataclass(frozen=True)
class Result:
    """How one part ended; `closing` is pytest's own last line."""

    name: str
    seconds: float
    closing: str
    passed: bool


PARTS = (
    Part("rules and domain", ("rules", "domain", "protocols", "properties"), parallel=True),
    Part("second evaluator", ("second",), parallel=True),
    Part("store, both databases", ("store",), parallel=True),
    Part("services, http, web", ("services", "delivery", "http", "api", "web", "interop"), parallel=True),
    Part("random acts", ("acts",), parallel=True),
    Part("dashboards", ("dashboards",)),
    Part("demo", ("demo",), parallel=True),
    Part("journeys", ("journeys",), parallel=True),
    Part("faults", ("faults",)),
)


def parts_present() -> list[Part]:
    """The parts that have tests, and one for every test no part names: none may be forgotten."""
    named = {folder for part in PARTS for folder in part.folders}
    paths = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py")}
    parts = [Part(part.name, tuple(f for f in part.folders if f in paths), part.parallel) for part in PARTS]
    rest = Part("the rest", tuple(sorted(paths - named)))
    return [part for part in (*parts, rest) if part.folders]


def run(part: Part, without_browser: bool) -> Result:  # noqa: FBT001 - the one switch there is
    """Run one part and pass its output through as it comes."""
    command = [sys.executable, "-m", "pytest", "--no-header", *(str(TESTS / folder) for folder in part.folders)]
    command += ["-m", "not browser"] if without_browser else []
    command += ["-n", workers()] if part.parallel else []
    print(f"\n==== {part.name}: {' '.join(part.folders)}", flush=True)
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        output = _forward(process)
    left_out = without_browser and process.returncode == NO_TESTS_RAN
    passed = process.returncode == 0 or left_out
    return Result(part.name, time.monotonic() - started, _closing_line(output), passed)


def workers() -> str:
    """How many tests at once: `WORKERS`, else one per processor up to four."""
    return os.environ.get("WORKERS") or str(min(4, os.cpu_count() or 1))


def _forward(process: subprocess.Popen[bytes]) -> bytes:
    """Copy bytes as they arrive, not line by line: a row of dots is the progress bar."""
    assert process.stdout is not None  # noqa: S101 - Popen was asked for a pipe
    output = bytearray()
    while chunk := os.read(process.stdout.fileno(), 65536):
        sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
        output += chunk
    return bytes(output)


def _closing_line(output: bytes) -> str:
    lines = output.decode(errors="replace").rstrip().splitlines()
    return lines[-1].strip("= ") if lines else "pytest said nothing"


def main() -> int:
    """Provide a browser, run every part, print the seconds; 0 only if all passed."""
    without_browser = os.environ.get("BROWSER") == "none"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what one part has compiled, the next need not
    if not without_browser:
        found = browser.provide()
        if found is None:
            print(browser.NONE_FOUND, file=sys.stderr)
            return 1
        os.environ["CHROMIUM"] = found
    results = [run(part, without_browser) for part in parts_present()]
    _report(results)
    if without_browser:
        print("The browser tests were left out, because BROWSER=none.")
    return 0 if results and all(result.passed for result in results) else 1


def _report(results: list[Result]) -> None:
    print("\n==== seconds of each part, and pytest's own closing line")
    for result in results:
        print(f"{result.seconds:7.1f} s  {result.name:<22} {result.closing}")
    failed = [result.name for result in results if not result.passed]
    total = sum(result.seconds for result in results)
    print(f"{total:7.1f} s  {'all parts':<22} {'FAILED: ' + ', '.join(failed) if failed else 'passed'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
