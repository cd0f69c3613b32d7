#!/bin/sh
# Makes sure that the system libraries that OpenCV loads are there (Debian and Ubuntu).
# Elsewhere, and where they are there already, it does nothing.
set -eu
[ "$(uname -s)" = Linux ] || exit 0
find_library() { { /sbin/ldconfig -p 2>/dev/null || ldconfig -p 2>/dev/null || true; } | grep -q "$1"; }
missing=
find_library 'libGL\.so\.1' || missing="$missing libgl1"
find_library 'libglib-2\.0\.so\.0' || missing="$missing libglib2.0-0"
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "OpenCV needs libGL.so.1 and libglib-2.0.so.0: install them with your package manager." >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then run=
elif command -v sudo >/dev/null; then run=sudo
else
    echo "OpenCV needs$missing. To mend it, as root: apt-get install$missing" >&2
    exit 5
fi
echo "Installing for OpenCV:$missing"
$run apt-get update -qq
# shellcheck disable=SC2086  # a list of words
$run apt-get install -y -qq $missing >/dev/null
