#!/usr/bin/env bash
# Regenerate the lock files from requirements-*.in and package.json. Needs uv (`pip install uv`) and npm.
set -euo pipefail
cd "$(dirname "$0")"
# lock NAME VERSION SOURCE...
lock() { uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
  --python-version "$2" "${@:3}" -o "requirements-$1.txt"; }
lock browser 3.14 requirements-browser.in
lock harness 3.14 requirements-harness.in
lock build 3.11 requirements-build.in
lock test 3.11 requirements-test.in
# What action.yml installs: the command's dependencies, in the versions of the tests.
lock action 3.11 ../../py/pyproject.toml --constraint requirements-test.txt
# What the container image contains.
lock image 3.14 ../../py/pyproject.toml --extra relay --constraint requirements-test.txt
# What the container image of deploy/bulk contains.
lock bulk 3.14 ../../py/pyproject.toml --extra bulk --constraint requirements-test.txt
lock bench 3.11 requirements-bench.in
lock docs 3.11 requirements-docs.in
for folder in .. ../bench ../lint; do npm install --prefix "$folder" --package-lock-only --omit-lockfile-registry-resolved; done
