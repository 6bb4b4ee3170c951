"""Do the settings of a sign-on provider make one, or a sentence that says what is missing?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from app.cli import cli
from app.domain.errors import StartRefused
from app.main import provider_of
from app.settings import Settings
from tests.sign_on import CLIENT, ROLES, SECRET, Trickster, trickster

WHOLE: dict[str, Any] = {
    "oidc_issuer": "https://login.example",
    "oidc_client_id": CLIENT,
    "oidc_client_secret": SecretStr(SECRET),
    "oidc_roles": ROLES,
    "public_origin": "https://ward.example/",
}


def provider(**other: Any) -> Any:
    return provider_of(Settings(**(WHOLE | other)))


def test_without_an_issuer_there_is_no_provider() -> None:
    assert provider_of(Settings()) is None


def test_the_settings_make_a_provider_and_the_address_to_register() -> None:
    made = provider(oidc_audience="api")
    assert made.back == "https://ward.example/sign-in/provider/return"
    assert (made.groups_claim, made.audience, made.provider.issuer) == ("groups", "api", "https://login.example")
    assert SECRET not in repr(made)


def test_the_roles_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "roles.toml"
    file.write_text(ROLES)
    assert provider(oidc_roles=str(file)).roles == provider().roles
    with pytest.raises(StartRefused, match="DOSEWARD_OIDC_ROLES names a file"):
        provider(oidc_roles=str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    "said,why",
    [
        ({"oidc_issuer": "http://login.example"}, "https"),
        ({"oidc_issuer": "login.example"}, "https"),
        ({"oidc_issuer": None}, "DOSEWARD_OIDC_ISSUER is missing"),
        ({"oidc_client_id": None}, "DOSEWARD_OIDC_CLIENT_ID"),
        ({"oidc_roles": None}, "DOSEWARD_OIDC_ROLES"),
        ({"public_origin": None}, "DOSEWARD_PUBLIC_ORIGIN"),
        ({"oidc_audience": CLIENT}, "DOSEWARD_OIDC_AUDIENCE"),
        ({"oidc_roles": "x = 1"}, "DOSEWARD_OIDC_ROLES"),
    ],
)
def test_settings_that_make_no_provider_stop_the_start(said: dict[str, Any], why: str) -> None:
    with pytest.raises(StartRefused, match=why) as refusal:
        provider(**said)
    assert SECRET not in refusal.value.sentence


@pytest.fixture
def site(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trickster]:
    with trickster() as made:
        said = WHOLE | {"oidc_issuer": made.issuer, "oidc_client_secret": SECRET, "database_url": sqlite_url}
        for name, value in said.items():
            monkeypatch.setenv(f"DOSEWARD_{name.upper()}", value)
        yield made


def test_the_command_tries_the_provider_and_names_wards_there_are_not(site: Trickster) -> None:
    done = CliRunner().invoke(cli, ["sign-on", "check"])
    assert "signs with 2 keys we can use" in done.output
    assert "Register this address there: https://ward.example/sign-in/provider/return" in done.output
    assert isinstance(done.exception, StartRefused)
    assert done.exception.sentence == "There is no ward with this name: CANARY-WARD."


def test_the_command_is_content_where_every_group_leads_to_a_ward(
    site: Trickster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOSEWARD_OIDC_ROLES", '{"auditors": "auditor on *"}')
    done = CliRunner().invoke(cli, ["sign-on", "check"])
    assert (done.exit_code, done.exception) == (0, None)
    assert "auditors: auditor on *" in done.output
    assert SECRET not in done.output


def test_the_command_says_that_a_provider_is_silent(site: Trickster) -> None:
    site.bodies["/keys"] = (500, b"")
    done = CliRunner().invoke(cli, ["sign-on", "check"])
    assert isinstance(done.exception, StartRefused)
    assert done.exception.code == "provider_silent"
