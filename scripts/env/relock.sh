#!/usr/bin/env bash
# Regenerate the lock files from requirements-*.in and package.json. Needs uv (`pip install uv`) and npm.
set -euo pipefail
cd "$(dirname "$0")"
lock() { uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
  --python-version "$2" "requirements-$1.in" -o "requirements-$1.txt"; }
lock browser 3.14
lock harness 3.14
lock build 3.11
lock test 3.11
lock bench 3.11
lock docs 3.11
for folder in .. ../bench; do npm install --prefix "$folder" --package-lock-only --omit-lockfile-registry-resolved; done
