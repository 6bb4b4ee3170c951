"""How does a test get a process of the program without waiting for all of it to be read anew?

One process reads the program and does nothing else; each server or command is a fork of it, as real as one started by
hand: its own process, environment, output and end. That a server starts from nothing is shown in `test_startup`.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.rules.source import ROOT

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["app.cli", "app.main"])


def born(words: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> BaseProcess:
    """A process that runs `doseward` with these words under this environment and writes to the two files."""
    out.touch()
    process = _FORKS.Process(target=_live, args=(list(words), dict(environment), out, err), daemon=True)
    process.start()
    return process


def _live(words: list[str], environment: dict[str, str], out: Path, err: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    with out.open("ab") as output, err.open("ab") as errors:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(errors.fileno(), sys.stderr.fileno())
    sys.argv = ["doseward", *words]
    from app.cli import main  # read by the process this one was forked from, not by the test

    main()
