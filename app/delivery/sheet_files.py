"""How does a sheet get into its folder: whole or not at all, and for nobody's eyes but its owner's?"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
LEFT_FOR: Final = 60.0
"""Seconds for which a file of nobody who lies there is left: another process may know more than this one."""
_RECORD: Final = re.compile(rb'name="doseward-record" content="([0-9a-f]+)-(\d+)"')
_HEAD: Final = 1000
_OURS: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}\.html|\.[\w.-]+\.tmp")


def put(path: Path, text: str, epoch: str, seq: int) -> None:
    """Writes a sheet of that record, unless a newer one is there; raises OSError."""
    known, newest = _record(path)
    if known == epoch and newest > seq:
        return
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    beside = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def clear(folder: Path, keep: frozenset[str]) -> None:
    """Takes away the sheets of patients who lie there no longer, and what a killed process left; raises OSError."""
    for path in folder.glob("*"):
        gone = path.name not in keep and _OURS.fullmatch(path.name) is not None
        if gone and time.time() - path.stat().st_mtime > LEFT_FOR:
            path.unlink(missing_ok=True)


def _record(path: Path) -> tuple[str, int]:
    """Epoch and number of the trail's line that the sheet there is of; no epoch where there is none."""
    try:
        with path.open("rb") as file:
            found = _RECORD.search(file.read(_HEAD))
    except FileNotFoundError:
        return "", 0
    return ("", 0) if found is None else (found[1].decode(), int(found[2]))
