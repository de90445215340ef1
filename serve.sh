#!/usr/bin/env bash
# Build json-head lite from nothing and serve it: ./serve.sh [--port 8529] [--host 127.0.0.1]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/scripts/setup.sh"
# Wrong options and --help come first, before anything is installed.
build_site
exec "$PYTHON" "$root/scripts/serve.py" "$@"
