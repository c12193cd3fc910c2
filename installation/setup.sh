# What start.sh and tests/run.sh share: Debian packages and the Python environment, each put in place once.
# Sourced from the project's folder.

say() { printf '%s\n' "$*" >&2; }

# debian PACKAGE…: install those that are missing; no network where none is. `a|b` takes whichever the release has.
debian() {
    local wanted choice missing=() names=()
    for wanted in "$@"; do
        for choice in ${wanted//|/ }; do
            [ "$(dpkg-query -W -f='${db:Status-Status}' "$choice" 2>/dev/null)" = installed ] && continue 2
        done
        missing+=("$wanted")
    done
    [ ${#missing[@]} -eq 0 ] && return
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { say "Please have the administrator install: ${missing[*]}"; return 1; }
        root=(sudo)
    fi
    say "Installing from Debian, once: ${missing[*]}"
    "${root[@]}" apt-get update -qq
    for wanted in "${missing[@]}"; do
        for choice in ${wanted//|/ }; do
            apt-cache show "$choice" >/dev/null 2>&1 && break
        done
        names+=("$choice")
    done
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${names[@]}" >/dev/null
}

# environment NAME FILE: have .venv hold exactly what FILE pins, and the command `installation`.
environment() {
    # the tests' libraries hold the player's, in the same versions
    holds tests tests/requirements.txt || holds "$1" "$2" && return
    say "Installing the Python libraries ($1), once; this takes a minute or two."
    local python=/usr/bin/python3
    [ -x "$python" ] || python=python3
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --use-pep517 --require-hashes -r "$2"
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
    cat "$2" pyproject.toml | cksum >".venv/$1.installed"
}

# holds NAME FILE: whether .venv was made from FILE as it is now.
holds() {
    [ -e ".venv/$1.installed" ] && [ "$(cat "$2" pyproject.toml | cksum)" = "$(cat ".venv/$1.installed")" ]
}
