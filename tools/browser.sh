#!/bin/sh
# Make sure that there is a browser for the tests that look at the report: `make browser`.
set -eu

for browser in chromium chromium-browser google-chrome; do
    if command -v "$browser" >/dev/null 2>&1; then
        exit 0
    fi
done
# Ubuntu has the browser under another name. A browser without any font draws pages without text.
package=chromium
if grep -qs '^ID=ubuntu' /etc/os-release; then
    package=chromium-browser
fi
sh "$(dirname "$0")/apt.sh" "$package" fonts-dejavu-core
