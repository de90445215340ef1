"""The addresses of a name that a guard permits. A name without any fails like a name that does not exist.

Otherwise the errors, or the time until them, would tell which names exist in this machine's network. An IP address in a
URL needs no such care: it is refused by public rules, without a look-up.
"""

from __future__ import annotations

import asyncio
import math
import socket
from typing import TYPE_CHECKING

from json_head.transports.sockets.resolver import Address, Name, family_of

if TYPE_CHECKING:
    from json_head.guard import Guard

#: A failed look-up takes a multiple of this time, in seconds. A name in a hosts file or a near server fails at once, and
#: one that does not exist only after a round trip to its servers, most of which take less than this.
FAILURE_STEP_S = 0.5


async def permitted(look_up: asyncio.Future[list[Address]], name: Name, guard: Guard | None) -> list[Address]:
    """Await a look-up that has begun, and return the addresses that may be dialled.

    Raises:
        OSError, UnicodeError: the name has no address, or with a guard no permitted one.
    """
    if guard is None or family_of(name[0]) is not None:
        return await asyncio.shield(look_up)
    loop = asyncio.get_running_loop()
    began = loop.time()
    error: OSError | UnicodeError = socket.gaierror(socket.EAI_NONAME, "no address that may be dialled")
    try:
        addresses = await asyncio.shield(look_up)
    except TimeoutError:
        raise
    except (OSError, UnicodeError) as failure:
        error = failure
    else:
        if guard.permits_name(name[0]):
            addresses = [address for address in addresses if guard.permits_address(address[4][0])]
            if addresses:
                return addresses
    took_s = loop.time() - began
    await asyncio.sleep(math.ceil(took_s / FAILURE_STEP_S) * FAILURE_STEP_S - took_s)
    raise error
