#!/bin/sh
# Build the virtual environment from the hashed requirements, with the project in it, editable: `make setup`.
set -eu
venv=${1:?the folder of the virtual environment}
here=$(dirname "$0")

suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$candidate" >/dev/null 2>&1 && suits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    echo "Homeward needs Python 3.11, 3.12, 3.13 or 3.14, and found none of them${PYTHON:+ under PYTHON=$PYTHON}." >&2
    return 1
}

if ! { [ -x "$venv/bin/python" ] && suits "$venv/bin/python"; }; then
    python=$(find_python)
    # Debian keeps ensurepip, without which a virtual environment has no pip, in a package of its own.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        sh "$here/apt.sh" "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    "$python" -m venv --clear "$venv"
fi
echo "Setting up $venv (the first time takes a few minutes)"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
