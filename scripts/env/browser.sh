# shellcheck shell=bash disable=SC2154
# Sourced by test-in-pyodide.sh: finds the browsers and the proxy for the tests, installs missing ones if permitted, and exports
# JSON_HEAD_BROWSER (Chromium), JSON_HEAD_HEADLESS_SHELL and JSON_HEAD_FIREFOX. The tests find WebKitGTK themselves, or use
# JSON_HEAD_WEBKIT (its MiniBrowser).

# Playwright downloads into the checkout, so that nothing outside it changes.
export PLAYWRIGHT_BROWSERS_PATH=$root/build/playwright

playwright_chromium() {
  run timeout 300 "$PYTHON" -m playwright install chromium >/dev/null 2>&1 || return 1
  JSON_HEAD_BROWSER=$("$PYTHON" -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as p: print(p.chromium.executable_path)') && starts "$JSON_HEAD_BROWSER"
}

installed_chromium() {
  JSON_HEAD_BROWSER=$(installed google-chrome google-chrome-stable chromium chromium-browser)
}

installed_firefox() {
  JSON_HEAD_FIREFOX=$(installed firefox-esr firefox)
}

installed_webkit() {
  (cd "$root" && "$PYTHON" -c 'from tests.engines.webkit import executables; print(executables()["browser"])') 2>/dev/null
}

# Prints the path of the first of these commands that starts.
installed() {
  local name
  for name; do
    starts "$name" && command -v "$name" && return
  done
  return 1
}

starts() {
  "$1" --version >/dev/null 2>&1
}

# debian PACKAGE...: installs packages on Debian and its derivatives, if this user is permitted to.
debian() {
  command -v apt-get >/dev/null || return 1
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  echo "Installing Debian's $*…"
  run "${as_root[@]}" apt-get update -qq >/dev/null 2>&1
  run "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

find_browser() {
  if [ -n "${JSON_HEAD_BROWSER:-}" ]; then
    starts "$JSON_HEAD_BROWSER" || fail "JSON_HEAD_BROWSER names $JSON_HEAD_BROWSER, which does not start."
  else
    playwright_chromium || installed_chromium || { debian chromium && installed_chromium; } ||
      fail "there is no browser to test with: Playwright's Chromium can't be downloaded, no Chrome or Chromium is installed, and apt-get can't install one. Install Chromium, or name one in JSON_HEAD_BROWSER."
  fi
  export JSON_HEAD_BROWSER
  echo "Browser: $("$JSON_HEAD_BROWSER" --version 2>/dev/null) ($JSON_HEAD_BROWSER)"
}

# Finds Chromium without a window's parts, which takes less time in the browser stage. Without it that stage uses JSON_HEAD_BROWSER.
find_headless_shell() {
  local shell=${JSON_HEAD_HEADLESS_SHELL:-}
  if [ -z "$shell" ]; then
    shell=$(installed chromium-headless-shell) || { debian chromium-headless-shell && shell=$(installed chromium-headless-shell); } || shell=
  fi
  export JSON_HEAD_HEADLESS_SHELL=$shell
  [ -z "$shell" ] || echo "Headless shell: $("$shell" --version 2>/dev/null) ($shell)"
}

# Finds the other browser engines. Firefox is required. Without WebKitGTK its tests are skipped, with a message.
find_engines() {
  if [ -n "${JSON_HEAD_FIREFOX:-}" ]; then
    starts "$JSON_HEAD_FIREFOX" || fail "JSON_HEAD_FIREFOX names $JSON_HEAD_FIREFOX, which does not start."
  else
    installed_firefox || { debian firefox-esr && installed_firefox; } ||
      fail "there is no Firefox to test with: none is installed, and apt-get can't install firefox-esr. Install Firefox, or name one in JSON_HEAD_FIREFOX."
  fi
  export JSON_HEAD_FIREFOX
  echo "Firefox: $("$JSON_HEAD_FIREFOX" --version 2>/dev/null) ($JSON_HEAD_FIREFOX)"
  local webkit
  if webkit=$(installed_webkit) || { debian webkit2gtk-driver xvfb && webkit=$(installed_webkit); }; then
    echo "WebKitGTK: $webkit"
  else
    echo "WebKitGTK: NONE, so nothing is tested in it. Debian has it in webkit2gtk-driver and xvfb."
  fi
}

# Finds tinyproxy. Without it the tests of requests through a real proxy are skipped, with a message.
find_proxy() {
  if command -v tinyproxy >/dev/null || { debian tinyproxy-bin && command -v tinyproxy >/dev/null; }; then
    echo "Proxy: $(tinyproxy -v)"
  else
    echo "Proxy: NONE, so no request is sent through a real one. Debian has it in tinyproxy-bin."
  fi
}
