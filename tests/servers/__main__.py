"""``python -m tests.servers``: serve the targets until standard input closes. The one line of output has their origins."""

from __future__ import annotations

import asyncio
import json
import logging

from .lifeline import until_unneeded
from .origins import serving


async def main() -> None:
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # connections are broken on purpose
    async with serving() as origins:
        print(json.dumps(origins), flush=True)
        await until_unneeded()


asyncio.run(main())
