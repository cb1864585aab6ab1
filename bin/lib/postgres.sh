# shellcheck shell=bash
# A private PostgreSQL cluster: this clone's own, reachable by its unix socket only.

# The server refuses to run as root: there it runs as the user postgres (or nobody).
if ((EUID == 0)); then
    if id -u postgres >/dev/null 2>&1; then PG_OWNER=postgres; else PG_OWNER=nobody; fi
else
    PG_OWNER=$(id -un)
fi

# as_pg COMMAND...: run it as the owner of the cluster.
as_pg() {
    if ((EUID == 0)); then
        (cd / && exec setpriv --reuid="$PG_OWNER" --regid="$(id -gn "$PG_OWNER")" --clear-groups "$@")
    else
        "$@"
    fi
}

# The cluster is in .dev/pg; in /var/tmp when its owner may not enter .dev.
mkdir -p "$DEV" 2>/dev/null || true
if as_pg test -x "$DEV"; then PG_DATA=$DEV/pg; else PG_DATA=/var/tmp/odoo_recouvrement-$KEY; fi
PG_LOG=$PG_DATA/server.log
export PGHOST=/tmp/recouvrement-$KEY  # a socket's path must stay under 100 characters
export PGPORT=54319 PGUSER=odoo PGDATABASE=postgres
unset PGPASSWORD PGSERVICE PGOPTIONS PGHOSTADDR

# pg_bin: the folder of the server's programs; of the cluster's own version, once it exists.
pg_bin() {
    local version='*' found
    [[ -f $PG_DATA/PG_VERSION ]] && version=$(<"$PG_DATA/PG_VERSION")
    # shellcheck disable=SC2086
    found=$(printf '%s\n' /usr/lib/postgresql/$version/bin/postgres | sort -V | tail -1)
    if [[ -x $found ]]; then dirname "$found"; return; fi
    found=$(command -v postgres) && [[ $version == '*' || $("$found" --version) == *" $version."* ]] && dirname "$found"
}

pg_answers() { [[ -f $PG_DATA/postmaster.pid ]] && psql -Xqc 'SELECT 1' >/dev/null 2>&1; }

pg_configuration() {
    cat <<CONF
listen_addresses = ''
unix_socket_directories = '$PGHOST'
port = $PGPORT
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
checkpoint_timeout = 30min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
# fsync, full_page_writes and synchronous_commit stay on: a kill -9 loses nothing.
CONF
}

pg_create() {
    step "creating the PostgreSQL cluster in $PG_DATA"
    rm -rf "$PG_DATA"
    mkdir -p "$PG_DATA"
    chown "$PG_OWNER" "$PG_DATA"
    chmod 700 "$PG_DATA"
    local log=$DEV/initdb.log
    as_pg "$(pg_bin)/initdb" --pgdata="$PG_DATA" --username=odoo_admin --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 >"$log" 2>&1 ||
        { rm -rf "$PG_DATA"; die "initdb failed: $(tail -1 "$log")" "see $log"; }
    pg_configuration >>"$PG_DATA/postgresql.conf"
}

# pg_processes FOLDER: the living processes of a server; each works in its data folder.
pg_processes() {
    { find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -printf '%h\t%l\n' 2>/dev/null || true; } |
        awk -F'\t' -v folder="$1" '$2 == folder { sub("/proc/", "", $1); print $1 }'
}

# pg_settle: wait for a server that starts or dies, and clear what a dead one left.
pg_settle() {
    local orphans
    mapfile -t orphans < <(pg_processes "$PG_DATA (deleted)")
    if ((${#orphans[@]})); then
        step "stopping the PostgreSQL server of a deleted folder"
        kill -QUIT "${orphans[@]}" 2>/dev/null || true
    fi
    for _ in {1..150}; do
        if pg_answers; then return; fi
        if [[ -z $(pg_processes "$PG_DATA")$(pg_processes "$PG_DATA (deleted)") ]]; then
            rm -f "$PG_DATA/postmaster.pid" "$PGHOST"/.s.PGSQL.*
            return
        fi
        sleep 0.2
    done
    die "a PostgreSQL server in $PG_DATA does not answer" "kill -INT $(head -1 "$PG_DATA/postmaster.pid")"
}

# pg_start: bring our server up, whatever state the last one left behind.
pg_start() {
    if pg_answers; then return; fi
    pg_settle
    if pg_answers; then return; fi
    if [[ -f $PG_DATA/PG_VERSION ]]; then
        pg_bin >/dev/null || die "the cluster in $PG_DATA was made by PostgreSQL $(<"$PG_DATA/PG_VERSION"), which is gone" \
            "install postgresql-$(<"$PG_DATA/PG_VERSION"), or delete that folder: it holds test and demo databases only"
    else
        pg_create
    fi
    (umask 077 && mkdir -p "$PGHOST") && chown "$PG_OWNER" "$PGHOST" 2>/dev/null && [[ $(stat -c %U "$PGHOST") == "$PG_OWNER" ]] ||
        die "$PGHOST belongs to another user" "delete it, then run this again"
    step "starting PostgreSQL (socket in $PGHOST)"
    as_pg "$(pg_bin)/pg_ctl" start --wait --silent --pgdata="$PG_DATA" --log="$PG_LOG" >/dev/null 2>&1 9>&- ||
        die "PostgreSQL does not start: $(grep -E 'FATAL|PANIC' "$PG_LOG" | tail -1)" \
            "see $PG_LOG; or delete $PG_DATA: it holds test and demo databases only"
    psql -XqU odoo_admin -tc "SELECT 1 FROM pg_roles WHERE rolname = 'odoo'" | grep -q 1 ||
        psql -XqU odoo_admin -c 'CREATE ROLE odoo LOGIN CREATEDB'
}

# pg_stop: stop our server, if it runs.
pg_stop() {
    [[ -f $PG_DATA/postmaster.pid ]] || return 0
    step "stopping PostgreSQL"
    as_pg "$(pg_bin)/pg_ctl" stop --mode=fast --silent --pgdata="$PG_DATA" >/dev/null 2>&1 || true
    rmdir "$PGHOST" 2>/dev/null || true
}
