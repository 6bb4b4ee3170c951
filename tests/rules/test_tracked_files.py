"""Can the repository be cloned anywhere? It names no package registry and no folder of a machine it was made on."""

import re
from pathlib import Path

import pytest

from tests.rules.source import name, tracked

# Written in two halves, because this file is looked at too.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npmjs" + ".",
    "jsdelivr" + ".",
    "unpkg" + ".",
    "docker" + ".io",
    "ghcr" + ".io",
    "quay" + ".io",
    "file" + ":///",
]
FOLDERS = ["work", "root", "home", "Users", "opt/wheels", "opt/pypi"]
NAMED = re.compile(
    "|".join(re.escape(host) for host in REGISTRIES) + r"|(?<![\w.$}/-])/(?:" + "|".join(FOLDERS) + r")/", re.IGNORECASE
)


def _text(path: Path) -> str:
    """What the file says; what is not text, or was written by others and is only kept here, says nothing."""
    content = b"" if "vendor" in path.parts else path.read_bytes()
    return "" if b"\0" in content else content.decode(errors="replace")


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine() -> None:
    found = [f"{name(path)}: {hit.group()}" for path in tracked() for hit in NAMED.finditer(_text(path))]
    assert found == []


@pytest.mark.parametrize(
    "text", ["https://" + REGISTRIES[0] + "/simple", "see /" + "work/main", "PATH=/" + "root/bin", "'/" + "home/ada/x'"]
)
def test_a_registry_or_a_folder_is_seen(text: str) -> None:
    assert NAMED.search(text)


@pytest.mark.parametrize("text", ["frame/work/", "app/http/", "/opt/doseward/bin", "https://doseward.example/home/"])
def test_an_ordinary_path_passes(text: str) -> None:
    assert not NAMED.search(text)


def test_what_must_not_be_committed_is_not() -> None:
    refused = re.compile(r"(^|/)(\.env|.*\.(key|pem|db|sqlite)|.*\.db-(wal|shm))$")
    assert [name(path) for path in tracked() if refused.search(name(path))] == []
