#!/usr/bin/env bash
# The wheel in plain Pyodide, installed by micropip as any Pyodide user would, and then the built page: each in a real
# browser, by shot-scraper, against the target servers. Any difference from the expected output fails.
# Needs the environment of test-in-pyodide.sh: the built site, the virtual environment, JSON_HEAD_BROWSER.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=${PYTHON:-.venv/bin/python}
work=$(mktemp -d)
mkfifo "$work/alive"
running=()

finish() {
  local code=$?
  trap - EXIT INT TERM HUP
  exec 9>&- # the servers end when this closes, however this shell ends
  # Running commands are ended and waited for: a browser ends with the process that drives it.
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

# In the background, since a shell handles signals only while it waits.
run() {
  "$@" 9>&- &
  running+=($!)
  wait $!
}

# start FILE MODULE ARGUMENTS: a server that writes one line of JSON, its addresses, and ends with this script.
start() {
  local output=$1
  shift
  "$python" -m "$@" <"$work/alive" >"$output" 9>&- &
  running+=($!)
  for _ in $(seq 100); do
    [ -s "$output" ] && return
    kill -0 $! 2>/dev/null || break
    sleep 0.1
  done
  fail "$1 did not start"
}

address() {
  "$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$@"
}

# javascript NAME URL SCRIPT: runs the script in the page, writes its result to NAME.json, and compares it with the expected one.
javascript() {
  run "$python" -m tests.harness.shot_scraper javascript "$2" --input "$3" --output "$work/$1.json" ||
    fail "$1: the script failed in the page $2"
  "$python" -m tests.harness.expected check "tests/harness/expected/$1.json" "$work/targets" <"$work/$1.json" ||
    fail "$1: the results differ from tests/harness/expected/$1.json"
}

# Opened for reading and writing, so that this does not wait for a reader. It is never written to.
exec 9<>"$work/alive"
"$python" -m tests.harness.stage "$work/stage"
start "$work/targets" tests.servers
start "$work/sites" tests.harness.serve "stage=$work/stage" site=_site

query=$("$python" -m tests.harness.expected query tests/harness/expected/wheel.json "$work/targets")
javascript wheel "$(address "$work/sites" stage)plain.html?$query" tests/harness/plain-result.js

query=$("$python" -m tests.harness.expected query tests/harness/expected/page.json "$work/targets")
javascript page "$(address "$work/sites" site)?$query" tests/harness/page-result.js
