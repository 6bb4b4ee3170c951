#!/bin/sh
# Which exact files may be installed? Writes both requirements files from pyproject.toml; they name no host and no path.
set -eu
upgrade=${1:+--upgrade}

# shellcheck disable=SC2086 # an empty $upgrade must vanish
compile() {
    .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $upgrade "$@"
}

echo "Resolving"
compile --extra build --output-file requirements.txt
compile --extra build --extra dev --constraint requirements.txt --output-file requirements-dev.txt
