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
    ("entry", "reason"),
    [
        ("10.0.0.0/99", "neither an IP address nor a network"), ("10.0.0.1/8", "Its network is 10.0.0.0/8."), ("256.1.1.1", "neither a network"),
        ("0x7f000001", "neither a network"), ("0x", "neither a network"), ("a.0X7F", "neither a network"), ("a b", "neither a network"),
        ("http://a.test/", "neither a network"), ("*.a.test", "a.test denies all names below it"), ("", "neither a network"), (".", "neither a network"),
        ("::ffff:10.0.0.1/104", "Its network is ::ffff:a00:0/104."), ("a/8", "neither an IP address"),
    ],
)  # fmt: skip
def test_an_entry_that_is_neither_a_network_nor_a_name_is_invalid_for_a_reason(entry, reason):
    with pytest.raises(ValueError, match=reason):
        Guard(deny=(entry,))


@pytest.mark.parametrize("entry", ["0x7g", "0xa.test", "a0x7f", "1-2"])
def test_a_name_may_look_a_little_like_a_number(entry):
    assert not Guard(deny=(entry,)).permits_name(entry)


def test_a_network_of_mapped_addresses_is_that_of_ipv4():
    assert Guard(allow=("10.0.0.0/8",)).permits_address("10.1.2.3")
    assert Guard(allow=("::ffff:10.0.0.0/104",)).permits_address("10.1.2.3")
    guard = Guard(deny=("::ffff:1.1.0.0/112",))
    assert [guard.permits_address(one) for one in ("1.1.1.1", "1.2.1.1")] == [False, True]
