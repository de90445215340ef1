"""Networks and names that an operator denies."""

import pytest
from json_head.guard import Guard


@pytest.mark.parametrize("address", ["1.1.1.1", "1.1.1.255", "2606:4700::1", "2606:4700::1%1"])
def test_an_address_of_a_denied_network_is_forbidden(address):
    assert Guard().permits_address(address)
    assert not Guard(deny=("1.1.1.0/24", "2606:4700::/32")).permits_address(address)


def test_a_denied_network_is_forbidden_although_it_is_allowed():
    guard = Guard(allow=("10.0.0.0/8", "::/0"), deny=("10.1.0.0/16",))
    assert guard.permits_address("10.2.0.1")
    assert not guard.permits_address("10.1.0.1")
    assert not guard.permits_address("::ffff:10.1.0.1")


def test_a_single_address_can_be_denied():
    guard = Guard(deny=("1.1.1.1", "2606:4700::1"))
    assert [guard.permits_address(one) for one in ("1.1.1.1", "1.1.1.2", "2606:4700::1")] == [False, True, False]


@pytest.mark.parametrize(
    "hostname", ["example.com", "example.com.", "a.example.com", "a.b.example.com.", "xn--bcher-kva.test", "intranet"]
)
def test_a_denied_name_and_the_names_below_it_are_forbidden(hostname):
    guard = Guard(deny=("Example.COM.", "bücher.test", "intranet"))
    assert not guard.permits_name(hostname)
    assert Guard().permits_name(hostname)


@pytest.mark.parametrize("hostname", ["example.org", "notexample.com", "com", "example.com.test", ""])
def test_other_names_are_not_forbidden(hostname):
    assert Guard(deny=("example.com",)).permits_name(hostname)


@pytest.mark.parametrize(
    "entry", ["10.0.0.0/99", "10.0.0.1/8", "256.1.1.1", "a b", "http://a.test/", "*.a.test", "", "."]
)
def test_an_entry_that_is_neither_a_network_nor_a_name_is_invalid(entry):
    with pytest.raises(ValueError):
        Guard(deny=(entry,))
