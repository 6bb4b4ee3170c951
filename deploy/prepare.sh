#!/bin/sh
# What must exist before `docker compose up`? Secrets in .env and a certificate in deploy/tls. Overwrites neither.
set -eu
cd "$(dirname "$0")/.."
umask 077

if [ -e .env ]; then
    echo ".env is there already; left as it is"
else
    printf 'POSTGRES_PASSWORD=%s\nAPP_PASSWORD=%s\nDOSEWARD_AUDIT_KEY=%s\nPUBLIC_ORIGIN=%s\n' \
        "$(openssl rand -hex 24)" "$(openssl rand -hex 24)" "$(openssl rand -hex 32)" "https://${1:-localhost}" >.env
    echo "wrote .env: keep a copy of DOSEWARD_AUDIT_KEY elsewhere, the audit chain cannot be verified without it"
fi

if [ -e deploy/tls/server.key ]; then
    echo "deploy/tls has a certificate already; left as it is"
else
    mkdir -p deploy/tls
    openssl req -x509 -newkey rsa:3072 -nodes -days 30 -subj "/CN=${1:-localhost}" \
        -addext "subjectAltName=DNS:${1:-localhost}" \
        -keyout deploy/tls/server.key -out deploy/tls/server.crt 2>/dev/null
    echo "wrote a self-signed certificate for 30 days into deploy/tls: for trying out, not for patients"
fi
