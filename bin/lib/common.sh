# shellcheck shell=bash
# Where things are, how scripts talk, and the few functions everything else uses.

shopt -s inherit_errexit              # a failure inside $(...) is a failure

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
DEV=$ROOT/.dev                        # everything we download or build; never committed
# shellcheck disable=SC2034
KEY=$(printf %s "$ROOT" | sha256sum | cut -c1-8)   # names what must live outside .dev
VENV=$DEV/venv
PY=$VENV/bin/python
export RECOUVREMENT_T0=${RECOUVREMENT_T0:-$EPOCHSECONDS}
export LANG=${LANG:-C.UTF-8}

# step TEXT: one progress line, with the time since the first script started.
step() { printf '[%4ds] %s\n' "$((EPOCHSECONDS - RECOUVREMENT_T0))" "$*" >&2; }

# die WHAT [REMEDY]: say what is wrong and what to do about it, then stop.
die() {
    printf 'error: %s\n' "$1" >&2
    if [[ -n ${2-} ]]; then printf '  fix: %s\n' "$2" >&2; fi
    exit 1
}

# have COMMAND: is this command in PATH?
have() { command -v "$1" >/dev/null 2>&1; }

# at_exit COMMAND...: run it when the script ends, last added first.
AT_EXIT=()
at_exit() { AT_EXIT=("$(printf '%q ' "$@")" "${AT_EXIT[@]}"); }
_run_at_exit() {
    local code=$? command
    if [[ -n $CHILD ]]; then kill "$CHILD" 2>/dev/null && wait "$CHILD" || true; fi
    for command in "${AT_EXIT[@]}"; do eval "$command" || true; done
    return "$code"
}
trap _run_at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# run_child COMMAND...: run it and wait; a signal to this script ends it at once (bash alone would wait).
CHILD=
run_child() {
    local code=0
    "$@" &
    CHILD=$!
    wait "$CHILD" || code=$?
    CHILD=
    return "$code"
}

# with_me COMMAND...: become a command that ends when this script does, even by kill -9.
with_me() { exec setpriv --pdeathsig TERM "$@"; }

# need_space FOLDER GIGABYTES WHAT: stop early rather than fill the disk.
need_space() {
    local free_kb
    free_kb=$(df -Pk "$1" | awk 'NR == 2 { print $4 }')
    ((free_kb >= $2 * 1024 * 1024)) ||
        die "$3 needs $2 GB of free disk in $1, only $((free_kb / 1024)) MB are left" \
            "free some space, then run this again"
}

# free_port [FIRST]: the first port free on 127.0.0.1 from FIRST on; any, without FIRST.
free_port() {
    "$PY" - "${1:-0}" <<'PYTHON'
import socket, sys

port = int(sys.argv[1])
while True:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            port += 1
            continue
        print(probe.getsockname()[1])
        break
PYTHON
}

# locked COMMAND...: run it while no other script of this clone sets anything up.
# (Long-lived children must be started with 9>&-, or they would keep the lock.)
locked() {
    mkdir -p "$DEV" 2>/dev/null && [[ -w $DEV ]] ||
        die "cannot write in $DEV" "run as the owner of this folder, or delete .dev"
    (
        flock -n 9 || { step "another script is setting up; waiting for it" && flock 9; }
        "$@"
    ) 9>"$DEV/lock"
}

# find_browser: prints the path of a Chromium of this machine.
find_browser() {
    local name
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    die "no Chromium" "sudo apt-get install chromium"
}
