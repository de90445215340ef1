#!/bin/sh
# The image's entry point: `docker run IMAGE check docs/` runs a command; without one, or with options only, the API is served.
case ${1-} in
  '' | -*) exec json-head serve --host 0.0.0.0 "$@" ;;
  serve)
    shift
    exec json-head serve --host 0.0.0.0 "$@"
    ;;
  *) exec json-head "$@" ;;
esac
