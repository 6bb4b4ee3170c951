"""Does the comparison with a saved snapshot find what is affected, and call nothing clean that it did not see?"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from scripts.audit_deps import REQUIREMENTS, affects, compare, pins, snapshot
from tests.rules.source import ROOT

WANTED = {"jinja2": Version("3.1.6"), "sqlalchemy": Version("2.1.9")}


def _advisory(name: str = "Jinja2", **affected: Any) -> dict[str, Any]:
    return {"id": "DEMO-1", "affected": [{"package": {"ecosystem": "PyPI", "name": name}, **affected}]}


def _range(*events: dict[str, str]) -> dict[str, Any]:
    return {"ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}


def test_every_pin_of_the_lock_is_read() -> None:
    text = (ROOT / REQUIREMENTS).read_text()
    assert len(pins(text)) == len(re.findall(r"^\S+==", text, re.MULTILINE))


@pytest.mark.parametrize(
    "affected, weak",
    [
        ({"versions": ["3.1.5", "3.1.6"]}, True),
        ({"versions": ["3.1.5"]}, False),
        (_range({"introduced": "0"}, {"fixed": "3.1.6"}), False),
        (_range({"introduced": "0"}, {"fixed": "3.1.7"}), True),
        (_range({"introduced": "3.2"}), False),
        (_range({"introduced": "3.0"}, {"last_affected": "3.1.6"}), True),
        (_range({"introduced": "3.0"}, {"last_affected": "3.1.5"}), False),
        (_range({"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "3.1"}), True),
        ({"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, False),
    ],
)
def test_an_advisory_is_about_the_versions_it_lists_or_bounds(affected: dict[str, Any], *, weak: bool) -> None:
    assert affects(affected, WANTED["jinja2"]) is weak
    assert bool(compare(WANTED, [_advisory(**affected)]).weak) is weak


def test_another_package_and_a_withdrawn_advisory_are_passed_over() -> None:
    everything = _range({"introduced": "0"})
    assert compare(WANTED, [_advisory("other", **everything)]).weak == []
    assert compare(WANTED, [_advisory(**everything) | {"withdrawn": "2026-01-01T00:00:00Z"}]).weak == []


def test_an_empty_snapshot_is_no_clean_bill(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("README", "")
    report = compare(WANTED, snapshot(path))
    assert (report.looked_up, report.unknown) == (0, ["jinja2", "sqlalchemy"])


def test_a_snapshot_is_read_advisory_by_advisory(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("DEMO-1.json", json.dumps(_advisory("SQLAlchemy", versions=["2.1.9"])))
    assert compare(WANTED, snapshot(path)).weak == [("sqlalchemy", "2.1.9", "DEMO-1")]
