"""What can a site set, and to what?

Read from the environment (prefix `DOSEWARD_`), then from the secrets folder, which holds one file per setting under the
name of its variable; only main, cli and alembic/env.py look here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

SECRETS = Path("/run/secrets")
"""Where containers are given theirs."""


class Settings(BaseSettings):
    """Every setting with its default; docs/settings.md lists them for an operator."""

    model_config = SettingsConfigDict(env_prefix="DOSEWARD_", extra="forbid", frozen=True)

    database_url: str = Field("sqlite:///doseward.db", description="SQLite file or postgresql:// address.")
    host: str = Field("127.0.0.1", min_length=1, description="Address the server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the server listens on.")
    audit_key: SecretStr = Field(SecretStr(""), description="Key of the audit chain; keep it outside the database.")
    public_origin: str | None = Field(None, description="Address people type, when a proxy stands in front.")
    forwarded_allow_ips: str = Field("127.0.0.1", description="Proxies whose X-Forwarded headers count.")
    secure_cookies: bool = Field(False, description="Send cookies over https only.")
    protocols: Path | None = Field(None, description="Folder of the site's own protocols, one TOML file each.")
    sheets: Path | None = Field(None, description="Folder where the last state of every patient is kept as pages.")
    sheets_language: Literal["en", "es"] = Field("en", description="Language those pages are written in.")
    demo: bool = Field(False, description="Serve demonstration data; refuses a database that holds anything else.")
    demo_speed: int = Field(1, ge=0, le=3600, description="Demo minutes that pass per minute; 0 stands still.")
    oidc_issuer: str | None = Field(None, description="Address of the hospital's OpenID Connect provider, https only.")
    oidc_client_id: str | None = Field(None, description="What the provider calls this program.")
    oidc_client_secret: SecretStr | None = Field(None, description="This program's secret at the provider.")
    oidc_groups_claim: str = Field("groups", description="Claim of the ID token that lists somebody's groups.")
    oidc_roles: str | None = Field(None, description="TOML or JSON, or a file of it: group = role on ward.")
    oidc_audience: str | None = Field(None, description="Audience of the provider's tokens for programs.")
    webhook_origins: str = Field("", description="Exact https origins alerts may be pushed to; blanks between them.")
    webhook_networks: str = Field("", description="Networks inside the house they may lie in, such as 10.20.0.0/16.")
    app_role: str | None = Field(None, description="PostgreSQL role that serves; `migrate` grants it what it needs.")
    secrets_dir: Path = Field(SECRETS, description="Folder of files named as these variables, for what is secret.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes them by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given first, then the environment, then the folder of secrets where there is one."""
        folder = Path(os.environ.get("DOSEWARD_SECRETS_DIR", SECRETS))
        files = (SecretsSettingsSource(settings_cls, folder),) if folder.is_dir() else ()
        return (init_settings, env_settings, *files)
