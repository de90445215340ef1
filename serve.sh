#!/usr/bin/env bash
# Build json-head lite from scratch and serve it: ./serve.sh [--port 8529] [--host 127.0.0.1]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/scripts/env/setup.sh"
# Handle --help, invalid options and a port in use before installing anything.
need_python3
case " $* " in
*" -h "* | *" --help "*) exec python3 "$root/scripts/serve.py" --help ;;
esac
python3 "$root/scripts/serve.py" --check "$@"
build_site
build_docs
exec "$PYTHON" "$root/scripts/serve.py" "$@" 9>&- # releases the lock
