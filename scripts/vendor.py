"""Which browser libraries does the program carry, and how does a maintainer renew them?

`python -m scripts.vendor` fetches the versions named here with npm and writes the files and vendor.lock.json. Nobody
needs npm to install, run or test the program: a test compares the committed files with the lock.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "app" / "web" / "static" / "vendor"
LOCK = VENDOR / "vendor.lock.json"


@dataclass(frozen=True)
class Library:
    """One package: its name and version, the licence it says it has, and files in it with the names they get here."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


LIBRARIES = (
    Library("htmx.org", "4.0.1", "0BSD", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"}),
    # The version must be the one the plotly package bundles: it writes the schema the figures are checked against.
    Library(
        "plotly.js-cartesian-dist-min",
        "4.1.1",
        "MIT",
        {"plotly-cartesian.min.js": "plotly-cartesian.min.js", "LICENSE": "plotly.LICENSE.txt"},
    ),
)


def fetch(library: Library) -> dict[str, bytes]:
    """The wanted files of a package, by the name they get here."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{library.name}@{library.version}", "--silent", "--ignore-scripts"]
        subprocess.run(command, cwd=folder, check=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            return {there: _member(packed, f"package/{inside}") for inside, there in library.files.items()}


def _member(packed: tarfile.TarFile, name: str) -> bytes:
    file = packed.extractfile(name)
    if file is None:
        raise FileNotFoundError(name)
    return file.read()


def main() -> None:
    """Fetches everything and writes the lock."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    entries = []
    for library in LIBRARIES:
        print(f"{library.name} {library.version}", flush=True)
        for name, content in fetch(library).items():
            (VENDOR / name).write_bytes(content)
            entries.append(
                {
                    "name": library.name,
                    "version": library.version,
                    "licence": library.licence,
                    "file": name,
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
    LOCK.write_text(json.dumps(entries, indent=2) + "\n")


if __name__ == "__main__":
    main()
