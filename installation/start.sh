#!/usr/bin/env bash
# Installs what is missing, sees to it that there is footage, and starts the installation: `installation start "$@"`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. installation/setup.sh

debian libmpv2 python3-venv ca-certificates tzdata fontconfig fonts-noto-cjk libgl1 'libglib2.0-0t64|libglib2.0-0'
environment player installation/requirements.txt

case " $* " in
*" --help "* | *" --config"*) ;; # a kiosk with its own configuration has its own archive
*)
    clips=(-iname '*.mp4' -o -iname '*.mov' -o -iname '*.m4v' -o -iname '*.mkv' -o -iname '*.webm' -o -iname '*.avi'
        -o -iname '*.mpg' -o -iname '*.mpeg' -o -iname '*.ts' -o -iname '*.mts' -o -iname '*.m2ts' -o -iname '*.vob')
    if [ -z "$(find -L footage \( "${clips[@]}" \) -print -quit)" ]; then
        say "The archive is empty. Rendering three clips that stand in for the artist's footage."
        .venv/bin/installation footage stand-in
    fi
    ;;
esac

exec .venv/bin/installation start "$@"
