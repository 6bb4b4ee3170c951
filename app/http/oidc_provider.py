"""Where does the sign-on provider answer, and with which keys does it sign, without asking it at every turn?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Final, Generic, TypeVar

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.errors import JoseError
from joserfc.jwk import DictKey, ECKey, RSAKey, import_key

from app.http.oidc_fetch import Asker, Unreachable, may_be_asked
from app.http.parser import Json

T = TypeVar("T")
Key = RSAKey | ECKey
Ticks = Callable[[], float]

SCOPES: Final = "openid profile"
_KEPT: Final = 600.0
_STALE: Final = 86_400.0
_AGAIN: Final = 60.0
_REST: Final = 10.0
"""Seconds: what was fetched is used without asking, used while the provider is silent, asked for again when a key is
missing, and left alone after a failure."""
_AT_ONCE: Final = 2
"""Threads that may wait for the provider: of a small pool, the ward needs the others."""
_SHORTEST_RSA: Final = 2048


class Refused(Exception):
    """The provider answered that it will not, or another one answered; the text is a word for the log."""


class Kept(Generic[T]):
    """Something of the provider's, fetched when it is first needed."""

    def __init__(self, fetch: Callable[[], T], ticks: Ticks) -> None:
        self._fetch, self._ticks = fetch, ticks
        self._lock = Lock()
        self._value: T | None = None
        self._got = self._failed = float("-inf")

    @property
    def failing(self) -> bool:
        """True while the last that was asked had no answer."""
        return self._failed > self._got

    @property
    def known(self) -> T | None:
        """What was fetched last, without asking."""
        return self._value

    def get(self) -> T:
        """What there is; raises Unreachable when that is nothing, or more than a day old."""
        now, value = self._ticks(), self._value
        if value is not None and now - self._got < _KEPT:
            return value
        try:
            return self._refreshed(_KEPT)
        except Unreachable:
            if value is None or now - self._got >= _STALE:
                raise
            return value

    def again(self) -> T:
        """The newest there can be; what is not a minute old is not asked for again. Raises Unreachable."""
        return self._refreshed(_AGAIN)

    def _refreshed(self, old: float) -> T:
        if not self._lock.acquire(timeout=1):
            raise Unreachable("busy")
        try:
            now = self._ticks()
            if self._value is not None and now - self._got < old:
                return self._value
            if now - self._failed < _REST:
                raise Unreachable("resting")
            try:
                self._value = self._fetch()
            except Unreachable:
                self._failed = self._ticks()
                raise
            self._got = self._ticks()
            return self._value
        finally:
            self._lock.release()


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of a provider, as its discovery document names them."""

    authorization: str
    token: str
    keys: str
    end_session: str | None
    client_auth: str
    names_itself: bool


class Provider:
    """A provider that this program is a client of."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        asker: Asker | None = None,
        ticks: Ticks = time.monotonic,
    ) -> None:
        self.issuer, self.client_id = issuer, client_id
        self._secret = client_secret
        self._asker = asker or Asker()
        self._waiting = BoundedSemaphore(_AT_ONCE)
        self.places = Kept(self._discover, ticks)
        self.keys = Kept(self._fetch_keys, ticks)

    def authorization_url(self, *, state: str, nonce: str, verifier: str, back: str, again: bool) -> str:
        """Where the browser is sent to sign in; `again` asks for a proof of this moment. Raises Unreachable."""
        url: str = prepare_grant_uri(
            self.places.get().authorization,
            client_id=self.client_id,
            response_type="code",
            redirect_uri=back,
            scope=SCOPES,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            prompt="login",  # ward machines are shared: whoever signed in there last is not whoever stands there now
            max_age="0" if again else None,
        )
        return url

    def check_sender(self, iss: str | None) -> None:
        """An answer names the provider it is from, where that says it does (RFC 9207); raises Refused, Unreachable."""
        if iss != self.issuer and (iss is not None or self.places.get().names_itself):
            raise Refused("iss")

    def exchange(self, code: str, verifier: str, back: str) -> str:
        """The ID token for a code; raises Unreachable, Refused."""
        places = self.places.get()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        from authlib.integrations.httpx_client import OAuth2ClientAuth

        auth = OAuth2ClientAuth(self.client_id, self._secret, places.client_auth)
        if not self._waiting.acquire(timeout=1):
            raise Unreachable("busy")
        try:
            status, answer = self._asker.ask("POST", places.token, form, auth)
        finally:
            self._waiting.release()
        token = answer.get("id_token")
        if status >= 400 or "error" in answer or not isinstance(token, str):  # noqa: PLR2004 - RFC 9110
            raise Refused("code")
        return token

    def key(self, kid: str | None) -> Key | None:
        """The key of this name, or the only one there is; None when the provider has none. Raises Unreachable."""
        found = self.keys.get().get(kid)
        return found if found is not None else self.keys.again().get(kid)

    def _discover(self) -> Places:
        found = self._asker.get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        methods = found.get("code_challenge_methods_supported")
        if found.get("issuer") != self.issuer or (isinstance(methods, list) and "S256" not in methods):
            raise Unreachable("discovery")
        return Places(
            authorization=_address(found, "authorization_endpoint"),
            token=_address(found, "token_endpoint"),
            keys=_address(found, "jwks_uri"),
            end_session=_address(found, "end_session_endpoint") if "end_session_endpoint" in found else None,
            client_auth=self._client_auth(found),
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
        )

    def _client_auth(self, found: dict[str, Json]) -> str:
        if self._secret is None:
            return "none"
        offered = found.get("token_endpoint_auth_methods_supported")
        basic = not isinstance(offered, list) or "client_secret_basic" in offered
        return "client_secret_basic" if basic else "client_secret_post"

    def _fetch_keys(self) -> dict[str | None, Key | None]:
        listed = self._asker.get(self.places.get().keys).get("keys")
        if not isinstance(listed, list):
            raise Unreachable("keys")
        usable = [key for key in map(_key, listed) if key is not None]
        keys: dict[str | None, Key | None] = {key.kid: key for key in usable if key.kid is not None}
        keys[None] = usable[0] if len(usable) == 1 else None
        return keys


def _address(found: dict[str, Json], name: str) -> str:
    url = found.get(name)
    if not isinstance(url, str) or not may_be_asked(url):
        raise Unreachable("discovery")
    return url


def _key(described: Json) -> Key | None:
    """A key for signatures; others, and those too short to trust, are passed over."""
    if not isinstance(described, dict) or described.get("use", "sig") != "sig":
        return None
    text: DictKey = {name: value for name, value in described.items() if isinstance(value, str)}
    try:
        key = import_key(text)
        if isinstance(key, RSAKey) and key.raw_value.key_size >= _SHORTEST_RSA:
            return key
        return key if isinstance(key, ECKey) and key.curve_name == "P-256" else None
    except (JoseError, ValueError, KeyError):
        return None
