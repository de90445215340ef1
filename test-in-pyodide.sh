#!/usr/bin/env bash
# Test everything, from nothing: style and types, the package in CPython, the built page in a real browser, and the
# wheel in plain Pyodide. Leaves no process behind, not even when it is interrupted.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/scripts/setup.sh"
. "$root/scripts/browser.sh"

# Each check runs in a process group of its own, so that an interrupt ends all of it.
group=
finish() {
  trap - EXIT INT TERM HUP
  if [ -n "$group" ] && kill -INT -- "-$group" 2>/dev/null; then
    for _ in $(seq 50); do
      kill -0 -- "-$group" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$group" 2>/dev/null || true
  fi
}
trap finish EXIT
trap 'finish; exit 130' INT TERM HUP

check() {
  echo
  echo "== $1"
  shift
  # In the background, because bash hears a signal only while it waits; a background job ignores SIGINT unless told not to.
  setsid "$PYTHON" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$@" </dev/null &
  group=$!
  wait "$group" || {
    local code=$?
    group=
    fail "a check failed: $* (exit code $code)"
  }
  group=
}

cd "$root"
build_site
need_python test
need_wheels harness
find_browser

bin=$root/.venv/bin
python_sources=(py scripts tests)
check "ruff" "$bin/ruff" check --config py/pyproject.toml "${python_sources[@]}"
check "ruff format" "$bin/ruff" format --check --config py/pyproject.toml "${python_sources[@]}"
check "mypy --strict" env -C py "$bin/mypy" json_head
check "tsc --checkJs" scripts/node_modules/.bin/tsc -p scripts
check "pytest: the package" "$bin/pytest" tests/unit -q --cov --cov-config=tests/coverage.ini --cov-report=term
check "pytest: the page in a real browser" "$bin/pytest" tests/browser -q
check "the wheel in plain Pyodide, and the page, by shot-scraper" bash tests/harness/run.sh
echo
echo "All checks passed."
