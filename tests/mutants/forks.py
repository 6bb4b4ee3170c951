"""How is work done in children of this process, a few at a time, each with so much processor time?"""

from __future__ import annotations

import os
import pickle
import resource
import selectors
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
MEMORY = 6 * 1024**3
"""Bytes a child may map: a loop that never ends must not take the machine with it."""


WAITING = 30
"""How many times its processor time a child may take by the clock."""


@dataclass(frozen=True)
class Job(Generic[Answer]):
    """Something to do in a child: what it returns must pickle."""

    name: str
    do: Callable[[], Answer]
    seconds: int
    heard: bool = False
    """What it prints is shown."""


@dataclass
class _Child(Generic[Answer]):
    job: Job[Answer]
    pid: int
    sent: bytes = b""


def run(jobs: Iterable[Job[Answer]], at_once: int) -> Iterator[tuple[Job[Answer], Answer | None]]:
    """Every job with its answer as it comes; None for a child that ran out of time; what else went wrong is raised."""
    waiting = iter(jobs)
    running = 0
    with selectors.DefaultSelector() as ready:
        while True:
            for job in islice(waiting, at_once - running):
                data, child = _started(job)
                ready.register(data, selectors.EVENT_READ, child)
                running += 1
            if running == 0:
                return
            for key, _ in ready.select():
                ended: _Child[Answer] = key.data
                if part := os.read(key.fd, 1 << 20):
                    ended.sent += part
                    continue
                ready.unregister(key.fd)
                os.close(key.fd)
                running -= 1
                yield ended.job, _answer(ended)


def _answer(child: _Child[Answer]) -> Answer | None:
    status = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
    if -status in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL):
        return None
    if status != 0:
        raise RuntimeError(f"{child.job.name}: the child ended with {status}: {child.sent.decode(errors='replace')}")
    answer: Answer = pickle.loads(child.sent)  # noqa: S301 - our own child wrote it
    return answer


def _started(job: Job[Answer]) -> tuple[int, _Child[Answer]]:
    data, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(data)
        try:
            _child(job, out)
        except BaseException:  # noqa: BLE001 - the parent raises it
            os.write(out, traceback.format_exc().encode())
        finally:
            os._exit(1)
    os.close(out)
    return data, _Child(job, pid)


def _child(job: Job[Answer], out: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (job.seconds, job.seconds + 5))
    signal.alarm(WAITING * job.seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if not job.heard:
        _hush()
    answer = pickle.dumps(job.do())
    with os.fdopen(out, "wb") as pipe:
        pipe.write(answer)
    os._exit(0)


def _hush() -> None:
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as the child lives
