"""Is a token of the sign-on provider believed only when it is one, and the provider asked no more than needed?"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from app.http.oidc_fetch import Asker, Unreachable, may_be_asked
from app.http.oidc_provider import Provider
from app.http.oidc_tokens import Untrusted, access_token, id_token, logout_token
from tests.sign_on import AUDIENCE, EC, OTHER, RSA, Trickster, signed, trickster

NOW = datetime(2026, 11, 21, 13, 0, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
NONCE = "CANARY-nonce-9041"


@pytest.fixture
def site() -> Iterator[Trickster]:
    with trickster() as made:
        yield made


@pytest.fixture
def provider(site: Trickster) -> Provider:
    return site.provider()


def refused(provider: Provider, token: str) -> str:
    with pytest.raises(Untrusted) as why:
        id_token(provider, token, NONCE, "groups", NOW)
    assert NONCE not in str(why.value)
    return str(why.value)


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_an_honest_token_says_who_signed_in(site: Trickster, provider: Provider) -> None:
    who = id_token(provider, signed(site.claims(NOW, nonce=NONCE, auth_time=AT - 5)), NONCE, "groups", NOW)
    assert (who.subject, who.name, who.username) == ("CANARY-subject-1", "CANARY-Ada Nurse", "ada")
    assert (who.groups, who.session) == (frozenset({"ward-nurses"}), "there-1")
    assert who.proved_at == NOW - timedelta(seconds=5)


@pytest.mark.parametrize("alg,key,kid", [("RS256", RSA, "first"), ("PS256", RSA, "first"), ("ES256", EC, "curve")])
def test_three_algorithms_are_believed(site: Trickster, provider: Provider, alg: str, key: Any, kid: str) -> None:
    token = signed(site.claims(NOW, nonce=NONCE), key, alg=alg, kid=kid)
    assert id_token(provider, token, NONCE, "groups", NOW).session == "there-1"


def test_a_token_without_a_key_name_is_checked_with_the_only_key(site: Trickster, provider: Provider) -> None:
    site.keys = [RSA.as_dict(private=False)]
    assert id_token(provider, signed(site.claims(NOW, nonce=NONCE), kid=None), NONCE, "groups", NOW).username == "ada"


@pytest.mark.parametrize(
    "said",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"aud": ["doseward", "another-client"]},
        {"aud": ["doseward", "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"nonce": "another-nonce"},
        {"nonce": None},
        {"nonce": 7},
        {"exp": AT - 61},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"iat": AT + 61},
        {"iat": None},
        {"nbf": AT + 61},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sid": 7},
        {"auth_time": "yesterday"},
        {"auth_time": True},
        {"auth_time": 10**18},
    ],
)
def test_a_claim_that_is_wrong_refuses_the_token(site: Trickster, provider: Provider, said: dict[str, Any]) -> None:
    assert refused(provider, signed(site.claims(NOW, **({"nonce": NONCE} | said))))


def test_two_clocks_may_differ_by_a_minute(site: Trickster, provider: Provider) -> None:
    token = signed(site.claims(NOW, nonce=NONCE, iat=AT + 59, exp=AT - 59))
    assert id_token(provider, token, NONCE, "groups", NOW).username == "ada"


def test_a_token_for_several_names_us_as_the_one_that_asked(site: Trickster, provider: Provider) -> None:
    token = signed(site.claims(NOW, nonce=NONCE, aud=["doseward", "other"], azp="doseward"))
    assert id_token(provider, token, NONCE, "groups", NOW).username == "ada"


def test_a_signature_of_somebody_else_is_refused(site: Trickster, provider: Provider) -> None:
    assert refused(provider, signed(site.claims(NOW, nonce=NONCE), OTHER)) == "bad_signature"


def test_no_signature_is_refused_however_it_is_spelled(site: Trickster, provider: Provider) -> None:
    claims = _part(json.dumps(site.claims(NOW, nonce=NONCE)).encode())
    for alg in ("none", "None", "NONE", "nOnE"):
        header = _part(json.dumps({"alg": alg, "kid": "first"}).encode())
        assert refused(provider, f"{header}.{claims}.") == "alg"


def test_the_public_key_is_no_shared_secret(site: Trickster, provider: Provider) -> None:
    said = signed(site.claims(NOW, nonce=NONCE)).split(".")[1]
    body = f"{_part(json.dumps({'alg': 'HS256', 'kid': 'first'}).encode())}.{said}"
    forged = hmac.digest(RSA.as_pem(private=False), body.encode(), "sha256")
    assert refused(provider, f"{body}.{_part(forged)}") == "alg"


def test_a_shared_secret_among_the_keys_is_passed_over(site: Trickster, provider: Provider) -> None:
    shared = OctKey.generate_key(256, {"kid": "shared"})
    site.keys.append(shared.as_dict(private=True))
    for alg in ("HS256", "RS256"):
        token = signed(site.claims(NOW, nonce=NONCE), shared, alg="HS256", kid="shared")
        assert refused(provider, token if alg == "HS256" else _with_alg(token, alg)) in {"alg", "kid"}


def _with_alg(token: str, alg: str) -> str:
    _, claims, signature = token.split(".")
    header = _part(json.dumps({"alg": alg, "kid": "shared"}).encode())
    return f"{header}.{claims}.{signature}"


@pytest.mark.parametrize("alg,key", [("RS384", RSA), ("RS512", RSA), ("PS512", RSA)])
def test_an_algorithm_that_is_not_listed_is_refused(site: Trickster, provider: Provider, alg: str, key: Any) -> None:
    assert refused(provider, signed(site.claims(NOW, nonce=NONCE), key, alg=alg)) == "alg"


def test_a_key_is_used_only_for_the_algorithm_it_is_for(site: Trickster, provider: Provider) -> None:
    site.keys = [RSA.as_dict(private=False) | {"alg": "PS256"}]
    assert refused(provider, signed(site.claims(NOW, nonce=NONCE)))


@pytest.mark.parametrize(
    "described",
    [
        RSA.as_dict(private=False) | {"n": EC.as_dict(private=False)["x"]},
        ECKey.generate_key("P-384", {"kid": "first"}).as_dict(private=False),
        RSA.as_dict(private=False) | {"use": "enc"},
        {"kty": "RSA", "kid": "first"},
        {"kty": "unheard-of", "kid": "first"},
        "not even a key",
    ],
)
def test_a_key_that_must_not_be_used_is_passed_over(site: Trickster, provider: Provider, described: Any) -> None:
    site.keys = [described, EC.as_dict(private=False)]
    assert refused(provider, signed(site.claims(NOW, nonce=NONCE))) == "kid"
    curve = signed(site.claims(NOW, nonce=NONCE), EC, alg="ES256", kid="curve")
    assert id_token(provider, curve, NONCE, "groups", NOW).username == "ada"


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "e30.e30.", "..", "é.é.é", "a.b.c.d.e", "x" * 40_000, "\ud800.\ud800.\ud800"]
)
def test_what_is_no_token_is_refused(provider: Provider, token: str) -> None:
    assert refused(provider, token) in {"malformed", "alg", "too_large"}


def test_a_header_that_must_be_understood_and_is_not_refuses_the_token(site: Trickster, provider: Provider) -> None:
    token = signed(site.claims(NOW, nonce=NONCE), crit=["b64"], b64=True)
    assert refused(provider, token) == "alg"


def test_a_header_nobody_must_understand_is_no_reason_to_refuse(site: Trickster, provider: Provider) -> None:
    token = signed(site.claims(NOW, nonce=NONCE), x_of_the_provider="v2")
    assert id_token(provider, token, NONCE, "groups", NOW).username == "ada"


@pytest.mark.parametrize("name", [None, "", 7, "two\nlines", "x" * 201, "turned\u202eround"])
def test_a_name_that_cannot_be_kept_gives_way_to_the_username(site: Trickster, provider: Provider, name: Any) -> None:
    assert id_token(provider, signed(site.claims(NOW, nonce=NONCE, name=name)), NONCE, "groups", NOW).name == "ada"


@pytest.mark.parametrize(
    "said,groups", [(None, set()), ("one", {"one"}), (["a", 7, None, "b"], {"a", "b"}), ({}, set())]
)
def test_groups_are_texts(site: Trickster, provider: Provider, said: Any, groups: set[str]) -> None:
    token = signed(site.claims(NOW, nonce=NONCE, groups=said))
    assert id_token(provider, token, NONCE, "groups", NOW).groups == groups


def test_a_new_key_is_fetched_when_it_is_first_met_and_unknown_ones_once_a_minute(site: Trickster) -> None:
    seconds = [0.0]
    provider = site.provider(ticks=lambda: seconds[0])
    id_token(provider, signed(site.claims(NOW, nonce=NONCE)), NONCE, "groups", NOW)
    new = RSAKey.generate_key(2048, {"kid": "second"})
    token = signed(site.claims(NOW, nonce=NONCE), new, kid="second")
    for _ in range(5):
        assert refused(provider, token) == "kid"
    assert site.asked.count("/keys") == 1
    seconds[0] = 60
    site.keys.append(new.as_dict(private=False))
    assert id_token(provider, token, NONCE, "groups", NOW).username == "ada"
    assert site.asked.count("/keys") == 2
    for _ in range(5):
        assert refused(provider, signed(site.claims(NOW, nonce=NONCE), new, kid="third")) == "kid"
    assert site.asked.count("/keys") == 2


def test_a_key_taken_back_counts_no_more_after_ten_minutes(site: Trickster) -> None:
    seconds = [0.0]
    provider = site.provider(ticks=lambda: seconds[0])
    token = signed(site.claims(NOW, nonce=NONCE))
    id_token(provider, token, NONCE, "groups", NOW)
    site.keys = [EC.as_dict(private=False)]
    seconds[0] = 599
    id_token(provider, token, NONCE, "groups", NOW)
    seconds[0] = 600
    assert refused(provider, token) == "kid"


def test_a_silent_provider_is_let_rest_and_the_keys_at_hand_serve_for_a_day(site: Trickster) -> None:
    seconds = [0.0]
    provider = site.provider(ticks=lambda: seconds[0])
    token = signed(site.program(NOW))
    assert access_token(provider, token, AUDIENCE, NOW).client_id == "pager"
    site.bodies["/keys"] = (500, b"")
    seconds[0] = 601
    asked = len(site.asked)
    for _ in range(5):
        assert access_token(provider, token, AUDIENCE, NOW).client_id == "pager"
    assert site.asked[asked:] == ["/.well-known/openid-configuration", "/keys"]
    seconds[0] = 86_400
    with pytest.raises(Unreachable):
        access_token(provider, token, AUDIENCE, NOW)


@pytest.mark.parametrize(
    "body",
    [
        (500, b"{}"),
        (404, b"{}"),
        (302, b"{}"),
        (200, b"<html>please sign in</html>"),
        (200, b"[]"),
        (200, b'{"keys": {}}'),
        (200, b'{"keys": [], "keys": []}'),
        (200, b"\xff\xfe"),
        (200, b'{"keys": ["' + b"x" * 70_000 + b'"]}'),
    ],
)
def test_garbage_instead_of_keys_is_silence(site: Trickster, provider: Provider, body: tuple[int, bytes]) -> None:
    site.bodies["/keys"] = body
    with pytest.raises(Unreachable):
        id_token(provider, signed(site.claims(NOW, nonce=NONCE)), NONCE, "groups", NOW)


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
        {"authorization_endpoint": None},
        {"jwks_uri": "https://user:secret@host.example/keys"},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(
    site: Trickster, provider: Provider, said: dict[str, Any]
) -> None:
    site.discovery = said
    with pytest.raises(Unreachable, match="discovery"):
        provider.places.get()


def test_a_redirect_is_not_followed(site: Trickster, provider: Provider) -> None:
    asked = "/.well-known/openid-configuration"
    site.bodies[asked] = (302, b"{}")
    with pytest.raises(Unreachable, match="status"):
        provider.places.get()
    assert site.asked == [asked]


def test_a_slow_provider_is_given_up_on(site: Trickster) -> None:
    site.waits = 1.0
    with pytest.raises(Unreachable, match="no_answer"):
        site.provider(asker=Asker(seconds=0.2)).places.get()


def test_only_https_and_this_machine_are_asked() -> None:
    good = ("https://login.example", "https://[::1]/x", "http://127.0.0.1:9", "http://localhost/x", "http://[::1]:9")
    assert [url for url in good if not may_be_asked(url)] == []
    bad = ("http://login.example", "http://127.0.0.1.example", "ftp://127.0.0.1", "//127.0.0.1", "", "http://10.0.0.1")
    assert [url for url in (*bad, "https://a@login.example") if may_be_asked(url)] == []


def test_a_logout_token_says_which_session_ended(site: Trickster, provider: Provider) -> None:
    for typ in ("logout+jwt", "application/logout+jwt", "JWT", "LOGOUT+JWT"):
        said = logout_token(provider, signed(site.logout(NOW), typ=typ), NOW)
        assert (said.session, said.subject, said.id) == ("there-1", "CANARY-subject-1", "message-1")


@pytest.mark.parametrize(
    "said",
    [
        {"nonce": "CANARY-nonce"},
        {"events": None},
        {"events": {}},
        {"events": []},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": True}},
        {"sid": None, "sub": None},
        {"sid": 7},
        {"jti": None},
        {"iat": AT - 361},
        {"iat": AT + 61},
        {"exp": AT - 61},
        {"exp": None},
        {"iss": "https://other.example"},
        {"aud": "another-client"},
    ],
)
def test_a_logout_token_with_a_fault_is_refused(site: Trickster, provider: Provider, said: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        logout_token(provider, signed(site.logout(NOW, **said)), NOW)


def test_tokens_of_one_kind_do_not_pass_for_another(site: Trickster, provider: Provider) -> None:
    with pytest.raises(Untrusted, match="typ"):
        logout_token(provider, signed(site.logout(NOW), typ="at+jwt"), NOW)
    with pytest.raises(Untrusted):
        logout_token(provider, signed(site.claims(NOW)), NOW)
    with pytest.raises(Untrusted, match="typ"):
        access_token(provider, signed(site.program(NOW), typ="logout+jwt"), AUDIENCE, NOW)
    with pytest.raises(Untrusted):
        access_token(provider, signed(site.claims(NOW, nonce=NONCE)), AUDIENCE, NOW)
    assert refused(provider, signed(site.logout(NOW, sub="CANARY-subject-1"))) == "nonce"


@pytest.mark.parametrize(
    "said",
    [
        {"aud": "doseward"},
        {"iss": "https://other.example"},
        {"exp": AT + 3601},
        {"exp": AT - 61, "iat": AT - 600},
        {"iat": AT + 61},
        {"client_id": None},
        {"client_id": ["pager"]},
        {"nonce": "x"},
        {"auth_time": AT},
        {"events": {}},
    ],
)
def test_a_programs_token_with_a_fault_is_refused(site: Trickster, provider: Provider, said: dict[str, Any]) -> None:
    with pytest.raises(Untrusted):
        access_token(provider, signed(site.program(NOW, **said)), AUDIENCE, NOW)


def test_a_programs_scopes_are_read_as_either_kind_of_provider_writes_them(site: Trickster, provider: Provider) -> None:
    for said in (
        {"scope": "read evaluate"},
        {"scope": None, "scp": "read evaluate"},
        {"scope": None, "scp": ["read", "evaluate"]},
    ):
        token = signed(site.program(NOW, **said), typ="at+jwt")
        assert access_token(provider, token, AUDIENCE, NOW).scopes == {"read", "evaluate"}
    named = signed(site.program(NOW, client_id=None, azp="lab-engine"))
    assert access_token(provider, named, AUDIENCE, NOW).client_id == "lab-engine"
