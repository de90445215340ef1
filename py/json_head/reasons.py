"""Sentences for people on why a request was not sent, or why no response came, by the codes that transports give."""

from __future__ import annotations

#: The code of a response that came from another service worker instead of the server. It precedes all other rules.
SERVICE_WORKER = "service-worker"

#: Why a request was not sent, or why its response does not count, by the code that a transport gives.
BLOCKED_REASONS = {
    SERVICE_WORKER: "A service worker of this site replied in the server's place, so nothing is known about the link.",
    "file-unreadable": "It is unknown whether this file exists, because a folder in its path or the file itself cannot be read.",
    "file-skipped": "It is unknown whether this file exists, because its folder was skipped, or was not read to its end.",
    "outside-root": "This link leads out of the folder of the site or repository, so it was not looked up.",
    "offline": "This device was offline, or seemed to be.",
    "page-policy": "The security policy of this page forbids the address, or one that it redirects to.",
    "local-address": "It is a private address, which a public page may not be allowed to reach.",
    "forbidden-address": "It leads where no request may go from here.",
    "host-limit": "Too much is under way for this website. Check again later.",
    "look-up-limit": "The names of too many websites are being looked up at the moment. Check again later.",
}
#: The codes of those that may be sent later.
NOT_YET = frozenset(("host-limit", "look-up-limit"))

#: Why a connection gave no response, by the code that a transport gives. A browser does not reveal these causes.
FAILURE_REASONS = {
    "dns": "No website of this name was found.",
    "refused": "Nothing listens at this address: the connection was refused.",
    "reset": "The server hung up before it had replied.",
    "tls": "No secure connection: the certificate is not valid, or TLS failed.",
    "tls-authority": "No secure connection: the certificate was not issued by an authority that this machine trusts.",
    "tls-name": "No secure connection: the certificate belongs to another website.",
    "tls-expired": "No secure connection: the certificate has expired, or is not valid yet.",
    "tls-old": "No secure connection: the server speaks only an old version of TLS, which is not safe.",
    "tls-client": "No secure connection: the server wants a certificate of the client, and got none or does not trust it.",
    "redirects": "It redirects in a circle, too many times, or to an address that no link can have.",
    "protocol": "What came back is not HTTP.",
    "unreachable": "There is no way to this address from here.",
    "proxy": "The proxy could not be reached.",
    "proxy-tls": "No secure connection to the proxy: its certificate is not valid or not trusted by this machine, or TLS failed.",
    "proxy-timeout": "The proxy made no connection to the server in time.",
    "proxy-password": "The proxy wants another user name or password.",
    "proxy-refused": "The proxy refused to connect to the server, or is no proxy.",
    "proxy-server": "The proxy found no server of this name, or could not connect to it.",
}
