# What ./run and ./test share: one virtual environment, brought up to date only
# when a lock file changed. Sourced with the repository as working directory.

venv=${PORTAL_VENV:-$PWD/.venv}
python=$venv/bin/python

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$(basename "$0"): $*"
    exit 1
}

# Installs Debian packages as root; anyone else is told the exact line to type.
need_packages() {
    local line="apt-get install -y --no-install-recommends $*"
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        die "missing: $*. Install with: sudo $line"
    fi
    say "Installing $* (this can take a minute) ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >&2 </dev/null && $line -q >&2 </dev/null ||
        die "could not install with: $line"
}

make_venv() {
    local base=${PORTAL_PYTHON:-python3}
    "$base" -c 'import ensurepip, venv' 2>/dev/null || need_packages python3 python3-venv
    "$base" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        die "needs Python 3.11 or newer; name one with PORTAL_PYTHON"
    say "Making the virtual environment in $venv ..."
    "$base" -m venv "$venv" || die "could not make $venv"
}

# use_lock LOCK [SUPERSET...]: installs LOCK unless it, or a lock that holds all of
# it, is what was installed last. The marker is a copy of the lock itself.
use_lock() {
    local lock=$1 candidate log
    "$python" -c '' 2>/dev/null || make_venv
    for candidate in "$@"; do
        cmp -s "$candidate" "$venv/installed.lock" && return
    done
    say "Installing Python packages from $lock (about half a minute) ..."
    rm -f "$venv/installed.lock"
    log=$venv/install.log
    if ! "$python" -m pip install --disable-pip-version-check --no-input \
        --require-hashes -r "$lock" >"$log" 2>&1; then
        cat "$log" >&2
        die "could not install $lock: see the lines above"
    fi
    say "Installed."
    cp "$lock" "$venv/installed.lock"
}

# Compiles the gettext catalogues that are newer than their compiled form.
compile_translations() {
    local po
    for po in portal/translations/*/LC_MESSAGES/*.po; do
        if [ -f "$po" ] && ! [ "${po%.po}.mo" -nt "$po" ]; then
            say "Compiling $po ..."
            "$python" -m babel.messages.frontend --quiet \
                compile -i "$po" -o "${po%.po}.mo" >&2 || die "cannot compile $po"
        fi
    done
}
