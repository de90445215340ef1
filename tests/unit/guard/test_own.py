"""The addresses of this machine."""

import errno
from ipaddress import ip_address

import pytest
from json_head.guard import Guard, own, rules
from json_head.guard.own import is_own


class System:
    """Sockets of a machine with these addresses. It sends from the first of them."""

    def __init__(self, addresses, binds_any=False, error=errno.EADDRNOTAVAIL):
        self.addresses = addresses
        self.binds_any = binds_any
        self.error = error

    def socket(self, family, kind):
        return Socket(self)


class Socket:
    def __init__(self, system):
        self.system = system

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        pass

    def bind(self, address):
        if not self.system.binds_any and address[0] not in self.system.addresses:
            raise OSError(self.system.error, "bind")

    def connect(self, address):
        self.peer = address[0]

    def getsockname(self):
        return (self.peer if self.peer in self.system.addresses else self.system.addresses[0], 1)


@pytest.fixture
def system(monkeypatch):
    def install(*given, **named):
        system = System(*given, **named)
        monkeypatch.setattr(own.socket, "socket", system.socket)

    return install


def test_loopback_belongs_to_this_machine():
    assert is_own(ip_address("127.0.0.1"))
    assert not is_own(ip_address("192.0.2.1")) and not is_own(ip_address("2001:db8::1"))


def test_public_addresses_of_this_machine_are_forbidden(system):
    system(["1.1.1.1", "2606:4700::1"])
    guard = Guard()
    assert not guard.permits_address("1.1.1.1") and not guard.permits_address("2606:4700::1%2")
    assert guard.permits_address("1.1.1.2") and guard.permits_address("2606:4700::2")


def test_an_own_address_can_be_allowed(system):
    system(["1.1.1.1"])
    assert Guard(allow=("1.1.1.1/32",)).permits_address("1.1.1.1")


def test_own_addresses_are_known_where_programs_bind_to_any_address(system):
    system(["1.1.1.1"], binds_any=True)
    assert is_own(ip_address("1.1.1.1")) and not is_own(ip_address("1.1.1.2"))


def test_an_exhausted_process_forbids_and_allows_nothing(system):
    system([], error=errno.EMFILE)
    with pytest.raises(OSError, match="bind"):
        is_own(ip_address("1.1.1.1"))


def test_an_address_that_is_not_public_needs_no_socket(monkeypatch):
    monkeypatch.setattr(rules, "is_own", None)
    assert not Guard().permits_address("10.0.0.1")
