"""``python -m tests.servers.sites traps`` or ``folder DIRECTORY``: serve until standard input closes. The line of output is the port."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.servers.sites import folder
from tests.servers.sites.server import serve


def main() -> None:
    match sys.argv[1:]:
        case ["traps"]:
            from tests.servers.sites.everything import HOSTS, answer

            asyncio.run(serve(answer, HOSTS))
        case ["folder", path]:
            asyncio.run(serve(folder.site_of(Path(path)), headers=folder.HEADERS))
        case _:
            sys.exit(__doc__)


main()
