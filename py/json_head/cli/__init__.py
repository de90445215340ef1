"""The command ``json-head``: a thin face of the engine, on click and rich, which the extra ``json-head[cli]`` brings.

::

    commands.py     json-head check, json-head head
    serve.py        json-head serve
    options.py      what they take, and how it is read
    sources.py      files, folders, globs, standard input
    wanted.py       what a check takes and gives
    reading.py      links out of sources
    local.py        where relative links of files lead on the disk
    run.py          read, leave out, look for files, audit: rows out of sources
    cache.py        what was fine a while ago (SQLite)
    network.py      the transport that a command asks for
    report.py       the table, the summary
    progress.py     who is told how it goes: lines, elsewhere than on a terminal
    bar.py          a bar, on a terminal
    signals.py      what ends a command before its end
    output.py       where text goes
    errors.py       what ends a command
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command. Exits with 0, 1, 2, or 128 and a signal's number, as ``json-head check --help`` says."""
    try:
        if sys.argv[1:2] == ["serve"]:
            from json_head.cli import serve  # it does without rich, which json-head[relay] does not bring

            serve.main(sys.argv[2:])
        from json_head.cli.commands import main
    except ImportError as error:
        if error.name and error.name.startswith("json_head"):
            raise
        extra = "relay" if sys.argv[1:2] == ["serve"] else "cli"
        print(f"json-head: the command needs {error.name}: pip install 'json-head[{extra}]'", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:  # Ctrl+C before there is anything to print
        sys.exit(130)
    try:
        main()
    except SystemExit as end:
        from json_head.cli.output import leave

        leave(end.code)
