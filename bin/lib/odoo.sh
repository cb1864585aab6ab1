# shellcheck shell=bash
# Odoo and its databases. Sourcing this file gives every function of bin/lib.

LIB=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=bin/lib/common.sh
source "$LIB/common.sh"
# shellcheck source=bin/lib/postgres.sh
source "$LIB/postgres.sh"
# shellcheck source=bin/lib/setup.sh
source "$LIB/setup.sh"

TEMPLATE_MODULES=account,account_payment,l10n_fr_account,mail,portal,sms
TEMPLATE_LANGUAGES=fr_FR,en_US        # the first is the default of new users and partners
DATA_DIR=$DEV/data
export ODOO_RC=$DEV/odoo.conf

# ensure_env: everything bin/setup promises; nothing to do costs a fraction of a second.
ensure_env() { locked _ensure_env; }
_ensure_env() {
    setup_packages
    setup_venv
    setup_odoo
    write_odoo_conf
    pg_start
    setup_template
}

# Debian keeps every addon in odoo/addons; a source checkout keeps most in addons.
ODOO_ADDONS=$ODOO_HOME/odoo/addons
[[ ! -d $ODOO_HOME/addons/account/views ]] || ODOO_ADDONS+=,$ODOO_HOME/addons

# ensure_python: only the virtual environment, for what needs no Odoo and no database.
ensure_python() { locked setup_venv; }

write_odoo_conf() {
    cat >"$ODOO_RC.part" <<CONF
[options]
addons_path = $ODOO_ADDONS,$ROOT
data_dir = $DATA_DIR
db_host = $PGHOST
db_port = $PGPORT
db_user = $PGUSER
http_interface = 127.0.0.1
list_db = False
unaccent = False
max_cron_threads = 1
CONF
    mv "$ODOO_RC.part" "$ODOO_RC"
}

# odoo_cmd ARGUMENTS...: Odoo's command line, with our configuration; logs go to stderr.
odoo_cmd() { "$PY" -m odoo "$@"; }

# --- databases ---------------------------------------------------------------

# template_name: the template database for this Odoo, these modules and these requirements.
template_name() {
    local version
    version=$(cat "$ODOO_HOME/odoo/release.py" "$ODOO_HOME"/odoo-*.egg-info/PKG-INFO 2>/dev/null | sha256sum)
    printf 'template_%s' "$(echo "$ODOO_HOME $version $TEMPLATE_MODULES $TEMPLATE_LANGUAGES $(requirements_key)" | sha256sum | cut -c1-12)"
}

# db_exists NAME
db_exists() { psql -Xqtc "SELECT 1 FROM pg_database WHERE datname = '$1'" | grep -q 1; }

# db_create_from_template NAME [TEMPLATE]: a new database, with its files, in a second or two.
db_create_from_template() {
    local template=${2:-$(template_name)}
    need_space "$DEV" 1 "a new database"
    createdb --template="$template" "$1" || die "cannot create the database $1" "bin/db drop $1"
    rm -rf "$DATA_DIR/filestore/$1"
    mkdir -p "$DATA_DIR/filestore/$1"
    # Hard links: Odoo names its files by their content and never changes one in place.
    [[ ! -d $DATA_DIR/filestore/$template ]] ||
        cp -al "$DATA_DIR/filestore/$template/." "$DATA_DIR/filestore/$1"
}

# db_list: the databases one may connect to, one a line.
db_list() {
    psql -XqAtc "SELECT datname FROM pg_database WHERE datallowconn AND datname NOT IN ('postgres', 'template1')"
}

# db_drop NAME: the database, its connections and its files; nothing to drop is fine.
# An autovacuum worker in it is not ours to end, but PostgreSQL asks it to leave.
db_drop() {
    dropdb --if-exists --force "$1" 2>/dev/null || dropdb --if-exists "$1" 2>/dev/null ||
        die "cannot drop the database $1" "is it a template?"
    rm -rf "$DATA_DIR/filestore/$1"
}

# db_rename OLD NEW: with its files.
db_rename() {
    mkdir -p "$DATA_DIR/filestore/$1"
    rm -rf "$DATA_DIR/filestore/$2"
    mv "$DATA_DIR/filestore/$1" "$DATA_DIR/filestore/$2"
    psql -Xqc "ALTER DATABASE \"$1\" RENAME TO \"$2\""
}

drop_templates() {
    local name
    for name in $(psql -Xqtc "SELECT datname FROM pg_database WHERE datname LIKE 'template\_%'"); do
        psql -Xqc "ALTER DATABASE $name IS_TEMPLATE false" && db_drop "$name"
    done
}

# db_at_rest NAME: no automatic vacuum in a database of tests. They write inside a
# transaction that is rolled back: statistics taken meanwhile would describe empty tables,
# and queries that take milliseconds would take seconds.
db_at_rest() {
    psql -Xqd "$1" <<'SQL'
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                   AND NOT coalesce('autovacuum_enabled=false' = ANY(reloptions), false)
    LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', name);
    END LOOP;
END $$
SQL
}

