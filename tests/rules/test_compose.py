"""Would `docker compose up` start this program, closed to the ward network but for the proxy? Read as text."""

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from app.api.waiting import LONGEST
from tests.rules.source import ROOT

COMPOSE = ROOT / "docker-compose.yml"
NGINX = ROOT / "deploy" / "nginx.conf"
APPS = ("migrate", "app-1", "app-2")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    document: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())
    return document["services"]


@pytest.fixture(scope="module")
def proxy() -> str:
    return re.sub(r"#.*", "", NGINX.read_text())


def test_every_variable_is_a_setting() -> None:
    fields = set(pytest.importorskip("app.settings").Settings.model_fields)
    named = set(
        re.findall(r"\bDOSEWARD_([A-Z_]+)\b", COMPOSE.read_text() + (ROOT / "deploy" / "prepare.sh").read_text())
    )
    assert {variable for variable in named if variable.lower() not in fields} == set()


def test_every_command_is_one_the_program_has(services: dict[str, Any]) -> None:
    pytest.importorskip("app.cli")
    for command in {services[app]["command"][0] for app in APPS}:
        call = [sys.executable, "-c", "from app.cli import main; main()", command, "--help"]
        assert subprocess.run(call, cwd=ROOT, capture_output=True, check=False).returncode == 0, command


def test_two_replicas_wait_for_one_migration(services: dict[str, Any]) -> None:
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["migrate"]["restart"] == "no"
    for replica in ("app-1", "app-2"):
        assert services[replica]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


@pytest.mark.parametrize("app", APPS)
def test_the_app_runs_with_nothing_it_does_not_need(app: str, services: dict[str, Any]) -> None:
    service = services[app]
    assert service["user"].split(":")[0] not in {"", "0", "root"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [mount.split(":")[0] for mount in service["tmpfs"]] == ["/tmp"]  # noqa: S108 - the path inside the container
    assert service["init"] is True
    assert service["mem_limit"]
    assert service["pids_limit"]


def test_only_the_proxy_faces_the_network(services: dict[str, Any]) -> None:
    assert [service for service, settings in services.items() if "ports" in settings] == ["proxy"]
    assert services["database"]["networks"] == ["back"]
    assert yaml.safe_load(COMPOSE.read_text())["networks"]["back"]["internal"] is True


def test_the_app_believes_the_proxy_and_nobody_else(services: dict[str, Any]) -> None:
    address = services["proxy"]["networks"]["front"]["ipv4_address"]
    for app in APPS:
        assert services[app]["environment"]["DOSEWARD_FORWARDED_ALLOW_IPS"] == address


def test_no_image_is_the_latest(services: dict[str, Any]) -> None:
    images = {service["image"] for service in services.values()}
    images |= set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert {image for image in images if not re.search(r":[\w.\-]*\d", image) or image.endswith(":latest")} == set()


@pytest.mark.hazard("HZ-15")
def test_the_app_serves_with_a_role_that_owns_no_table(services: dict[str, Any]) -> None:
    def role(service: str) -> str:
        return str(services[service]["environment"]["DOSEWARD_DATABASE_URL"]).split(":")[1].removeprefix("//")

    assert role("migrate") == services["database"]["environment"]["POSTGRES_USER"]
    assert role("app-1") == role("app-2") == services["migrate"]["environment"]["DOSEWARD_APP_ROLE"] != role("migrate")
    script = ROOT / "deploy" / "roles.sh"
    assert f"CREATE ROLE {role('app-1')} LOGIN PASSWORD" in script.read_text()
    assert "./deploy/roles.sh:/docker-entrypoint-initdb.d/roles.sh:ro" in services["database"]["volumes"]


def test_every_variable_without_a_default_is_prepared() -> None:
    needed = set(re.findall(r"\$\{(\w+):\?", COMPOSE.read_text()))
    assert {name for name in needed if f"{name}=%s" not in (ROOT / "deploy" / "prepare.sh").read_text()} == set()


def test_no_secret_stands_in_the_file() -> None:
    secrets = re.findall(r"(?:PASSWORD|AUDIT_KEY): (.*)", COMPOSE.read_text())
    assert secrets
    assert [secret for secret in secrets if not secret.startswith("${")] == []


@pytest.mark.parametrize(
    "directive",
    [
        "client_header_timeout 10s;",
        "client_body_timeout 15s;",
        "client_max_body_size 1m;",
        "limit_conn_zone $binary_remote_addr zone=per_address:1m;",
        "limit_conn per_address 64;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header X-Forwarded-Host $http_host;",
        'proxy_set_header Forwarded "";',
    ],
)
def test_the_proxy_holds_its_limits(directive: str, proxy: str) -> None:
    assert directive in proxy


def test_the_proxy_offers_tls_1_2_and_1_3_alone(proxy: str) -> None:
    assert re.findall(r"ssl_protocols ([^;]*);", proxy) == ["TLSv1.2 TLSv1.3"]
    assert {address for address in re.findall(r"listen ([^;]*);", proxy) if " ssl" not in address} == set()


def test_what_a_client_claims_about_itself_is_never_passed_on(proxy: str) -> None:
    assert "$proxy_add_x_forwarded_for" not in proxy
    assert "$http_x_forwarded" not in proxy


def test_the_proxy_never_repeats_a_write_at_the_other_replica(proxy: str) -> None:
    assert "non_idempotent" not in proxy


def test_headers_set_once_hold_everywhere(proxy: str) -> None:
    """In nginx a proxy_set_header inside a location drops every one inherited from above."""
    locations = re.findall(r"location [^{]+\{([^}]*)\}", proxy)
    assert locations
    assert [location for location in locations if "proxy_set_header" in location] == []


def test_live_feeds_pass_unbuffered(proxy: str) -> None:
    feed = re.search(r"location ~ /stream\$ \{([^}]*)\}", proxy)
    assert feed
    assert "proxy_buffering off;" in feed[1]


def test_the_proxy_is_more_patient_than_whoever_waits_for_an_alert(proxy: str) -> None:
    assert all(int(seconds) > LONGEST for seconds in re.findall(r"proxy_read_timeout (\d+)s", proxy))


def test_both_replicas_are_behind_the_proxy(proxy: str, services: dict[str, Any]) -> None:
    port = services["app-1"]["environment"]["DOSEWARD_PORT"]
    assert re.findall(r"server (app-\d:\d+)", proxy) == [f"app-1:{port}", f"app-2:{port}"]
