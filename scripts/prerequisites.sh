#!/bin/sh
# Is there a Python that can make a virtual environment? Names what is missing and the command that adds it.
set -eu
python=$1

refuse() {
    printf '%s\n  Debian or Ubuntu:  %s\n' "$1" "$2" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    refuse "Doseward needs Python 3.11 or newer, and there is no $python here." \
        "apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    refuse "Doseward needs Python 3.11 or newer; $python is $("$python" -V 2>&1)." \
        "apt-get install python3.11 python3.11-venv, then make PYTHON=python3.11 ..."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    refuse "Doseward needs Python's venv module, and $python has none." \
        "apt-get install python3-venv"
