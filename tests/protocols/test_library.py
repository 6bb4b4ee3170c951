"""Which protocols does a library have: the shipped ones, and those of a site's own folder?"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import ProtocolRefused
from app.protocols.library import ORDER, load, read
from tests.builders import LVHN


def variant(**changes: str) -> bytes:
    """The shipped lvhn-2015 with other values of some keys on top of the file."""
    text = read("lvhn-2015.toml").decode()
    now = {"id": "lvhn-2015", "version": "1.0.0"}
    for key, value in changes.items():
        assert f'{key} = "{now[key]}"' in text
        text = text.replace(f'{key} = "{now[key]}"', f'{key} = "{value}"', 1)
    return text.encode()


def _names(folder: Path) -> list[str]:
    return list(load(folder).protocols)


def test_without_a_folder_the_shipped_protocols_come_in_their_order() -> None:
    assert tuple(load().protocols) == ORDER
    assert ORDER[0] == "lvhn-2015"


def test_the_sites_protocols_follow_the_shipped_ones_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("ward-9", "a-site", "lvhn-local"):
        tmp_path.joinpath(f"z{name}.toml").write_bytes(variant(id=name))
    assert _names(tmp_path) == [*ORDER, "a-site", "lvhn-local", "ward-9"]


def test_the_newest_version_decides_new_courses_and_older_ones_stay_readable(tmp_path: Path) -> None:
    for version in ("1.10.0", "1.9.0"):
        tmp_path.joinpath(f"{version}.toml").write_bytes(variant(version=version))
    library = load(tmp_path)
    assert list(library.protocols) == list(ORDER)
    assert library.protocol("lvhn-2015").pin.version == "1.10.0"
    assert library.version("lvhn-2015", "1.0.0") is LVHN
    assert [text.pin.version for text in library.texts if text.pin.id == "lvhn-2015"] == ["1.0.0", "1.9.0", "1.10.0"]


def test_an_older_version_of_a_shipped_protocol_does_not_decide(tmp_path: Path) -> None:
    tmp_path.joinpath("old.toml").write_bytes(variant(version="0.9"))
    assert load(tmp_path).protocol("lvhn-2015") is LVHN


@pytest.mark.hazard("HZ-09")
def test_other_bytes_under_a_shipped_id_and_version_stop_the_program(tmp_path: Path) -> None:
    tmp_path.joinpath("mine.toml").write_bytes(read("lvhn-2015.toml") + b"# a remark\n")
    with pytest.raises(ProtocolRefused, match=r"mine\.toml: version: lvhn-2015 1\.0\.0 is the id and version"):
        load(tmp_path)


def test_the_same_bytes_in_the_folder_are_the_shipped_protocol(tmp_path: Path) -> None:
    tmp_path.joinpath("copy.toml").write_bytes(read("lvhn-2015.toml"))
    assert load(tmp_path).texts == load().texts


def test_two_texts_of_the_folder_under_one_id_and_version_stop_the_program(tmp_path: Path) -> None:
    tmp_path.joinpath("a.toml").write_bytes(variant(id="own"))
    tmp_path.joinpath("b.toml").write_bytes(variant(id="own") + b"# a remark\n")
    with pytest.raises(ProtocolRefused, match=r"b\.toml: version: own 1\.0\.0"):
        load(tmp_path)


def test_a_file_that_cannot_be_trusted_stops_the_program_naming_file_and_key(tmp_path: Path) -> None:
    tmp_path.joinpath("own.toml").write_bytes(variant(id="own").replace(b'unit = "mg/dL"', b'unit = "umol/L"'))
    with pytest.raises(ProtocolRefused, match=r"own\.toml: row creatinine: unit"):
        load(tmp_path)


def test_a_file_that_cannot_be_read_stops_the_program_naming_it(tmp_path: Path) -> None:
    tmp_path.joinpath("own.toml").mkdir()
    with pytest.raises(ProtocolRefused, match=r"own\.toml cannot be read"):
        load(tmp_path)


def test_a_folder_that_is_not_there_stops_the_program(tmp_path: Path) -> None:
    with pytest.raises(ProtocolRefused, match="nowhere is no folder: DOSEWARD_PROTOCOLS"):
        load(tmp_path / "nowhere")


def test_what_is_no_protocol_file_is_left_alone(tmp_path: Path) -> None:
    tmp_path.joinpath("README.md").write_text("not a protocol")
    assert load(tmp_path).texts == load().texts
