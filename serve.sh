#!/usr/bin/env bash
# Build json-head lite from nothing and serve it: ./serve.sh [--port 8529] [--host 127.0.0.1]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/scripts/env/setup.sh"
# --help, wrong options and a port that is taken come first, before anything is installed.
need_python3
case " $* " in
*" -h "* | *" --help "*) exec python3 "$root/scripts/serve.py" --help ;;
esac
python3 "$root/scripts/serve.py" --check "$@"
build_site
build_docs
exec "$PYTHON" "$root/scripts/serve.py" "$@" 9>&- # without the lock
