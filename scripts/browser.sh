# shellcheck shell=bash disable=SC2154
# Sourced by test-in-pyodide.sh: finds the Chromium to test with and exports its path as JSON_HEAD_BROWSER.

# A folder for Playwright's own download that lies in the checkout, so that nothing outside it changes.
export PLAYWRIGHT_BROWSERS_PATH=$root/build/playwright

playwright_chromium() {
  run timeout 300 "$PYTHON" -m playwright install chromium >/dev/null 2>&1 || return 1
  JSON_HEAD_BROWSER=$("$PYTHON" -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as p: print(p.chromium.executable_path)') && starts
}

installed_chromium() {
  local name
  for name in google-chrome google-chrome-stable chromium chromium-browser; do
    JSON_HEAD_BROWSER=$(command -v "$name") && starts && return
  done
  return 1
}

debian_chromium() {
  command -v apt-get >/dev/null || return 1
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  echo "Installing Debian's chromium…"
  run "${as_root[@]}" apt-get update -qq >/dev/null 2>&1
  run "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 &&
    installed_chromium
}

starts() {
  "$JSON_HEAD_BROWSER" --version >/dev/null 2>&1
}

find_browser() {
  if [ -n "${JSON_HEAD_BROWSER:-}" ]; then
    starts || fail "JSON_HEAD_BROWSER names $JSON_HEAD_BROWSER, which does not start."
  else
    playwright_chromium || installed_chromium || debian_chromium ||
      fail "there is no browser to test with: Playwright's Chromium can't be downloaded, no Chrome or Chromium is installed, and apt-get can't install one. Install Chromium, or name one in JSON_HEAD_BROWSER."
  fi
  export JSON_HEAD_BROWSER
  echo "Browser: $("$JSON_HEAD_BROWSER" --version 2>/dev/null) ($JSON_HEAD_BROWSER)"
}
