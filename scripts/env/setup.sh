# shellcheck shell=bash
# Sourced by serve.sh and test-in-pyodide.sh: installs the project's dependencies, and skips those already installed.
# Sets PYTHON to the virtual environment's Python. Leaves no process and no log behind, even if it is interrupted.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PYTHON=$root/.venv/bin/python

fail() {
  echo "json-head lite: $*" >&2
  exit 1
}

# Run a command so that a signal to this script ends it at once. The command runs in the background, because bash handles
# a signal only while it is in `wait`. `set -m` gives it a process group of its own before it starts.
run() {
  set -m
  "$@" </dev/null &
  set +m
  wait $!
}

# End all running jobs: first with SIGINT like Ctrl+C, so that they can clean up, then with SIGTERM and SIGKILL.
log=
tries=50
finish() {
  trap '' INT TERM HUP
  trap - EXIT
  set +m
  local group signal try
  for group in $(jobs -p); do
    for signal in INT TERM KILL; do
      for ((try = 0; try < tries; try++)); do
        kill -s "$signal" -- "-$group" 2>/dev/null || break 2
        signal=0 # from now on, only test whether the group still exists
        sleep 0.1
      done
    done
  done
  [ -z "$log" ] || rm -f "$log"
}
trap finish EXIT
trap 'finish; exit 129' HUP
trap 'finish; exit 130' INT
trap 'finish; exit 143' TERM

# start FUNCTION: runs a function in the background, until `join`. Its variables stay there.
started=()
start() {
  set -m
  (
    # A subshell has no traps of its own.
    trap finish EXIT
    trap 'exit 143' HUP INT TERM
    log=
    tries=20 # it ends before this script loses patience with it
    job=-$1
    "$1"
  ) </dev/null &
  set +m
  started+=($!)
}

# Wait for all functions that were started. One that has failed has printed why.
join() {
  local job
  for job in ${started[@]+"${started[@]}"}; do
    wait "$job" || exit 1
  done
  started=()
}

# Run a step; its output is shown only when it fails.
job=
step() {
  local what=$1
  shift
  # Not created by mktemp: the name must be known before the file exists, so that `finish` always deletes it.
  log=$root/build/setup-$$$job.log
  if ! run "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    fail "$what failed (see above)."
  fi
  rm -f "$log"
}

# Only one run at a time installs; others wait until it ends or calls `unlock`. Without flock (macOS) they do not wait.
lock() {
  mkdir -p "$root/build"
  command -v flock >/dev/null || return 0
  exec 9>"$root/build/.lock"
  flock -n 9 && return
  echo "Waiting for another run to finish its set-up…"
  run flock 9 || true
}

unlock() {
  exec 9>&-
}

# Whether a stamp was made from exactly these files.
stamped() {
  local stamp=$1
  shift
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cat "$@" | cksum)" ]
}

