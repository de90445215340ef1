"""The command ``json-head``: a thin layer over the engine.

::

    group.py        the command group, and its exit codes
    commands/       json-head check, crawl and bulk, the commands on stored runs, head, annotate, fix, init and serve
    options/        their options, what they mean together, and the configuration
    sources/        files, folders, globs, standard input; where relative links of files lead
    fixing.py       plans the repairs of json-head fix; archive.py looks for archived copies
    wanted.py       the input and the output of a check
    reading.py      extracts links from sources
    run.py          runs a check: reads sources, filters links, checks files and URLs
    history/        records runs, and knows which findings are not new; the cache
    stored.py       reads a stored run for printing
    network.py      opens the transport that the options select
    printing/       the table and the summary, GitHub's annotations, and reports
    progress/       progress lines for logs, and a progress bar or line for terminals
    running.py      runs a check in an event loop; signals.py: SIGINT, SIGTERM and SIGHUP
    streams.py      the standard streams, also closed ones
    errors.py       exceptions whose messages are shown to the user
"""

from __future__ import annotations

import sys

from json_head.cli.signals import end_at_once


def main() -> None:
    """Run the command. Exits with 0, 1, 2, or 128 plus a signal number (see ``json-head check --help``)."""
    end_at_once()  # while the other modules are being imported
    try:
        if sys.argv[1:2] == ["serve"]:
            from json_head.cli.commands import serve  # does not load what only the other commands need

            serve.main(sys.argv[2:])
        from json_head.cli.group import main
    except ImportError as error:
        if error.name and error.name.startswith("json_head"):
            raise
        package = "'json-head[relay]'" if sys.argv[1:2] == ["serve"] else "json-head"
        print(f"json-head: the command needs {error.name}. Install it with: pip install {package}", file=sys.stderr)
        sys.exit(2)
    try:
        main()
    except SystemExit as end:
        from json_head.cli.printing.output import leave

        leave(end.code)
