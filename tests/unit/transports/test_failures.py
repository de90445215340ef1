"""The codes of failures, by exception."""

import errno
import socket
import ssl

import pytest
from json_head.reasons import FAILURE_REASONS
from json_head.transports.failures import code_of, error_numbers

TABLE = [
    (socket.gaierror(socket.EAI_NONAME, "unknown"), "dns"),
    (UnicodeError("label too long"), "dns"),
    (ssl.SSLCertVerificationError("self-signed"), "tls"),
    (ssl.SSLError("wrong version number"), "tls"),
    (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "refused"),
    (ConnectionResetError(errno.ECONNRESET, "reset"), "reset"),
    (BrokenPipeError(errno.EPIPE, "pipe"), "reset"),
    (ConnectionResetError(), "reset"),
    (OSError(errno.ENETUNREACH, "no route"), "unreachable"),
    (OSError(errno.ETIMEDOUT, "no answer to any SYN"), "unreachable"),
    (OSError("no number"), "unreachable"),
    (OSError(f"Multiple exceptions: [Errno {errno.ECONNREFUSED}] a, [Errno {errno.ENETUNREACH}] b"), "refused"),
    (OSError(f"Multiple exceptions: [Errno {errno.ENETUNREACH}] a, [Errno {errno.EHOSTUNREACH}] b"), "unreachable"),
]


@pytest.mark.parametrize(("error", "code"), TABLE, ids=[repr(error) for error, _ in TABLE])
def test_exceptions_have_failure_codes(error, code):
    assert code_of(error) == code
    assert code in FAILURE_REASONS


def test_too_many_open_files_is_found_among_several_causes():
    assert errno.EMFILE in error_numbers(OSError(f"Multiple exceptions: [Errno {errno.EMFILE}] a, [Errno 1] b"))
