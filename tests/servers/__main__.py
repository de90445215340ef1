"""``python -m tests.servers``: serve the targets until standard input closes; the one line of output is their origins."""

from __future__ import annotations

import asyncio
import json
import logging

from .lifeline import until_unneeded
from .origins import serving


async def main() -> None:
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # connections broken on purpose are no news
    async with serving() as origins:
        print(json.dumps(origins), flush=True)
        await until_unneeded()


asyncio.run(main())
