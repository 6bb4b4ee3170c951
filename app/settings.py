"""What can a site set, and to what?

Read from the environment (prefix `DOSEWARD_`) or a secrets folder; only main, cli and alembic/env.py look here.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting with its default; docs/settings.md lists them for an operator."""

    model_config = SettingsConfigDict(env_prefix="DOSEWARD_", extra="forbid", frozen=True)

    database_url: str = Field("sqlite:///doseward.db", description="SQLite file or postgresql:// address.")
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the server listens on.")
    audit_key: SecretStr = Field(SecretStr(""), description="Key of the audit chain; keep it outside the database.")
    public_origin: str | None = Field(None, description="Address people type, when a proxy stands in front.")
    forwarded_allow_ips: str = Field("127.0.0.1", description="Proxies whose X-Forwarded headers count.")
    secure_cookies: bool = Field(False, description="Send cookies over https only.")
    protocols: Path | None = Field(None, description="Folder of the site's own protocols, one TOML file each.")
    demo: bool = Field(False, description="Serve demonstration data; refuses a database that holds anything else.")
    demo_speed: int = Field(1, ge=0, le=3600, description="Demo minutes that pass per minute; 0 stands still.")
