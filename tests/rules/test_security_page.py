"""Does docs/security.md answer every requirement of ASVS 5.0.0 up to level 2, and does every proof it names exist?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.http.body_limit import DEADLINE
from app.http.limits import FOR_WRITES, IN_WORK
from app.http.parser import MAX_BODY
from app.store.engines import POOL_SIZE, POOL_TIMEOUT
from tests.rules.source import ROOT

PAGE = ROOT / "docs" / "security.md"
# Chapter: how many requirements of level 1 or 2 its sections have. In the standard they come before those of level 3.
CHAPTERS = {
    1: (2, 9, 11, 3, 2),
    2: (3, 3, 4, 1),
    3: (0, 2, 4, 6, 5, 0, 2),
    4: (3, 1, 2, 4),
    5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4),
    7: (3, 4, 2, 5, 2, 2),
    8: (2, 3, 1, 1),
    9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1),
    12: (3, 2, 4),
    13: (1, 5, 2, 5),
    14: (2, 4, 3),
    15: (3, 3, 7),
    16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}
REQUIREMENTS = [
    f"{chapter}.{section}.{number}"
    for chapter, sections in CHAPTERS.items()
    for section, count in enumerate(sections, 1)
    for number in range(1, count + 1)
]
ROW = re.compile(r"^\| V([\d.]+)(?: to V([\d.]+))? \| (\S+) \| (.*) \|$", re.MULTILINE)


def _rows(text: str) -> Iterator[tuple[str, str, str]]:
    """Requirement, answer and why; a row of several stands for each of them."""
    for first, last, answer, why in ROW.findall(text):
        section, _, start = first.rpartition(".")
        end = (last or first).rpartition(".")[2]
        for number in range(int(start), int(end) + 1):
            yield f"{section}.{number}", answer, why


def _named(text: str) -> set[str]:
    return set(re.findall(r"`(test_\w+)`", text))


def _tests() -> set[str]:
    files = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    return {found for text in files for found in re.findall(r"^\s*(?:async )?def (test_\w+)", text, re.MULTILINE)}


def test_the_standard_has_253_requirements_up_to_level_2() -> None:
    assert len(REQUIREMENTS) == len(set(REQUIREMENTS)) == 253


def test_every_requirement_is_answered_once() -> None:
    assert [requirement for requirement, _, _ in _rows(PAGE.read_text())] == REQUIREMENTS


def test_every_answer_is_met_with_a_proof_or_says_why_not() -> None:
    rows = list(_rows(PAGE.read_text()))
    assert {answer for _, answer, _ in rows} == {"met", "n/a", "open"}
    unproven = [id_ for id_, answer, why in rows if answer == "met" and not _named(why) and "](" not in why]
    assert unproven == []
    assert [id_ for id_, _, why in rows if len(why) < len("no LDAP")] == []


def test_every_test_that_is_named_exists() -> None:
    assert _named(PAGE.read_text()) - _tests() == set()


def test_every_fault_of_alerts_names_a_test_that_exists_and_a_control() -> None:
    page = (ROOT / "docs" / "safety" / "faults.md").read_text()
    rows = re.findall(r"^\| (?!Fault|-)([^|]+) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    assert len(rows) == page.count("\n|") - 2
    within = re.compile(r"\s*in (each|the \w+):")
    assert [
        fault for fault, shown, control in rows if not _named(shown) or not (_named(control) or within.match(control))
    ] == []
    assert _named(page) - _tests() == set()


def test_the_limits_on_the_page_are_those_that_hold() -> None:
    said = " ".join(PAGE.read_text().split())
    for limit in (
        f"{IN_WORK} requests in work, of which {FOR_WRITES} places are kept for writes",
        f"bodies of {MAX_BODY // 1024**2} MiB within {DEADLINE:g} seconds",
        f"{POOL_SIZE} database connections per process, {POOL_TIMEOUT:g} seconds of waiting for one",
    ):
        assert limit in said


def test_a_test_that_does_not_exist_is_seen() -> None:
    row = "| V1.2.6 to V1.2.7 | met | `test_that_nobody_wrote` |"
    assert [requirement for requirement, _, _ in _rows(row)] == ["1.2.6", "1.2.7"]
    assert _named(row) - _tests() == {"test_that_nobody_wrote"}