need_tools() {
  need_python3
  local version
  command -v node >/dev/null || fail "node is missing; install Node.js 20 or later."
  command -v npm >/dev/null || fail "npm is missing; it comes with Node.js."
  version=$(node --version 2>/dev/null) || fail "$(command -v node) does not start; install Node.js 20 or later."
  version=${version#v}
  [ "${version%%.*}" -ge 20 ] || fail "node is $version; Node.js 20 or later is needed."
}

need_python3() {
  local python
  python=$(command -v python3) || fail "python3 is missing; install Python 3.11 or later."
  "$python" -c '' >/dev/null 2>&1 || fail "$python does not start; install Python 3.11 or later."
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$python is $("$python" --version); Python 3.11 or later is needed."
}

# need_python NAME: installs the packages of scripts/env/requirements-NAME.txt in the virtual environment.
need_python() {
  local lock=$root/scripts/env/requirements-$1.txt stamp=$root/.venv/.$1
  # Recreate an environment that is incomplete (its first packages are missing), was moved, or has lost its Python.
  if [ ! -f "$root/.venv/.build" ] || ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf "$root/.venv"
    step "Making the virtual environment" python3 -m venv "$root/.venv"
  fi
  stamped "$stamp" "$lock" && return
  echo "Installing Python packages ($1)…"
  # --no-deps: the lock file is complete. If pip 23 resolved dependencies, it would require a hash for the newest coverage[toml].
  step "Installing Python packages" "$PYTHON" -m pip install --disable-pip-version-check --require-hashes --no-deps -r "$lock"
  cksum <"$lock" >"$stamp"
}

# need_wheels NAME: downloads the wheels of requirements-NAME.txt for Pyodide's Python into build/wheels-NAME.
need_wheels() {
  local lock=$root/scripts/env/requirements-$1.txt folder=$root/build/wheels-$1
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

# need_core: writes Pyodide's core to build/core, reduced unless JSON_HEAD_STOCK_CORE is 1. This takes 15 s, and is repeated only when
# Pyodide, the programs or the variable change.
need_core() {
  local folder=$root/build/core inputs=("$root"/scripts/build/core*.mjs "$root/scripts/package-lock.json")
  local kind=${JSON_HEAD_STOCK_CORE:-}
  [ "$(cat "$folder/.kind" 2>/dev/null)" = "kind $kind" ] && stamped "$folder/.stamp" "${inputs[@]}" && return
  rm -rf "$folder"
  mkdir -p "$folder"
  run node "$root/scripts/build/core.mjs" "$root/scripts/node_modules/pyodide" "$folder" || fail "Preparing Pyodide's core failed (see above)."
  echo "kind $kind" >"$folder/.kind"
  cat "${inputs[@]}" | cksum >"$folder/.stamp"
}

# need_bench: installs into build/bench the programs that tests/bench/command.py, tests/bench/crawl and tests/bench/docs measure.
need_bench() {
  local folder=$root/build/bench locks=("$root/scripts/env/requirements-bench.txt" "$root/scripts/bench/package-lock.json")
  stamped "$folder/.stamp" "${locks[@]}" && return
  echo "Installing lychee, LinkChecker and linkinator…"
  rm -rf "$folder"
  mkdir -p "$folder"
  step "Installing lychee and LinkChecker" "$PYTHON" -m pip install --disable-pip-version-check --require-hashes --no-deps \
    --target "$folder/python" -r "${locks[0]}"
  cp "$root/scripts/bench/package.json" "${locks[1]}" "$folder"
  step "Installing linkinator" npm ci --prefix "$folder" --no-audit --no-fund
  cat "${locks[@]}" | cksum >"$folder/.stamp"
}

# need_lint: installs into build/lint the linter of Firefox's store for extensions.
need_lint() {
  local folder=$root/build/lint lock=$root/scripts/lint/package-lock.json
  stamped "$folder/.stamp" "$lock" && return
  echo "Installing addons-linter…"
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$root/scripts/lint/package.json" "$lock" "$folder"
  step "Installing addons-linter" npm ci --prefix "$folder" --no-audit --no-fund
  cksum <"$lock" >"$folder/.stamp"
}

# build_extension: packages the built site as a browser extension in build/extension.
build_extension() {
  run "$PYTHON" "$root/scripts/build/pack_extension.py" || fail "packaging the extension failed (see above)."
}

# need_docs: installs Sphinx in a separate environment, build/docs-env, because Sphinx and the tests need different releases of docutils.
need_docs() {
  local lock=$root/scripts/env/requirements-docs.txt folder=$root/build/docs-env
  stamped "$folder/.stamp" "$lock" && "$folder/bin/python" -c '' 2>/dev/null && return
  echo "Installing Sphinx…"
  rm -rf "$folder"
  step "Making the virtual environment for Sphinx" python3 -m venv "$folder"
  step "Installing Sphinx" "$folder/bin/python" -m pip install --disable-pip-version-check --require-hashes --no-deps -r "$lock"
  cksum <"$lock" >"$folder/.stamp"
}

# make_docs: writes docs/ as HTML to build/docs.
make_docs() {
  local folder=$root/build/docs inputs
  # Sphinx copies protocol.js, because docs/javascript.md links to it.
  inputs=("$root"/docs/*.* "$root"/docs/images/* "$root/CONTRIBUTING.md" "$root/web/client/protocol.js" "$root/scripts/env/requirements-docs.txt")
  stamped "$folder/.stamp" "${inputs[@]}" && return
  need_docs
  echo "Building the documentation…"
  rm -rf "$folder"
  run "$root/build/docs-env/bin/python" -m sphinx -q -W --keep-going -b html -d "$folder/doctrees" "$root/docs" "$folder/html" ||
    fail "building the documentation failed (see above)."
  cat "${inputs[@]}" | cksum >"$folder/.stamp"
}

# build_docs: writes docs/ as HTML to _site/docs. Call it after build_site, which replaces _site. Its pages belong to no release of the site.
build_docs() {
  local folder=$root/build/docs
  make_docs
  [ -d "$root/_site/docs" ] && [ -f "$folder/.copied" ] && return
  # Copied and then moved, so that an interrupted copy is never taken for the whole.
  rm -rf "$folder/copy"
  cp -R "$folder/html" "$folder/copy"
  rm -rf "$root/_site/docs"
  mv "$folder/copy" "$root/_site/docs"
  touch "$folder/.copied"
}

build_site() {
  need_tools
  lock
  need_python build
  make_site
}

# make_site: the part of build_site that other steps may run beside.
make_site() {
  need_wheels browser
  need_node
  need_core
  run "$PYTHON" "$root/scripts/build/build.py" || fail "building the site failed (see above)."
}
