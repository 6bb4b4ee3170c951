"""How does a test get a server process of its own without waiting for the whole program to be read anew?

One process reads the program and serves nobody; each server is a fork of it, as real as one started by hand: its own
process, environment, log and end. That a server starts from nothing is shown where starting is tested.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["app.cli", "app.main"])


def born(environment: Mapping[str, str], home: Path, log: Path) -> BaseProcess:
    """A process that runs `doseward serve` under this environment, in a checkout at `home`, and writes to `log`."""
    log.touch()
    process = _FORKS.Process(target=_serve, args=(dict(environment), home, log), daemon=True)
    process.start()
    return process


def _serve(environment: dict[str, str], home: Path, log: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(home)
    with log.open("wb") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    sys.argv = ["doseward", "serve"]
    from app.cli import main  # read by the process this one was forked from, not by the test

    main()
