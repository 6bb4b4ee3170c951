"""Is every hazard of the log held back by a control that a test proves?"""

import re

from tests.rules.source import ROOT, name, tracked

_MARK = re.compile(r"""hazard\(((?:\s*"HZ-\d\d",?)+)\s*\)""")


def _logged() -> set[str]:
    return set(re.findall(r"^\| (HZ-\d\d) \|", (ROOT / "docs/safety/hazards.md").read_text(), re.MULTILINE))


def _proved() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in tracked():
        if path.suffix == ".py" and path.is_relative_to(ROOT / "tests"):
            for marks in _MARK.findall(path.read_text()):
                for hazard in re.findall(r"HZ-\d\d", marks):
                    found.setdefault(hazard, []).append(name(path))
    return found


def test_every_hazard_has_a_test_that_proves_a_control() -> None:
    assert _logged() - _proved().keys() == set()


def test_no_test_names_a_hazard_that_is_not_logged() -> None:
    assert _proved().keys() - _logged() == set()


def test_the_log_is_read() -> None:
    assert {"HZ-01", "HZ-18"} <= _logged()
