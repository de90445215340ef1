"""The addresses of a name that a guard permits."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from json_head.transports.sockets.resolver import Address, Name, family_of

if TYPE_CHECKING:
    from json_head.guard import Guard

#: With a guard that hides names, a failed look-up takes a multiple of this time, in seconds. A name in a hosts file or a
#: near server fails at once, and one that does not exist only after a round trip to its servers, most of which take less
#: than this.
FAILURE_STEP_S = 0.5


async def permitted(look_up: asyncio.Future[list[Address]], name: Name, guard: Guard | None) -> list[Address]:
    """Await a look-up that has begun, and return the addresses that may be dialled.

    If the guard hides names, a name without a permitted address fails like one that does not exist. Otherwise the error,
    or the time until it, would tell which names exist in this machine's network. An IP address in a URL needs no such
    care: it is refused by public rules, when it is dialled.

    Raises:
        OSError, UnicodeError: the name has no address, or no permitted one.
    """
    if guard is None or family_of(name[0]) is not None:
        return await asyncio.shield(look_up)
    if not guard.hides_names:
        return _permitted(await asyncio.shield(look_up), name, guard)
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        return _permitted(await asyncio.shield(look_up), name, guard)
    except TimeoutError:
        raise
    except (OSError, UnicodeError) as error:
        from json_head.guard import ForbiddenAddressError

        took_s = loop.time() - began
        await asyncio.sleep(FAILURE_STEP_S - took_s % FAILURE_STEP_S)
        if isinstance(error, ForbiddenAddressError):
            raise socket.gaierror(socket.EAI_NONAME, "no address that may be dialled") from error
        raise


def _permitted(addresses: list[Address], name: Name, guard: Guard) -> list[Address]:
    from json_head.guard import ForbiddenAddressError  # already loaded by the creator of the guard

    found = [address for address in addresses if guard.permits_address(address[4][0])]
    if not found or not guard.permits_name(name[0]):
        raise ForbiddenAddressError
    return found
