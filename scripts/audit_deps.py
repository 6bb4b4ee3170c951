"""Does anything we install have a published weakness?

`make audit-deps` asks the advisory service that pip-audit knows. Without a way out of the network take a snapshot
along: the OSV project publishes all advisories about PyPI packages as one zip of JSON files, and
`SNAPSHOT=all.zip make audit-deps` compares the pins with it and asks nobody. Ends with 0 when every pin was looked up
and none is affected, 1 when one is, 2 when some could not be looked up: that is no clean bill.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

REQUIREMENTS = Path("requirements.txt")
CLEAN, AFFECTED, UNKNOWN = 0, 1, 2
ASKED = ("-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json", "-r")


class Report(NamedTuple):
    """What was found: `weak` is package, version, advisory; `unknown` are packages nobody could say anything about."""

    looked_up: int
    weak: list[tuple[str, str, str]]
    unknown: list[str]


def pins(text: str) -> dict[str, Version]:
    """Package and version of every pin of a requirements file."""
    found = re.findall(r"^([\w.\-]+)(?:\[[\w,\-]+\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in found}


def ask() -> Report:
    """What the advisory service says."""
    ended = subprocess.run([sys.executable, *ASKED, str(REQUIREMENTS)], capture_output=True, text=True, check=False)
    try:
        answered = json.loads(ended.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Report(0, [], sorted(pins(REQUIREMENTS.read_text())))
    known = [one for one in answered if "skip_reason" not in one]
    weak = [(one["name"], one["version"], advisory["id"]) for one in known for advisory in one["vulns"]]
    return Report(len(known), weak, [one["name"] for one in answered if "skip_reason" in one])


def compare(wanted: dict[str, Version], advisories: Iterable[dict[str, Any]]) -> Report:
    """What a snapshot of advisories says of the pins; an empty snapshot says nothing."""
    weak, count = set(), 0
    for advisory in advisories:
        count += 1
        for affected in [] if advisory.get("withdrawn") else advisory.get("affected", []):
            package = affected.get("package", {})
            name = canonicalize_name(package.get("name", ""))
            if package.get("ecosystem") == "PyPI" and name in wanted and affects(affected, wanted[name]):
                weak.add((name, str(wanted[name]), advisory["id"]))
    return Report(len(wanted) if count else 0, sorted(weak), [] if count else sorted(wanted))


def affects(affected: dict[str, Any], version: Version) -> bool:
    """Whether one entry of an advisory is about this version: by its list, or by its ranges."""
    if any(_version(listed) == version for listed in affected.get("versions", [])):
        return True
    return any(_within(one.get("events", []), version) for one in affected.get("ranges", []) if one["type"] != "GIT")


def _within(events: list[dict[str, str]], version: Version) -> bool:
    """Events are in order: affected from `introduced` on, until `fixed`, or up to `last_affected`."""
    inside = False
    for event in events:
        if "introduced" in event:
            inside = inside or event["introduced"] == "0" or _reached(event["introduced"], version)
        elif "fixed" in event and _reached(event["fixed"], version):
            inside = False
        elif "last_affected" in event:
            last = _version(event["last_affected"])
            inside = inside and (last is None or version <= last)
    return inside


def _reached(bound: str, version: Version) -> bool:
    found = _version(bound)
    return found is not None and version >= found


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def snapshot(path: Path) -> Iterator[dict[str, Any]]:
    """Every advisory of a zip."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def main() -> int:
    """Prints what was found; the exit says whether that is good."""
    taken_along = os.environ.get("SNAPSHOT")
    report = compare(pins(REQUIREMENTS.read_text()), snapshot(Path(taken_along))) if taken_along else ask()
    for name, version, advisory in report.weak:
        print(f"{name} {version}: {advisory}")
    print(f"{report.looked_up} packages looked up, {len(report.weak)} weaknesses, {len(report.unknown)} unknown.")
    if report.unknown:
        print("The advisory service cannot be reached from here, or does not know them: this says nothing about them.")
        print("Take OSV's zip of all PyPI advisories along and run: SNAPSHOT=all.zip make audit-deps")
    return AFFECTED if report.weak else UNKNOWN if report.unknown else CLEAN


if __name__ == "__main__":
    sys.exit(main())
