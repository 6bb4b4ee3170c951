"""How does a test meet a file that may not be written, though the tests may run as root?"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def place() -> Iterator[Path]:
    """A folder that whoever asks may enter; its own user is nobody where the tests run as root."""
    folder = Path(tempfile.mkdtemp())
    try:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield folder
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def copied(file: str, folder: Path) -> Path:
    """A copy of a SQLite file in that folder, of the folder's user."""
    path = folder / "doseward.db"
    shutil.copyfile(file, path)
    os.chown(path, folder.stat().st_uid, folder.stat().st_gid)
    return path


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to open everything."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
