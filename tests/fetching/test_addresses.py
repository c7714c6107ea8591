"""Public addresses are recognized from the number of the address only, without sending a byte."""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest

from stancedb.fetching.addresses import is_public

# Every block in the two IANA registries, October 2025, with its entry for "globally reachable", and multicast.
BLOCKS = """
0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29
192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24
192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
255.255.255.255/32 224.0.0.0/4
::1/128 ::/128 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128 2001:1::2/128 2001:1::3/128
2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16
2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 ff00::/8
"""
SPECIAL = BLOCKS.split()


@pytest.mark.parametrize("block", SPECIAL)
def test_no_address_of_a_special_block_is_public(block: str) -> None:
    network = ip_network(block)
    some = [network[0], network[-1], network[network.num_addresses // 2]]

    assert [str(ip) for ip in some if is_public(ip)] == []


@pytest.mark.parametrize(
    "number",
    [
        "127.9.9.9",
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "239.255.255.250",
        "::7f00:1",
        "::101:101",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:192.88.99.1",
        "::ffff:0:1.1.1.1",
        "64:ff9b::7f00:1",
        "64:ff9b::c058:6301",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::101:101",
        "2002:7f00:1::",
        "2002:101:101::",
        "2001:0:4136:e378::",
        "fe80::1%eth0",
        "::1%1",
        "fec0::1",
        "fd00:ec2::254",
        "200::1",
        "4000::1",
        "5f00::1",
        "5fff::1",
    ],
)
def test_an_address_that_is_not_public_is_known_as_such(number: str) -> None:
    assert not is_public(ip_address(number))


@pytest.mark.parametrize(
    "number",
    [
        "93.184.216.34",
        "1.1.1.1",
        "192.88.98.255",
        "192.88.100.0",
        "100.63.255.255",
        "172.32.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2001:200::1",
        "2001:db9::1",
        "2003::1",
        "3ffe::1",
        "2620:4f:8001::1",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
    ],
)
def test_a_public_address_is_known_as_such(number: str) -> None:
    assert is_public(ip_address(number))


def test_nothing_is_public_that_python_knows_not_to_be() -> None:
    chance = random.Random(16)  # noqa: S311 - addresses that do not repeat, the same in every run
    some = [
        *(IPv4Address(chance.getrandbits(32)) for _ in range(20_000)),
        # Half of them in ranges that are assigned at all.
        *(IPv6Address(chance.getrandbits(128)) for _ in range(5_000)),
        *(IPv6Address(1 << 125 | chance.getrandbits(125)) for _ in range(5_000)),
        *(network[1] for network in map(ip_network, SPECIAL) if network.num_addresses > 1),
    ]

    assert [str(ip) for ip in some if is_public(ip) and (not ip.is_global or ip.is_multicast or ip.is_reserved)] == []
