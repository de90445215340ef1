#!/usr/bin/env bash
# Install everything and run all test stages, or only the given ones: ./test-in-pyodide.sh [style|js|unit|hostile|browser|matrix|harness|docs]...
# Two stages run only if they are given: `coverage` repeats the unit stage at two thirds of its speed, and `extension` lints the browser
# extension and runs the whole matrix through it.
# Leaves no process behind, even if it is interrupted.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/scripts/env/setup.sh"
. "$root/scripts/env/browser.sh"

stages=(style js unit hostile browser matrix harness docs)
for name in "$@"; do
  [[ " ${stages[*]} coverage extension " == *" $name "* ]] || fail "there is no stage $name; the stages are ${stages[*]} coverage extension."
done
wanted=("${@:-${stages[@]}}")

wants() {
  [[ " ${wanted[*]} " == *" $1 "* ]]
}

check() {
  local start=$SECONDS
  echo
  echo "== $1"
  shift
  run "$@" || fail "a check failed: $* (exit code $?)"
  echo "($((SECONDS - start)) s)"
}

merged() {
  ! grep -rnE '^(<<<<<<< |>>>>>>> )' "$@" --exclude-dir=node_modules
}

# unlisted FOLDER SCRIPT: the service worker lists no file of this folder.
unlisted() {
  ! grep -n "\"$1" "$2"
}

cd "$root"
need_tools
lock
need_python build
start make_site # takes one processor, and what follows takes the other or waits
if wants docs || wants extension; then
  start make_docs
fi
need_python test
need_wheels harness
if wants extension; then
  need_lint
fi
if wants browser || wants matrix || wants harness || wants extension; then
  find_browser
  find_engines
fi
if wants browser; then
  find_headless_shell
fi
if wants unit || wants coverage; then
  find_proxy
fi
join
if wants docs || wants extension; then
  build_docs
fi
if wants extension; then
  build_extension
fi
unlock

bin=$root/.venv/bin
python_sources=(py scripts tests)
unit_tests=(tests/native tests/conformance tests/unit)
javascript_sources=(web extension sw.js webworker.js embed.js tests/js)
if wants style; then
  check "no conflict is left in a file" merged py scripts tests web docs ./*.*
  check "ruff" "$bin/ruff" check --config py/pyproject.toml "${python_sources[@]}"
  check "ruff format" "$bin/ruff" format --check --config py/pyproject.toml "${python_sources[@]}"
  check "mypy --strict" env -C py "$bin/mypy" json_head
  check "mypy: scripts and tests" "$bin/mypy" --config-file tests/mypy.ini scripts tests
  check "imports run downward (Python)" env -C py "$bin/lint-imports" pyproject.toml
  check "imports run downward (JavaScript)" scripts/node_modules/.bin/depcruise --config scripts/dependency-cruiser.mjs web webworker.js embed.js
  check "biome: lint and format" scripts/node_modules/.bin/biome ci --config-path=scripts/biome.jsonc --error-on-warnings "${javascript_sources[@]}"
  check "tsc --checkJs" scripts/node_modules/.bin/tsc -p scripts
  check "tsc --checkJs, service worker" scripts/node_modules/.bin/tsc -p scripts/tsconfig.sw.json
fi
if wants js; then
  check "js: the page's modules in Node.js" env LC_ALL=en_US.UTF-8 node --test tests/js/
fi
# Two processes, or more where many tests only wait: every machine has at least two cores.
if wants unit; then
  # The tests that wait come first. Whoever has no more tests takes some from others, so that no process is left with many at the end.
  check "unit: the package in CPython" "$bin/pytest" "${unit_tests[@]}" -q -n 4 --dist worksteal
fi
if wants coverage; then
  check "coverage: of the unit stage" "$bin/pytest" "${unit_tests[@]}" -q -n 2 --cov --cov-config=tests/coverage.ini --cov-report=term
fi
if wants hostile; then
  check "hostile: input that is meant to do harm" "$bin/pytest" tests/unit/fuzz tests/hostile -q -n 2
fi
if wants browser; then
  # Each process has its own browser, which the tests of a module share.
  check "browser: the page" "$bin/pytest" tests/browser -q -n 3 --dist loadfile --no-loadscope-reorder
fi
if wants matrix; then
  check "matrix: every verdict in every engine" "$bin/python" -m tests.matrix
fi
if wants extension; then
  check "extension: the linter of Firefox's store" build/lint/node_modules/.bin/addons-linter build/extension/firefox
  check "extension: every verdict in Chromium and Firefox" "$bin/python" -m tests.matrix chromium-extension firefox-extension
fi
if wants harness; then
  check "harness: the wheel in plain Pyodide, and the page, by shot-scraper" bash tests/harness/run.sh
fi
if wants docs; then
  # Sphinx fails on a warning, such as a reference to a heading that is not there. The command checks the links of the built pages.
  check "docs: links between the built pages" env PYTHONPATH=py "$bin/python" -m json_head.cli check _site/docs --root _site \
    --exclude '^https?://' --fail-on broken
  check "docs: no part of a release" unlisted docs/ _site/sw.js
fi
echo
echo "All checks passed in $SECONDS s."
