#!/bin/sh
# Make sure that a PostgreSQL server can be started for the tests: `make postgres`.
set -eu

if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; then
    exit 0
fi
sh "$(dirname "$0")/apt.sh" postgresql
