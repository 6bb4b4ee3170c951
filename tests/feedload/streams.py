"""Do a thousand readers of one process's stream all hear of everything, in order and soon, while fifty read nothing?"""

from __future__ import annotations

import asyncio
import re
import socket
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.http.edge import DROPPED_AFTER
from tests.faults import ward as charting
from tests.faults.following import a_stream
from tests.faults.serving import Client, Server
from tests.faults.ward import Ward

_PLACE = re.compile(rb"^id: [0-9a-f]+-(\d+)", re.MULTILINE)
_NAME = re.compile(rb'"id":"([^"]+)"')
_DEAF_ROOM = 2048
_PATIENCE = 120.0
_SETTLES, _DRAINS = 3.0, 15.0


@dataclass
class Listened:
    """What a reader heard, and when; `place` is the number of the last event, which skips what only others may see."""

    place: int
    disorders: int = 0
    arrived: list[tuple[str, float]] = field(default_factory=list)

    def heard_all(self, names: Iterable[str]) -> bool:
        """Whether none of these events is missing."""
        return {name for name, _ in self.arrived}.issuperset(names)


@dataclass(frozen=True)
class Figures:
    """How a run ended; `latencies` run from the moment the set was sent, in seconds."""

    readers: int
    deaf: int
    dropped: int
    happened: int
    complete: int
    disorders: int
    latencies: list[float]
    grown: int
    seconds: float

    @property
    def sentence(self) -> str:
        """The figures in a line."""
        cuts = statistics.quantiles(self.latencies, n=100)
        return (
            f"{self.readers:,} readers beside {self.deaf} who read nothing ({self.dropped} dropped): {self.complete:,} "
            f"heard all of {self.happened:,} events, {self.disorders} out of order; from the sending of the set p50 "
            f"{cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, worst {max(self.latencies) * 1000:.0f} ms; "
            f"the server grew by {self.grown // 1024:,} MiB in {self.seconds:.0f} s"
        )


def a_thousand(server: Server, ward: Ward, readers: int, deaf: int, sets: int, pause: float) -> Figures:
    """`sets` alarming sets are charted one after another while everybody listens."""
    return asyncio.run(_listening(server, ward, readers, deaf, sets, pause))


async def _listening(server: Server, ward: Ward, readers: int, deaf: int, sets: int, pause: float) -> Figures:
    began, sent = time.monotonic(), dict[str, float]()
    silent = [a_stream(server, ward.token, room=_DEAF_ROOM) for _ in range(deaf)]
    opened = [await _open(server, ward) for _ in range(readers)]
    heard = [Listened(place) for place, *_ in opened]
    tasks = [asyncio.create_task(_hear(reader, one)) for (_, reader, _), one in zip(opened, heard, strict=True)]
    before = _resident(server)
    happened = await asyncio.to_thread(_chart, server.client(ward.token), ward, sets, pause, sent)
    until = time.monotonic() + _PATIENCE
    # Nobody tells when the last of them has heard the last.
    while any(one.place < happened for one in heard) and time.monotonic() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    grown = _resident(server) - before
    for task in tasks:
        task.cancel()
    # Whoever is read from before the time is over is deaf no more.
    await asyncio.sleep(DROPPED_AFTER + _SETTLES)
    dropped = await asyncio.to_thread(lambda: sum(_is_dropped(one) for one in silent))
    latencies = [at - sent[name] for one in heard for name, at in one.arrived if name in sent]
    complete = sum(one.place >= happened and one.heard_all(sent) for one in heard)
    disorders = sum(one.disorders for one in heard)
    return Figures(readers, deaf, dropped, happened, complete, disorders, latencies, grown, time.monotonic() - began)


async def _open(server: Server, ward: Ward) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter]:
    """Where a stream begins, and the stream; a busy server is asked again."""
    while True:
        connection = a_stream(server, ward.token)
        connection.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=connection)
        if b" 200 " in await asyncio.wait_for(reader.readuntil(b"\r\n"), _PATIENCE):
            begins = _PLACE.search(await asyncio.wait_for(reader.readuntil(b"\n\n"), _PATIENCE))
            assert begins is not None
            return int(begins[1]), reader, writer
        writer.close()


async def _hear(reader: asyncio.StreamReader, heard: Listened) -> None:
    while True:
        frame = await reader.readuntil(b"\n\n")
        place, name = _PLACE.search(frame), _NAME.search(frame)
        if place is not None and name is not None:
            heard.disorders += int(place[1]) <= heard.place
            heard.place = int(place[1])
            heard.arrived.append((name[1].decode(), time.monotonic()))


def _chart(client: Client, ward: Ward, sets: int, pause: float, sent: dict[str, float]) -> int:
    """How many events there are once it is done; the timers add some of their own."""
    for number in range(sets):
        course_id = ward.course_ids[number % len(ward.course_ids)]
        at = time.monotonic()
        answer = client.post(charting.path(course_id), charting.alarming(), f"loud-{number}")
        assert answer.status_code == 201, answer.text
        sent.update({event["id"]: at for event in answer.json()["alerts"]})
        time.sleep(pause)
    end: str = client.get("/alerts/open").json()["after"]
    client.close()
    return int(end.rpartition("-")[2])


def _resident(server: Server) -> int:
    """KiB of the server's memory."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0])


def _is_dropped(connection: socket.socket) -> bool:
    """Whether the server has let go of it: what lies in the kernel can be read, then comes the end."""
    connection.settimeout(_DRAINS)
    until = time.monotonic() + _DRAINS
    try:
        while connection.recv(65536):
            if time.monotonic() > until:  # a beat every few seconds: it is kept
                return False
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        connection.close()
    return True
