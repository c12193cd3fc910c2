#!/usr/bin/env bash
# Installs what the tests need and runs them all; arguments go to pytest: `bash tests/run.sh -k glass`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. installation/setup.sh

debian libmpv2 python3-venv ca-certificates tzdata fontconfig fonts-noto-cjk libgl1 'libglib2.0-0t64|libglib2.0-0' \
    ffmpeg mpv procps faketime \
    xvfb xserver-xorg-core xserver-xorg-video-dummy x11-xserver-utils sway cage xwayland grim
environment tests tests/requirements.txt

# three at a time, for many wait more than they work; what is timed on a screen comes one after the other (tests/conftest.py)
exec .venv/bin/python -m pytest -n 3 --dist loadgroup "$@"
