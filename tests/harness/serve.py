"""``python -m tests.harness.serve NAME=FOLDER...``: serve folders, each on an origin of its own and below a path prefix.

Prints ``{name: address}`` as one line of JSON, and ends when standard input closes.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from pathlib import Path

from tests.servers.lifeline import until_unneeded

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from serve import make_server


def main(mounts: list[str]) -> None:
    addresses = {}
    for name, _, folder in (mount.partition("=") for mount in mounts):
        prefix = f"/{name}/"
        server = make_server(Path(folder), "127.0.0.1", 0, prefix)
        addresses[name] = f"http://127.0.0.1:{server.server_port}{prefix}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps(addresses), flush=True)
    asyncio.run(until_unneeded())


main(sys.argv[1:])
