#!/bin/sh
# The role the app serves with; the database image runs this once, when it makes its folder. `migrate` grants it its rights.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 --set password="$APP_PASSWORD" <<'SQL'
CREATE ROLE doseward_app LOGIN PASSWORD :'password';
SQL
