# shellcheck shell=bash
# System packages, Python, Odoo: what must be there before a database can be made.

ODOO_PACKAGES=(odoo-19 libjs-jquery libjs-jquery-form libjs-underscore
    fonts-roboto-unhinted fonts-montserrat fonts-ocr-b)
ICONS_SUITE=bookworm                  # the Debian suite whose Font Awesome is 4.7, like Odoo's icons

if [[ -n ${ODOO_DIR-} ]]; then
    [[ -f $ODOO_DIR/odoo/release.py ]] ||
        die "ODOO_DIR=$ODOO_DIR holds no odoo/release.py" "set it to the source folder of Odoo 19, or unset it"
    ODOO_HOME=$(cd "$ODOO_DIR" && pwd -P)
else
    ODOO_HOME=$DEV/odoo/usr/lib/python3/dist-packages
fi

# --- system packages ---------------------------------------------------------

# (no grep -q: it would leave the writer a broken pipe, which pipefail calls a failure)
has_library() { /sbin/ldconfig -p | grep "$1" >/dev/null; }
has_font() { have fc-list && fc-list : family | grep -i "$1" >/dev/null; }
has_chromium() { have google-chrome || have chromium || have chromium-browser || have google-chrome-stable; }
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || have initdb; }
has_python() { find_python >/dev/null; }
has_venv() { has_python && "$(find_python)" -c 'import ensurepip' 2>/dev/null; }

# missing_packages: the Debian packages whose effect is not found here, one a line.
missing_packages() {
    has_venv || echo python3-venv
    has_postgres || echo postgresql
    has_library libpango-1.0.so.0 || echo libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
    has_chromium || echo chromium
    have pdftotext || echo poppler-utils
    have wkhtmltopdf || echo wkhtmltopdf # Odoo prints its own invoices with it
    have fc-list || echo fontconfig
    has_font lato || echo fonts-lato
    have setpriv && have flock || echo util-linux
}

setup_packages() {
    local missing as_root=()
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || return 0
    local command="apt-get install --no-install-recommends ${missing[*]}"
    have apt-get || die "missing system packages: ${missing[*]}" "install their equivalent with your package manager"
    if ((EUID != 0)); then
        have sudo && sudo -n true 2>/dev/null ||
            die "missing system packages: ${missing[*]}" "sudo $command"
        as_root=(sudo -n)
    fi
    step "installing ${missing[*]}"
    { "${as_root[@]}" apt-get -qq update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}"
    } >"$DEV/apt.log" 2>&1 || die "apt-get failed: $(grep -m1 '^E:' "$DEV/apt.log" || tail -1 "$DEV/apt.log")" "$command"
}

# --- Python ------------------------------------------------------------------

# find_python: a Python that Odoo 19 and our pins run on (3.11 is the one tested).
find_python() {
    local python
    for python in "${PYTHON-}" python3.11 python3 python3.12; do
        [[ -n $python ]] && "$python" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null &&
            command -v "$python" && return
    done
    return 1
}

requirements_key() { cat "$ROOT"/requirements{,-dev}.txt | sha256sum | cut -c1-16; }

setup_venv() {
    local python key
    key=$(requirements_key)
    if [[ ! -f $VENV/.key || $(<"$VENV/.key") != "$key" ]]; then
        python=$(find_python) || die "no Python 3.11 or 3.12 found" "sudo apt-get install python3 python3-venv, or set PYTHON"
        need_space "$DEV" 2 "the virtual environment"
        step "making the virtual environment with $("$python" --version)"
        rm -rf "$VENV"
        { "$python" -m venv "$VENV" &&
            "$PY" -m pip --quiet install --requirement <(grep '^uv==' "$ROOT/requirements-dev.txt") &&
            { "$PY" -m uv pip install --python "$PY" -r "$ROOT/requirements.txt" -r "$ROOT/requirements-dev.txt" ||
                "$PY" -m pip install -r "$ROOT/requirements.txt" -r "$ROOT/requirements-dev.txt"; }
        } >"$DEV/venv.log" 2>&1 || die "cannot install the Python packages: $(tail -1 "$DEV/venv.log")" \
            "check the network and $DEV/venv.log, then run this again"
        echo "$key" >"$VENV/.key"
    fi
    # Makes `import odoo` work in this environment, with nothing to export.
    local pth
    pth=$(echo "$VENV"/lib/python3.*/site-packages)/odoo.pth
    [[ -f $pth && $(<"$pth") == "$ODOO_HOME" ]] || echo "$ODOO_HOME" >"$pth"
}

# --- Odoo --------------------------------------------------------------------

# private_apt ARGUMENTS...: apt-get that sees only our own sources and writes only in .dev/apt.
private_apt() {
    local command=$1 && shift
    APT_CONFIG=$DEV/apt/apt.conf apt-get -qq "$command" "$@"
}

# Odoo is not on PyPI; Debian unstable has it whole. Nothing of this machine's apt changes.
setup_odoo() {
    if [[ -n ${ODOO_DIR-} || -f $DEV/odoo/.complete ]]; then return; fi
    have apt-get && have dpkg || die "Odoo is fetched from Debian, and this is not a Debian machine" \
        "get Odoo 19's source and set ODOO_DIR to its folder"
    need_space "$DEV" 4 "Odoo"
    local mirror codename
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
        awk -v codename="$codename" '$1 == codename { print $2; exit }')
    [[ -n $mirror && -f /usr/share/keyrings/debian-archive-keyring.gpg ]] ||
        die "no Debian mirror in this machine's apt sources" "get Odoo 19's source and set ODOO_DIR to its folder"

    step "downloading Odoo 19 (130 MB)"
    rm -rf "$DEV/apt" "$DEV/odoo" "$DEV/odoo.part"
    mkdir -p "$DEV/apt"/{lists,cache/archives,debs} "$DEV/odoo.part"
    : >"$DEV/apt/status"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
        "$mirror" sid "$mirror" "$ICONS_SUITE" >"$DEV/apt/sources.list"
    cat >"$DEV/apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$DEV/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$DEV/apt/lists";
Dir::State::status "$DEV/apt/status";
Dir::Cache "$DEV/apt/cache";
APT::Sandbox::User "$(id -un)";
CONF
    {
        private_apt update &&
            (cd "$DEV/apt/debs" && private_apt download "${ODOO_PACKAGES[@]}" "fonts-font-awesome/$ICONS_SUITE")
    } >"$DEV/apt.log" 2>&1 || die "cannot download Odoo: $(grep -m1 '^[EW]:' "$DEV/apt.log" || tail -1 "$DEV/apt.log")" \
        "check the network, or set ODOO_DIR to the source folder of Odoo 19"

    step "unpacking Odoo 19 (1.3 GB)"
    local deb
    for deb in "$DEV"/apt/debs/*.deb; do
        dpkg -x "$deb" "$DEV/odoo.part" || die "cannot unpack $deb" "check the disk, then run this again"
    done
    # Stripped from the free build; without it every page of the backend logs an error.
    local stripped=$DEV/odoo.part${ODOO_HOME#"$DEV/odoo"}/odoo/addons/mail/static/lib/selfie_segmentation
    mkdir -p "$stripped" && touch "$stripped/selfie_segmentation.js"
    rm -rf "$DEV/apt"
    touch "$DEV/odoo.part/.complete"
    mv "$DEV/odoo.part" "$DEV/odoo"
}
