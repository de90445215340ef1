#!/usr/bin/env bash
# Build _site/ from scratch, for hosting without serve.sh. With --extension, also package it as a browser extension in build/extension/.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env/setup.sh"
[ $# -le 1 ] && [ "${1---extension}" = --extension ] || fail "there is no option $*; the only one is --extension."
build_site
build_docs
echo "The site is in _site/"
if [ $# = 1 ]; then
  build_extension
  echo "The extension is in build/extension/, for Chromium and Firefox"
fi
