"""How does a test get a sign-on provider that says whatever the test wants, signed or not, on a loopback port?"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from app.http.oidc import SignOn
from app.http.oidc_fetch import Asker
from app.http.oidc_provider import Provider
from app.services.provider_roles import RoleMap, read_roles

CLIENT, SECRET, AUDIENCE = "doseward", "CANARY-client-secret-9041", "doseward-api"
ORIGIN = "http://ward.test"
ROLES = """
ward-nurses = "nurse on CANARY-WARD"
ward-doctors = ["prescriber on CANARY-WARD", "charge nurse on CANARY-WARD"]
auditors = "auditor on *"
"""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
ANY_ALGORITHM = JWSRegistry(algorithms=list(JWSRegistry.algorithms), strict_check_header=False)
RSA = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "curve"})
ASKER = Asker(limit=65_536)
OTHER = RSAKey.generate_key(2048, {"kid": "first"})
"""A stranger's key under the provider's own name."""


@dataclass
class Trickster:
    """A provider on a loopback port: the test decides what it answers."""

    port: int = 0
    keys: list[dict[str, Any]] = field(default_factory=lambda: [RSA.as_dict(private=False), EC.as_dict(private=False)])
    discovery: dict[str, Any] = field(default_factory=dict)
    token: Any = None
    bodies: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """What an address answers instead of what it should."""
    waits: float = 0
    asked: list[str] = field(default_factory=list)
    posted: list[dict[str, str]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        time.sleep(self.waits)
        if path in self.bodies:
            return self.bodies[path]
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(self._places() | self.discovery).encode()
        if path == "/keys":
            return 200, json.dumps({"keys": self.keys}).encode()
        if path == "/token":
            return 200, json.dumps({"access_token": "CANARY-access", "id_token": self.token}).encode()
        return 404, b"{}"

    def _places(self) -> dict[str, Any]:
        here = self.issuer
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
            "end_session_endpoint": f"{here}/end",
        }

    def claims(self, now: datetime, **other: Any) -> dict[str, Any]:
        """What an honest ID token says; None leaves a claim out."""
        at = int(now.timestamp())
        honest = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "CANARY-subject-1",
            "iat": at,
            "exp": at + 300,
            "name": "CANARY-Ada Nurse",
            "preferred_username": "ada",
            "groups": ["ward-nurses"],
            "sid": "there-1",
        }
        return {name: value for name, value in (honest | other).items() if value is not None}

    def program(self, now: datetime, **other: Any) -> dict[str, Any]:
        at = int(now.timestamp())
        honest = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "pager",
            "client_id": "pager",
            "iat": at,
            "exp": at + 600,
            "scope": "alerts:read evaluate something-else",
        }
        return {name: value for name, value in (honest | other).items() if value is not None}

    def logout(self, now: datetime, **other: Any) -> dict[str, Any]:
        at = int(now.timestamp())
        honest = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 120,
            "jti": "message-1",
            "events": {LOGOUT: {}},
            "sid": "there-1",
            "sub": "CANARY-subject-1",
        }
        return {name: value for name, value in (honest | other).items() if value is not None}

    def provider(self, **how: Any) -> Provider:
        return Provider(self.issuer, CLIENT, SECRET, **({"asker": ASKER} | how))

    def sign_on(self, provider: Provider | None = None, roles: RoleMap | None = None) -> SignOn:
        return SignOn(provider or self.provider(), ORIGIN, roles or read_roles(ROLES), audience=AUDIENCE)


def signed(claims: dict[str, Any], key: Any = RSA, **header: Any) -> str:
    """A token with these claims; the header says RS256 by the first key unless told otherwise."""
    said = {"alg": "RS256", "kid": "first"} | header
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(kept, claims, key, registry=ANY_ALGORITHM)


@contextmanager
def trickster() -> Iterator[Trickster]:
    """A provider that answers until the block ends."""
    made = Trickster()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            made.posted.append(sent | {"authorization": self.headers.get("authorization", "")})
            self._reply()

        def _reply(self) -> None:
            status, body = made.answer(urlsplit(self.path).path)
            self.send_response(status)
            if status == 302:
                self.send_header("location", f"{made.issuer}/keys")
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):  # whoever asked may have given up
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(5)
