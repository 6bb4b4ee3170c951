"""Which fixtures does every test have?"""

from tests.databases import (
    app_role,
    database_url,
    empty_database_url,
    empty_postgresql_url,
    empty_sqlite_url,
    postgresql_server,
    postgresql_template,
    postgresql_url,
    served_postgresql_url,
    served_url,
    sqlite_template,
    sqlite_url,
)

pytest_plugins = ["tests.leaks"]

__all__ = [
    "app_role",
    "database_url",
    "empty_database_url",
    "empty_postgresql_url",
    "empty_sqlite_url",
    "postgresql_server",
    "postgresql_template",
    "postgresql_url",
    "served_postgresql_url",
    "served_url",
    "sqlite_template",
    "sqlite_url",
]
