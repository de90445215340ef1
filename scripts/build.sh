#!/usr/bin/env bash
# Build _site/ from scratch, for hosting without serve.sh.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env/setup.sh"
build_site
build_docs
echo "The site is in _site/"
