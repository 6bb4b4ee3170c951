"""Which program takes messages in a test? A real server on this machine, which behaves as it is told to."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Got:
    """One message as it came."""

    headers: dict[str, str]
    body: str
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found

    @property
    def n(self) -> int:
        """Its number in the feed."""
        return int(self.id.partition("-")[2])


@dataclass
class Gateway:
    """What it got, whether it took it or not; `does` says what it does with the next."""

    port: int
    scheme: str
    got: list[Got] = field(default_factory=list)
    taken: list[Got] = field(default_factory=list)
    does: Callable[[int], str] = lambda _: "take"
    over: Event = field(default_factory=Event)

    @property
    def origin(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/alerts"


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            got = Got(headers, body, time.monotonic())
            gateway.got.append(got)
            what = gateway.does(len(gateway.got))
            if what in ("take", "drip the body"):
                gateway.taken.append(got)
            _ACTS[what](self, gateway)

        def do_GET(self) -> None:
            raise AssertionError("nothing is ever fetched")

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler


def _answer(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, Gateway], None]:
    def act(handler: BaseHTTPRequestHandler, _: Gateway) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", "0")
        handler.end_headers()

    return act


def _hang(_: BaseHTTPRequestHandler, gateway: Gateway) -> None:
    gateway.over.wait(30)


def _drip(head: bytes) -> Callable[[BaseHTTPRequestHandler, Gateway], None]:
    def act(handler: BaseHTTPRequestHandler, gateway: Gateway) -> None:
        try:
            handler.wfile.write(head)
            while not gateway.over.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            return

    return act


def _garbage(handler: BaseHTTPRequestHandler, _: Gateway) -> None:
    handler.wfile.write(b"\x00\xff not HTTP at all\r\n\r\n")


_ACTS: dict[str, Callable[[BaseHTTPRequestHandler, Gateway], None]] = {
    "take": _answer(204),
    "fail": _answer(500),
    "refuse": _answer(404),
    "redirect": _answer(307, location="/elsewhere"),
    "hang": _hang,
    "drip the body": _drip(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"),
    "drip the head": _drip(b"HTTP/1.1 200 OK\r\nx-slow: "),
    "garbage": _garbage,
}
FAULTS = ("fail", "refuse", "redirect", "hang", "drip the head", "garbage")


@contextmanager
def a_gateway(certificate: Path | None = None, port: int = 0) -> Iterator[Gateway]:
    """A server on a free port; over TLS with a certificate (and its key in the same file)."""
    gateway = Gateway(port, "http" if certificate is None else "https")
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(gateway))
    server.daemon_threads = True
    server.block_on_close = False
    gateway.port = server.server_port
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.over.set()
        server.shutdown()
        server.server_close()
        thread.join(2)


def a_certificate(folder: Path, *names: str) -> Path:
    """A certificate for these names or addresses that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    alternatives = [x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{names[0]}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path
