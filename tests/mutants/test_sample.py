"""Do the tests notice a fixed sample of small changes to the decision code? `make mutate` tries them all."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.mutants.listed import equivalent
from tests.mutants.live import ROOT, source_of
from tests.mutants.operators import mutants
from tests.mutants.sample import SIZE, sample

ROWS = sample()


@pytest.fixture(scope="module")
def verdicts() -> dict[str, str]:
    command = [sys.executable, "-m", "tests.mutants", "--sample"]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, timeout=300)
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("row", ROWS, ids=[row["mutant"] for row in ROWS])
def test_a_test_notices(row: dict[str, str], verdicts: dict[str, str]) -> None:
    assert verdicts[row["mutant"]] == "noticed", row["change"]


def test_the_sample_has_its_size() -> None:
    assert len({row["mutant"] for row in ROWS}) == SIZE


def test_every_mutant_called_equivalent_exists_and_is_argued_for() -> None:
    listed = equivalent()
    files = {name.partition(":")[0] for name in listed}
    changes = {one.name: one.change for file in files for one in mutants(file, source_of(file))}
    assert {name: row["change"] for name, row in listed.items()} == {name: changes.get(name) for name in listed}
    assert [name for name, row in listed.items() if not row["why"].strip()] == []
