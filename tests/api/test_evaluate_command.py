"""Does `doseward evaluate` read what it is given, and say which fields it refuses?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from tests.faults.serving import run
from tests.rules.source import ROOT

REQUEST = ROOT / "docs" / "examples" / "creatinine.json"
LINE = json.dumps(json.loads(REQUEST.read_text())).encode() + b"\n"


def _answers(*words: str, typed: bytes = b"") -> tuple[int, list[str]]:
    """How it ends, and by line the action or the code of a refusal."""
    done = CliRunner().invoke(cli, ["evaluate", *words], input=typed)
    return done.exit_code, [said.get("action", said.get("code")) for said in map(json.loads, done.stdout.splitlines())]


def test_requests_by_line_are_read_from_the_file_or_from_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_bytes(LINE + b"{}\n" + LINE)
    expected = (1, ["hold", "invalid_fields", "hold"])
    assert _answers("--jsonl", str(file)) == expected
    assert _answers("--jsonl", typed=file.read_bytes()) == expected
    assert _answers("--jsonl", "-", typed=LINE) == (0, ["hold"])


@pytest.mark.parametrize("words", [(), ("--jsonl",)])
def test_a_file_that_is_not_there_is_named(words: tuple[str, ...], tmp_path: Path) -> None:
    absent = tmp_path / "absent.json"
    ended = run("", "evaluate", *words, str(absent))
    assert (ended.returncode, ended.stderr) == (1, f"{absent} cannot be read: No such file or directory.\n")


def test_a_refusal_names_every_field_and_repeats_nothing_sent(tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(json.loads(REQUEST.read_text()) | {"at": "CANARY-9041", "protocol": 7}))
    ended = run("", "evaluate", str(file))
    sentence, *fields = ended.stderr.splitlines()
    assert (ended.returncode, sentence) == (1, "2 fields were refused.")
    assert sorted(line.partition(": ")[0] for line in fields) == ["/at", "/protocol"]
    assert all(line.partition(": ")[2].endswith(".") and "CANARY" not in line for line in fields)
