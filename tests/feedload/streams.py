"""Do a thousand readers of one process's stream all hear of everything, in order and soon, while fifty read nothing?"""

from __future__ import annotations

import asyncio
import re
import socket
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import ward as charting
from tests.faults.following import a_stream
from tests.faults.serving import Client, Server
from tests.faults.ward import Ward

_PLACE = re.compile(rb"^id: [0-9a-f]+-(\d+)", re.MULTILINE)
_DEAF_ROOM = 2048
_PATIENCE = 120.0


@dataclass
class Listened:
    """What a reader heard, and when."""

    events: int = 0
    disorders: int = 0
    arrived: list[tuple[int, float]] = field(default_factory=list)


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
            f"heard all {self.happened:,} events, {self.disorders} out of order; from the sending of the set p50 "
            f"{cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, worst {max(self.latencies) * 1000:.0f} ms; "
            f"the server grew by {self.grown // 1024:,} MiB in {self.seconds:.0f} s"
        )


def a_thousand(server: Server, ward: Ward, readers: int, deaf: int, sets: int, pause: float) -> Figures:
    """`sets` alarming sets are charted one after another while everybody listens."""
    return asyncio.run(_listening(server, ward, readers, deaf, sets, pause))


async def _listening(server: Server, ward: Ward, readers: int, deaf: int, sets: int, pause: float) -> Figures:
    began, sent, heard = time.monotonic(), dict[int, float](), [Listened() for _ in range(readers)]
    silent = [a_stream(server, ward.token, room=_DEAF_ROOM) for _ in range(deaf)]
    opened = [await _open(server, ward) for _ in heard]
    tasks = [asyncio.create_task(_hear(reader, one)) for (reader, _), one in zip(opened, heard, strict=True)]
    before = _resident(server)
    happened = await asyncio.to_thread(_chart, server.client(ward.token), ward, sets, pause, sent)
    until = time.monotonic() + _PATIENCE
    # Nobody tells when the last of them has heard the last.
    while any(one.events < happened for one in heard) and time.monotonic() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    grown = _resident(server) - before
    for task in tasks:
        task.cancel()
    dropped = await asyncio.to_thread(lambda: sum(_is_dropped(one) for one in silent))
    latencies = [at - sent[n] for one in heard for n, at in one.arrived]
    complete, disorders = sum(one.events == happened for one in heard), sum(one.disorders for one in heard)
    return Figures(readers, deaf, dropped, happened, complete, disorders, latencies, grown, time.monotonic() - began)


async def _open(server: Server, ward: Ward) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A stream that has begun; a busy server is asked again."""
    while True:
        connection = a_stream(server, ward.token)
        connection.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=connection)
        if b" 200 " in await asyncio.wait_for(reader.readuntil(b"\r\n"), _PATIENCE):
            await asyncio.wait_for(reader.readuntil(b"\n\n"), _PATIENCE)
            return reader, writer
        writer.close()


async def _hear(reader: asyncio.StreamReader, heard: Listened) -> None:
    while True:
        frame = await reader.readuntil(b"\n\n")
        place = _PLACE.search(frame)
        if b"event: alert" in frame and place is not None:
            heard.events += 1
            n = int(place[1])
            heard.disorders += n != heard.events
            heard.arrived.append((n, time.monotonic()))


def _chart(client: Client, ward: Ward, sets: int, pause: float, sent: dict[int, float]) -> int:
    """How many events it made."""
    happened = 0
    for number in range(sets):
        course_id = ward.course_ids[number % len(ward.course_ids)]
        at = time.monotonic()
        answer = client.post(charting.path(course_id), charting.alarming(), f"loud-{number}")
        assert answer.status_code == 201, answer.text
        for _ in answer.json()["alerts"]:
            happened += 1
            sent[happened] = at
        time.sleep(pause)
    client.close()
    return happened


def _resident(server: Server) -> int:
    """KiB of the server's memory."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0])


def _is_dropped(connection: socket.socket) -> bool:
    """Whether the server has let go of it: what lies in the kernel can be read, then comes the end."""
    connection.settimeout(15)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        connection.close()
    return True
