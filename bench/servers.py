"""How is a server started for the benchmark, and what did it cost the processor?"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.charted import AUDIT_KEY, Charted

_STARTS_WITHIN = 20.0
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server of this machine, reached over the loopback alone."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor its process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def product(url: str, folder: Path) -> Iterator[Server]:
    """`doseward serve`, as a site runs it."""
    port = _free_port()
    settings = {"DOSEWARD_DATABASE_URL": url, "DOSEWARD_PORT": str(port), "DOSEWARD_AUDIT_KEY": AUDIT_KEY.decode()}
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    with _running(command, settings, port, folder / f"product-{port}.log") as server:
        yield server


@contextmanager
def floor(url: str, folder: Path, charted: Charted) -> Iterator[Server]:
    """The bare floor, with the same server around it."""
    port = _free_port()
    rows = folder / "charted.pickle"
    rows.write_bytes(pickle.dumps(charted))
    command = [sys.executable, "-m", "bench.floor", url, str(port), str(rows)]
    with _running(command, {}, port, folder / f"floor-{port}.log") as server:
        yield server


@contextmanager
def _running(command: list[str], settings: dict[str, str], port: int, log: Path) -> Iterator[Server]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=os.environ | settings, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(process, port, log)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not start; it said:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
