#!/usr/bin/env bash
# The wheel in plain Pyodide, installed by micropip as any Pyodide user would, and then the built page: each in a real
# browser, by shot-scraper, against the target servers. Any difference from what is expected fails.
# Needs what test-in-pyodide.sh puts in place: the built site, the virtual environment, JSON_HEAD_BROWSER.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=${PYTHON:-.venv/bin/python}
work=$(mktemp -d)
mkfifo "$work/alive"
running=()

finish() {
  local code=$?
  trap - EXIT INT TERM HUP
  exec 9>&- # the servers end when this closes, whatever becomes of this shell
  # Whoever is running is told too, and waited for: a browser goes with the process that drives it.
  [ ${#running[@]} -eq 0 ] || kill "${running[@]}" 2>/dev/null || true
  wait
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
  echo "harness: $*" >&2
  exit 1
}

# In the background, because a shell hears signals only while it waits.
run() {
  "$@" 9>&- &
  running+=($!)
  wait $!
}

# start FILE MODULE ARGUMENTS: a server that writes one line of JSON, its addresses, and ends with this script.
start() {
  local said=$1
  shift
  "$python" -m "$@" <"$work/alive" >"$said" 9>&- &
  running+=($!)
  for _ in $(seq 100); do
    [ -s "$said" ] && return
    kill -0 $! 2>/dev/null || break
    sleep 0.1
  done
  fail "$1 did not start"
}

address() {
  "$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$@"
}

# javascript NAME URL SCRIPT: what the script gives in the opened page, into NAME.json; must be as expected.
javascript() {
  run "$python" -m tests.harness.shot_scraper javascript "$2" --input "$3" --output "$work/$1.json" ||
    fail "$1: the script failed in the page $2"
  "$python" -m tests.harness.expected check "tests/harness/expected/$1.json" "$work/targets" <"$work/$1.json" ||
    fail "$1: the results differ from tests/harness/expected/$1.json"
}

# Opened for reading and writing, so that this does not wait for a reader; written to by nobody.
exec 9<>"$work/alive"
"$python" -m tests.harness.stage "$work/stage"
start "$work/targets" tests.servers
start "$work/sites" tests.harness.serve "stage=$work/stage" site=_site

query=$("$python" -m tests.harness.expected query tests/harness/expected/wheel.json "$work/targets")
javascript wheel "$(address "$work/sites" stage)plain.html?$query" tests/harness/plain-result.js

query=$("$python" -m tests.harness.expected query tests/harness/expected/page.json "$work/targets")
javascript page "$(address "$work/sites" site)?$query" tests/harness/page-result.js
