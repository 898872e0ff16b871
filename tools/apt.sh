#!/bin/sh
# Install packages of Debian or Ubuntu where that needs no question; otherwise say the exact command, and fail.
set -eu

if ! command -v apt-get >/dev/null 2>&1; then
    echo "This machine has no apt-get. Please install, by its own means: $*" >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "Something is missing that only an administrator may install. Please run:" >&2
    echo "    sudo apt-get update && sudo apt-get install --yes --no-install-recommends $*" >&2
    exit 1
fi
echo "Installing with apt-get: $*"
$as_root apt-get update --quiet
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "$@"
