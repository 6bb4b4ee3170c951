"""How does a test run the program as a site does: a server process of its own, and clients over a socket?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import orjson

from tests import leaks
from tests.faults.nursery import born
from tests.rules.source import ROOT

AUDIT_KEY = "kept elsewhere, and long enough to be one"
STARTS_WITHIN = 120.0
ENDS_WITHIN = 300.0
"""Seconds for a command that reads the whole record, which after 200 kills has some 5,000 decisions."""
PATIENCE = 15.0


def command(*words: str) -> list[str]:
    """The program on this interpreter."""
    return [sys.executable, "-c", "from app.cli import main; main()", *words]


def environment(url: str, **settings: str | None) -> dict[str, str]:
    """What a site sets, None for what it leaves out; nothing of this machine's own settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DOSEWARD_")}
    site = {"database_url": url, "audit_key": AUDIT_KEY, **settings}
    return own | {f"DOSEWARD_{name.upper()}": value for name, value in site.items() if value is not None}


def run(url: str, *words: str, **settings: str | None) -> subprocess.CompletedProcess[str]:
    """A command of the program to its end."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = born(words, environment(url, **settings), out, err)
        process.join(ENDS_WITHIN)
        assert process.exitcode is not None, f"{words} did not end: {err.read_text()}"
        return subprocess.CompletedProcess(words, process.exitcode, out.read_text(), err.read_text())


def from_nothing(url: str, *words: str, home: Path = ROOT, **settings: str | None) -> subprocess.CompletedProcess[str]:
    """The same by an interpreter of its own, which reads the program at `home`."""
    return subprocess.run(
        command(*words),
        env=environment(url, **settings),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN,
        check=False,
    )


@dataclass
class Server:
    """A running server process."""

    process: BaseProcess
    address: str
    log: Path

    def client(self, token: str) -> Client:
        return Client(self.address, token)

    def kill(self) -> None:
        """What an operating system or a power switch does: the process has no say in it."""
        self.process.kill()
        self.process.join()
        self._search_log()

    def stop(self) -> None:
        """What an operator does."""
        self.process.terminate()
        self.ends(PATIENCE)
        self._search_log()

    def ends(self, within: float) -> None:
        """Wait for its end, so many seconds at most."""
        self.process.join(within)
        assert self.process.exitcode is not None, f"the server still ran after {within} s"

    def _search_log(self) -> None:
        for line in self.log.read_text().splitlines():
            leaks.searched.text("line of a server's log", line)


class Client:
    """One person's program, over its own connections."""

    def __init__(self, address: str, token: str) -> None:
        self._http = httpx2.Client(
            base_url=f"{address}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE,
            trust_env=False,
        )

    def post(self, path: str, body: object, key: str) -> httpx2.Response:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self._http.post(path, content=orjson.dumps(body), headers=headers)

    def get(self, path: str, **query: Any) -> httpx2.Response:
        return self._http.get(path, params=query)

    def close(self) -> None:
        self._http.close()


def start(url: str, folder: Path, **settings: str) -> Server:
    """`doseward serve`, once it answers; its log lies in `folder`."""
    port = free_port()
    log = folder / f"server-{port}.log"
    process = born(["serve"], environment(url, port=str(port), **settings), log, log)
    server = Server(process, f"http://127.0.0.1:{port}", log)
    until = time.monotonic() + STARTS_WITHIN
    while not answers(server.address):
        if not process.is_alive() or time.monotonic() > until:
            process.kill()
            process.join()
            raise AssertionError(f"the server did not start:\n{log.read_text()}")
        time.sleep(0.02)
    return server


@contextmanager
def serving(url: str, folder: Path, **settings: str) -> Iterator[Server]:
    """A server for a while."""
    server = start(url, folder, **settings)
    try:
        yield server
    finally:
        if server.process.is_alive():
            server.stop()


def answers(address: str) -> bool:
    """Whether a server is up there."""
    try:
        return httpx2.get(f"{address}/livez", timeout=1, trust_env=False).is_success
    except httpx2.HTTPError:
        return False


def free_port() -> int:
    """A port of the loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
