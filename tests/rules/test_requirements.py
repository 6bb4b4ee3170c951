"""Is every installed file named by its hash, and does the lock hold what pyproject.toml asks for?"""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.rules.source import ROOT

FILES = ("requirements.txt", "requirements-dev.txt")


def _pins(text: str) -> dict[str, tuple[str, int]]:
    """Name to version and number of hashes; one logical line is one pin."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    entries = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return dict(_pin(entry) for entry in entries)


def _pin(entry: str) -> tuple[str, tuple[str, int]]:
    found = re.match(r"([\w.\-]+)(?:\[[\w,\-]+\])?==([^\s;]+)", entry)
    if found is None:
        pytest.fail(f"not an exact version: {entry.split('--hash', maxsplit=1)[0]}")
    return canonicalize_name(found[1]), (found[2], entry.count("--hash=sha256:"))


def _asked(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    return [Requirement(line) for line in [*project["dependencies"], *(r for extra in extras for r in optional[extra])]]


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_a_hash(file: str) -> None:
    pins = _pins((ROOT / file).read_text())
    assert pins
    assert [pin for pin, (_, hashes) in pins.items() if hashes == 0] == []


@pytest.mark.parametrize("file", FILES)
def test_no_requirement_comes_from_an_address_or_an_option(file: str) -> None:
    lines = (ROOT / file).read_text().splitlines()
    assert [line for line in lines if re.match(r"\s*(-i|-f|-e|--(?!hash))|.*\w://|.*@ ", line)] == []


@pytest.mark.parametrize("file,extras", [("requirements.txt", ["build"]), ("requirements-dev.txt", ["build", "dev"])])
def test_the_lock_holds_what_the_project_asks_for(file: str, extras: list[str]) -> None:
    pins = _pins((ROOT / file).read_text())
    unmet = [
        str(r) for r in _asked(*extras) if not r.specifier.contains(pins.get(canonicalize_name(r.name), ("0", 0))[0])
    ]
    assert unmet == []


def test_the_tests_run_on_the_versions_that_are_installed_in_earnest() -> None:
    runtime, development = (_pins((ROOT / file).read_text()) for file in FILES)
    assert {pin: version for pin, version in runtime.items() if development.get(pin) != version} == {}


def test_a_pin_without_a_hash_is_seen() -> None:
    assert _pins("alembic==1.20.1\n    # via doseward\n") == {"alembic": ("1.20.1", 0)}
