#!/usr/bin/env bash
# Test everything, from nothing: style and types, the package in CPython, the built page in a real browser, and the
# wheel in plain Pyodide. Leaves no process behind, not even when it is interrupted.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/scripts/setup.sh"
. "$root/scripts/browser.sh"

check() {
  echo
  echo "== $1"
  shift
  run "$@" || fail "a check failed: $* (exit code $?)"
}

cd "$root"
build_site
need_python test
need_wheels harness
find_browser
find_engines
unlock

bin=$root/.venv/bin
python_sources=(py scripts tests)
check "ruff" "$bin/ruff" check --config py/pyproject.toml "${python_sources[@]}"
check "ruff format" "$bin/ruff" format --check --config py/pyproject.toml "${python_sources[@]}"
check "mypy --strict" env -C py "$bin/mypy" json_head
check "tsc --checkJs" scripts/node_modules/.bin/tsc -p scripts
check "tsc --checkJs, service worker" scripts/node_modules/.bin/tsc -p scripts/tsconfig.sw.json
# Two at a time, here and below: much of it is waiting, and two cores are the least that there are.
check "pytest: the package" "$bin/pytest" tests/unit tests/conformance tests/native -q -n 2 --cov --cov-config=tests/coverage.ini --cov-report=term
# A stage of its own, because some of these measure processor time in seconds, which coverage would add to.
check "pytest: hostile input" "$bin/pytest" tests/unit/fuzz tests/hostile -q -n 2
# Each module's tests in one of two browsers.
check "pytest: the page in a real browser" "$bin/pytest" tests/browser -q -n 2 --dist loadfile
check "the matrix" "$bin/python" -m tests.matrix
check "the wheel in plain Pyodide, and the page, by shot-scraper" bash tests/harness/run.sh
echo
echo "All checks passed."
