"""Addresses, ports and URLs that the guard of the API refuses."""

import ipaddress
from ipaddress import IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.guard import FORBIDDEN, MAX_URL_LENGTH, ForbiddenAddressError, Guard, is_public
from json_head.urls.target import UrlError, parse

#: Special networks, each with its reference. The guard refuses every address in them.
SPECIAL = """
0.0.0.0/8 RFC 791, this network
0.0.0.0/32 RFC 1122, this host
10.0.0.0/8 RFC 1918
100.64.0.0/10 RFC 6598
100.100.100.200/32 Alibaba Cloud metadata
127.0.0.0/8 RFC 1122
168.63.129.16/32 Azure host service
169.254.0.0/16 RFC 3927
169.254.169.254/32 metadata of most clouds
169.254.170.2/32 Amazon ECS credentials
169.254.169.123/32 Amazon time
172.16.0.0/12 RFC 1918
192.0.0.0/24 RFC 6890
192.0.0.0/29 RFC 7335
192.0.0.8/32 RFC 7600
192.0.0.9/32 RFC 7723
192.0.0.10/32 RFC 8155
192.0.0.170/32 RFC 8880
192.0.0.171/32 RFC 7050
192.0.0.192/32 Oracle Cloud metadata
192.0.2.0/24 RFC 5737
192.88.99.0/24 RFC 7526
192.168.0.0/16 RFC 1918
198.18.0.0/15 RFC 2544
198.51.100.0/24 RFC 5737
203.0.113.0/24 RFC 5737
224.0.0.0/4 RFC 5771
224.0.0.0/24 RFC 5771, local network control
233.252.0.0/24 RFC 6676, documentation
239.0.0.0/8 RFC 2365
240.0.0.0/4 RFC 1112
255.255.255.255/32 RFC 919
::/128 RFC 4291
::1/128 RFC 4291
::/96 RFC 4291, IPv4-compatible
::127.0.0.1/128 RFC 4291
::ffff:0:0/96 RFC 4291, IPv4-mapped
::ffff:127.0.0.1/128 RFC 4291
::ffff:8.8.8.8/128 RFC 4291
::ffff:0:0:0/96 RFC 2765, IPv4-translated
64:ff9b::/96 RFC 6052
64:ff9b::7f00:1/128 RFC 6052
64:ff9b:1::/48 RFC 8215
100::/64 RFC 6666
100:0:0:1::/64 RFC 9780
200::/7 RFC 4048
2001::/23 RFC 2928
2001::/32 RFC 4380, Teredo
2001:1::1/128 RFC 7723
2001:1::2/128 RFC 8155
2001:1::3/128 RFC 9665
2001:2::/48 RFC 5180
2001:3::/32 RFC 7450
2001:4:112::/48 RFC 7535
2001:10::/28 RFC 4843
2001:20::/28 RFC 7343
2001:30::/28 RFC 9374
2001:db8::/32 RFC 3849
2002::/16 RFC 3056
2002:7f00:1::/48 RFC 3056
2002:a9fe:a9fe::/48 RFC 3056
3ffe::/16 RFC 3701
3fff::/20 RFC 9637
4000::/3 RFC 4291
5f00::/16 RFC 9602
6000::/3 RFC 4291
8000::/3 RFC 4291
c000::/3 RFC 4291
e000::/4 RFC 4291
fc00::/7 RFC 4193
fd00:ec2::254/128 Amazon metadata
fd20:ce::254/128 Google Cloud metadata
fe00::/9 RFC 4291
fe80::/10 RFC 4291
fe80::a9fe:a9fe/128 link-local metadata
fec0::/10 RFC 3879
ff00::/8 RFC 4291
ff02::1/128 RFC 4291
""".strip().splitlines()
RANGES = [ip_network(line.split(" ")[0]) for line in SPECIAL]

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15 168.63.129.17
169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0 192.88.98.255 192.167.255.255
192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255
2001:200:: 2001:4860:4860::8888 2001:db7:ffff:: 2001:db9:: 2003:: 2400:cb00:: 2606:4700:4700::1111 2a00:1450::
2c0f:ffff:: 2620:fe::fe 3ffd:ffff::
""".split()


def refused(address, port=443, guard=None):
    try:
        (guard or Guard()).check_address(str(address), port)
    except ForbiddenAddressError as forbidden:
        assert str(forbidden) == "forbidden-address"
        return True
    return False


@pytest.mark.parametrize("network", RANGES, ids=str)
def test_special_addresses_are_refused(network):
    middle = network.network_address + network.num_addresses // 2
    assert all(refused(address) for address in (network[0], network[-1], middle))


@given(st.sampled_from(RANGES).flatmap(lambda network: st.ip_addresses(network=network)))
def test_every_address_of_a_special_network_is_refused(address):
    assert refused(address)


@given(st.ip_addresses(v=4))
def test_ipv4_addresses_embedded_in_ipv6_are_refused(address):
    low = int(address)
    for prefix in ("::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::"):
        assert refused(IPv6Address(int(ip_address(prefix)) | low))
    assert refused(IPv6Address(int(ip_address("2002::")) | low << 80))
    assert refused(IPv6Address(int(ip_address("2001::")) | low ^ 0xFFFFFFFF))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address):
    assert not refused(address)
    assert is_public(ip_address(address))


def test_every_row_of_the_table_has_a_network_a_use_and_a_reference():
    for network, use, source in FORBIDDEN:
        assert ip_network(network) and use and source


@pytest.mark.parametrize("address", ["fe80::1%eth0", "2606:4700::1%1", "localhost", "", "0x7f.1", "1.1.1.1 ", "127.1"])
def test_malformed_and_scoped_addresses_are_refused(address):
    assert refused(address) == (address != "2606:4700::1%1")


def test_only_ports_80_and_443_are_allowed_by_default():
    assert [port for port in (0, 22, 80, 443, 8080, 65_535) if not refused("1.1.1.1", port)] == [80, 443]
    assert not refused("1.1.1.1", 8080, Guard(ports=(8080,)))
    assert refused("1.1.1.1", 80, Guard(ports=(8080,)))


def test_a_network_can_be_allowed():
    guard = Guard(allow=("10.1.0.0/16", "::1/128"))
    assert not refused("10.1.255.255", guard=guard) and not refused("::1", guard=guard)
    assert refused("10.2.0.0", guard=guard) and refused("127.0.0.1", guard=guard)
    with pytest.raises(ValueError):
        Guard(allow=("10.1.0.0/99",))


URLS = {
    "https://example.com/": None,
    "http://example.com:443/a?b#c": None,
    "https://example.com/" + "a" * (MAX_URL_LENGTH - 20): None,
    "https://example.com/" + "a" * (MAX_URL_LENGTH - 19): "too-long",
    "https://example.com/" + "é" * 400: "too-long",  # 2,420 characters after percent-encoding
    "ftp://example.com/": "other-scheme",
    "nonsense": "invalid-url",
    "https://example.com:8443/": "blocked-port",
    "https://user@example.com/": "credentials",
    "https://user:pass@example.com/": "credentials",
    "https://@example.com/": "credentials",
    "https://example.com\\@evil.test/": "invalid-url",
    "https://example.com/a\\b": "invalid-url",
    "https://exa\nmple.com/": "invalid-url",
    "https://example.com/\x00": "invalid-url",
    "https://example.com/\x7f": "invalid-url",
    "https://example.com/\x85": "invalid-url",
    "\thttps://example.com/": "invalid-url",
    "https://example.com/@a": None,
    "https://example.com?@a": None,
}


@pytest.mark.parametrize("url", URLS)
def test_urls_are_checked_as_written(url):
    if URLS[url] is None:
        assert Guard().parse(url) == parse(url)
    else:
        with pytest.raises(UrlError) as refusal:
            Guard().parse(url)
        assert refusal.value.code == URLS[url]
        assert refusal.value.reason.endswith(".")


def test_is_global_is_not_sufficient():
    # If this fails, Python's own table has been completed. Older versions of Python still need the rows.
    permitted = [line for line, network in zip(SPECIAL, RANGES, strict=True) if network[0].is_global]
    assert len(permitted) > 5
    assert ipaddress.ip_address("168.63.129.16").is_global
