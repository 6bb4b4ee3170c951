"""What does `doseward protocol` print, and how does it end?"""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.domain.errors import NotFound, ProtocolRefused
from app.protocols.library import read
from tests.builders import LVHN
from tests.protocols.test_library import variant


def _printed(*words: str) -> str:
    done = CliRunner().invoke(cli, ["protocol", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_a_whole_file_is_named_with_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(read("lvhn-2015.toml"))
    assert _printed("check", str(path)) == f"lvhn-2015 1.0.0 {LVHN.pin.sha256}: whole\n"


def test_a_broken_file_is_refused_with_file_and_key(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(variant(id="own").replace(b"dose_cap = 14\n", b""))
    with pytest.raises(ProtocolRefused, match=r"own\.toml: dosing: dose_cap is missing"):
        _printed("check", str(path))


def test_a_changed_shipped_text_under_its_old_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(variant().replace(b"dose_cap = 14\n", b"dose_cap = 13\n"))
    with pytest.raises(ProtocolRefused, match=r"version: lvhn-2015 1\.0\.0"):
        _printed("check", str(path))


def test_a_difference_names_what_moved_and_the_cases_it_moves(tmp_path: Path) -> None:
    path = tmp_path / "next.toml"
    path.write_bytes(
        variant(version="1.1.0").replace(b"to = 130 }", b"to = 139 }").replace(b"above = 130", b"above = 139")
    )
    text = _printed("diff", "lvhn-2015", str(path))
    assert "~ heart-rate-absolute, limit: above 130 /min -> above 139 /min" in text
    assert "a lasting rate of 131: stop -> hold" in text.splitlines()
    assert "Criteria added: 0" in text


def test_a_difference_with_another_protocol_names_the_criteria_it_adds() -> None:
    assert "+ bicarbonate-relative: Bicarbonate: 18 mmol/L or less" in _printed("diff", "lvhn-2015", "consensus-2014")


def test_a_table_is_that_of_the_documents() -> None:
    committed = Path(__file__).parents[2] / "docs" / "protocols" / "til-2024.md"
    assert _printed("table", "til-2024") == committed.read_text()


def test_a_protocol_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFound, match="Known: lvhn-2015"):
        _printed("table", "nothing")


def test_the_sites_own_protocols_have_ids_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath("own.toml").write_bytes(variant(id="own"))
    monkeypatch.setenv("DOSEWARD_PROTOCOLS", str(tmp_path))
    assert "`own` version 1.0.0" in _printed("table", "own")
