#!/bin/sh
# Make .venv and install one hashed lock into it: `scripts/setup.sh requirements.txt`.
# Called by the Makefile, which keeps the stamps. Needs a Python from 3.11 to 3.13 and nothing else; PYTHON=… names one.
set -eu

lock=$1
cd "$(dirname "$0")/.."
venv_python=.venv/bin/python
suits="import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"

say() { printf '%s\n' "$*" >&2; }

choose_python() {
    # By running it: a name on PATH can be a shim with nothing behind it.
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        if "$candidate" -c "$suits" >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    say "Kept needs Python 3.11, 3.12 or 3.13, and none was found${PYTHON:+ as $PYTHON}. Name one: make PYTHON=/path/to/python3.12 run"
    return 1
}

make_venv() {
    chosen=$(choose_python)
    say "Setting up .venv with $("$chosen" --version) ..."
    rm -rf .venv
    if "$chosen" -c 'import ensurepip' >/dev/null 2>&1; then
        "$chosen" -m venv .venv
    elif "$chosen" -m pip --version >/dev/null 2>&1; then
        # Some systems ship venv without ensurepip, but a pip of their own can fill the environment.
        "$chosen" -m venv --without-pip .venv
        "$chosen" -m pip --python $venv_python install -q pip
    else
        say "$chosen can make no virtual environment: install its venv package (on Debian and Ubuntu: apt install python3-venv)."
        return 1
    fi
}

install_with_uv() {
    # The lock of the tools pins uv too, so there is one place that says which.
    if ! $venv_python -m uv --version >/dev/null 2>&1; then
        awk '/^uv==/ {on=1; print; next} /^[^ ]/ {on=0} on' requirements-dev.txt > .venv/uv.txt
        $venv_python -m pip install -q --disable-pip-version-check --require-hashes -r .venv/uv.txt || return 1
    fi
    # uv brings certificates of its own; behind a proxy with its own the system's are needed.
    for certificates in --no-system-certs --system-certs; do
        if UV_PYTHON_DOWNLOADS=never $venv_python -m uv pip install -q "$certificates" \
            --python $venv_python --require-hashes -r "$lock" 2>.venv/uv.log; then
            return 0
        fi
    done
    return 1
}

if ! $venv_python -c "import pip; $suits" >/dev/null 2>&1; then
    make_venv
fi
say "Installing $lock ..."
if ! install_with_uv; then
    say "uv could not do it (.venv/uv.log says why); trying plain pip."
    $venv_python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"
fi