setup_template() {
    local template
    template=$(template_name)
    db_exists "$template" && return
    drop_templates
    need_space "$DEV" 1 "the template database"
    step "building the template database (a minute or two): $TEMPLATE_MODULES"
    local name=building_$template log=$DEV/template.log
    db_drop "$name"
    nice "$PY" -m odoo -d "$name" --addons-path="$ODOO_ADDONS" -i "$TEMPLATE_MODULES" --load-language="$TEMPLATE_LANGUAGES" \
        --stop-after-init --no-http >"$log" 2>&1 9>&- ||
        die "Odoo could not build the template: $(grep -E ' (ERROR|CRITICAL) ' "$log" | tail -1)" "see $log"
    db_rename "$name" "$template"
    psql -Xqc "ALTER DATABASE $template IS_TEMPLATE true ALLOW_CONNECTIONS false"
}

# addon_key: changes whenever a file of the addon does, its Odoo tests excepted.
addon_key() {
    (cd "$ROOT" && find odoo_recouvrement -type f -not -path '*/__pycache__/*' -not -path 'odoo_recouvrement/tests/*' -print0 |
        sort -z | xargs -0 sha256sum; template_name) | sha256sum | cut -c1-12
}

# addon_template: prints the name of a template database with the addon installed, made if need be.
addon_template() {
    local name
    name=addon_$(addon_key)
    db_exists "$name" || locked make_addon_template "$name" >&2
    echo "$name"
}
make_addon_template() {
    local old log=$DEV/addon.log
    if db_exists "$1"; then return; fi
    for old in $(psql -XqAtc "SELECT datname FROM pg_database WHERE datname LIKE 'addon\_%'"); do db_drop "$old"; done
    step "installing the addon into a template database"
    db_create_from_template "$1.part"
    odoo_cmd -d "$1.part" -i odoo_recouvrement --stop-after-init --no-http >"$log" 2>&1 9>&- ||
        die "the addon does not install: $(grep -E ' (ERROR|CRITICAL) ' "$log" | tail -1)" "see $log"
    db_rename "$1.part" "$1"
}

# --- mail and text messages --------------------------------------------------

# sink_start DIR [OPTIONS]: a mail server that keeps messages in DIR; exports SMTP_PORT; ends with the script.
sink_start() {
    keeper_start smtp_sink.py --dir "$@"
    SINK_PID=$KEEPER_PID SMTP_PORT=$KEEPER_PORT
    at_exit sink_stop
    export SMTP_PORT
}

# sink_stop: stop it before the script ends.
sink_stop() {
    [[ -n ${SINK_PID-} ]] || return 0
    kill "$SINK_PID" 2>/dev/null && wait "$SINK_PID" 2>/dev/null || true
    SINK_PID=
}

# sms_start DIR: the same for text messages; exports SMS_PORT.
sms_start() {
    keeper_start sms_sink.py --dir "$@"
    SMS_PID=$KEEPER_PID SMS_PORT=$KEEPER_PORT
    at_exit sms_stop
    export SMS_PORT no_proxy=${no_proxy:+$no_proxy,}127.0.0.1
}

sms_stop() {
    [[ -n ${SMS_PID-} ]] || return 0
    kill "$SMS_PID" 2>/dev/null && wait "$SMS_PID" 2>/dev/null || true
    SMS_PID=
}

# keeper_start SCRIPT ARGUMENTS...: start it on a free port; sets KEEPER_PID and KEEPER_PORT.
keeper_start() {
    local script=$1 log=$DEV/$1.$$.log
    shift
    : >"$log"                         # the child may be slow to make it
    with_me "$PY" "$ROOT/bin/lib/$script" "$@" >"$log" 2>&1 9>&- &
    KEEPER_PID=$! KEEPER_PORT=
    for _ in {1..100}; do
        KEEPER_PORT=$(sed -n 's/^ready on .*://p' "$log")
        [[ -z $KEEPER_PORT ]] || break
        kill -0 "$KEEPER_PID" 2>/dev/null || break
        sleep 0.1
    done
    [[ -n $KEEPER_PORT ]] || { kill "$KEEPER_PID" 2>/dev/null; die "bin/lib/$script does not start: $(tail -1 "$log")" "see $log"; }
    rm -f "$log"
}

# --- serving -----------------------------------------------------------------

# serve_db NAME: serve it on this machine only, until the script is stopped; its default mail server is the sink.
serve_db() {
    local port
    port=$(free_port 8069)
    ((port == 8069)) || step "port 8069 is in use: taking $port"
    step "serving $1 on http://127.0.0.1:$port (Ctrl-C stops)"
    run_child "$PY" -m odoo -d "$1" --db-filter="^$1\$" --http-port="$port" --gevent-port="$(free_port $((port + 1)))" \
        --smtp=127.0.0.1 --smtp-port="$SMTP_PORT" --log-level=warn
}
