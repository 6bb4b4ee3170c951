"""What becomes of somebody who asks and then does not read the answer?

Uvicorn waits with the rest of an answer while the socket is full, and for ever: a reader that stopped would hold its
connection, its buffers (64 KiB here, and up to 4 MiB of the kernel's) and, at shutdown, the process.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

DROPPED_AFTER: Final = 10.0
"""Seconds a full socket may stay full."""
_KERNEL_KEEPS: Final = 64 * 1024
"""Bytes, which Linux doubles; without a bound it lets a reader on the same machine have 4 MiB."""


class Edge(HttpToolsProtocol):
    """Uvicorn's own protocol, which drops a connection that takes nothing for too long."""

    _full: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_KEEPS)
        super().connection_made(transport)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._full = self.loop.call_later(DROPPED_AFTER, self.transport.abort)

    def resume_writing(self) -> None:
        self._no_longer_full()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._no_longer_full()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Who does not read now will not read the end either."""
        if self.flow.write_paused:
            self.transport.abort()
        else:
            super().shutdown()

    def _no_longer_full(self) -> None:
        if self._full is not None:
            self._full.cancel()
            self._full = None
