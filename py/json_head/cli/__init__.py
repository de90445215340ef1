"""The command ``json-head``: a thin layer over the engine.

::

    commands.py     json-head check, json-head head
    serve.py        json-head serve
    options.py      the options, and how their values are parsed
    sources/        files, folders, globs, standard input; relative links of files
    wanted.py       the input and the output of a check
    reading.py      extracts links from sources
    run.py          runs a check: reads sources, filters links, checks files and URLs
    cache.py        stores recent ok results (SQLite)
    network.py      opens the transport that the options select
    report.py       the table and the summary
    progress/       progress lines for logs, and a progress bar for terminals
    signals.py      SIGTERM and SIGHUP
    output.py       writes to standard output and files
    errors.py       exceptions whose messages are shown to the user
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command. Exits with 0, 1, 2, or 128 plus a signal number (see ``json-head check --help``)."""
    try:
        if sys.argv[1:2] == ["serve"]:
            from json_head.cli import serve  # does not load what only the other commands need

            serve.main(sys.argv[2:])
        from json_head.cli.commands import main
    except ImportError as error:
        if error.name and error.name.startswith("json_head"):
            raise
        package = "'json-head[relay]'" if sys.argv[1:2] == ["serve"] else "json-head"
        print(f"json-head: the command needs {error.name}. Install it with: pip install {package}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:  # Ctrl+C while the modules are being imported
        sys.exit(130)
    try:
        main()
    except SystemExit as end:
        from json_head.cli.output import leave

        leave(end.code)
