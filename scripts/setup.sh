# Sourced by serve.sh and test-in-pyodide.sh: puts in place what the project needs, and skips what is in place already.
# Sets PYTHON to the virtual environment's.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PYTHON=$root/.venv/bin/python

fail() {
  echo "json-head lite: $*" >&2
  exit 1
}

# Run a step; its output is shown only when it fails.
step() {
  local what=$1 log
  shift
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    fail "$what failed (see above)."
  fi
  rm -f "$log"
}

# Whether a stamp was made from these very files.
stamped() {
  local stamp=$1
  shift
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cat "$@" | cksum)" ]
}

need_tools() {
  local python
  python=$(command -v python3) || fail "python3 is missing; install Python 3.11 or later."
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$python is $("$python" --version); Python 3.11 or later is needed."
  command -v node >/dev/null || fail "node is missing; install Node.js 20 or later."
  command -v npm >/dev/null || fail "npm is missing; it comes with Node.js."
  [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" = true ] ||
    fail "node is $(node --version); Node.js 20 or later is needed."
}

# need_python NAME: the virtual environment with what scripts/requirements-NAME.txt locks.
need_python() {
  local lock=$root/scripts/requirements-$1.txt stamp=$root/.venv/.$1
  # An environment that was moved or whose Python is gone does not start: make it anew.
  if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf "$root/.venv"
    step "Making the virtual environment" python3 -m venv "$root/.venv"
  fi
  stamped "$stamp" "$lock" && return
  echo "Installing Python packages ($1)…"
  step "Installing Python packages" "$PYTHON" -m pip install --disable-pip-version-check --require-hashes -r "$lock"
  cksum <"$lock" >"$stamp"
}

# need_wheels NAME: the wheels that requirements-NAME.txt locks for Pyodide's Python, in build/wheels-NAME.
need_wheels() {
  local lock=$root/scripts/requirements-$1.txt folder=$root/build/wheels-$1
  stamped "$folder/.stamp" "$lock" && return
  echo "Downloading wheels for Pyodide ($1)…"
  rm -rf "$folder"
  mkdir -p "$folder"
  step "Downloading wheels for Pyodide" "$PYTHON" -m pip download --disable-pip-version-check --require-hashes --no-deps \
    --only-binary=:all: --python-version 3.14 --implementation py --abi none --platform any -d "$folder" -r "$lock"
  cksum <"$lock" >"$folder/.stamp"
}

need_node() {
  local lock=$root/scripts/package-lock.json stamp=$root/scripts/node_modules/.stamp
  stamped "$stamp" "$lock" && return
  echo "Installing Pyodide from npm…"
  step "Installing npm packages" npm ci --prefix "$root/scripts" --no-audit --no-fund
  cksum <"$lock" >"$stamp"
}

build_site() {
  need_tools
  need_python build
  need_wheels browser
  need_node
  "$PYTHON" "$root/scripts/build.py" || fail "building the site failed (see above)."
}
