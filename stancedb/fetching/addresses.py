"""Recognise publicly reachable network addresses, using our own list.

The list is that of the IPv4 and IPv6 Special-Purpose Address Registries of IANA (RFC 6890, as of October 2025).
Python's list is not used, because it is as old as the installed Python. Addresses that the registries call globally
reachable are also refused: anycast, tunnels and identifiers do not host articles.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

IP = IPv4Address | IPv6Address

_SPECIAL_IPV4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private use
            "100.64.0.0/10",  # shared address space; metadata of a cloud
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link local; metadata of clouds
            "172.16.0.0/12",  # private use
            "192.0.0.0/24",  # protocol assignments; metadata of a cloud
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # relays of 6to4 and 6a44
            "192.168.0.0/16",  # private use
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
            "168.63.129.16/32",  # public by its number, but a cloud's service for its own machines
        ),
    )
)
# All addresses assigned to single hosts are in this block.
_GLOBAL_UNICAST = ip_network("2000::/3")
_SPECIAL_IPV6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarks, AMT, AS112, ORCHID, DRIP
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: embeds an IPv4 address
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
# NAT64 (RFC 6052) embeds an IPv4 address. The prefix for local use, 64:ff9b:1::/48, is not public.
_TRANSLATED = ip_network("64:ff9b::/96")


def is_public(ip: IP) -> bool:
    """Return whether the whole internet can reach an address; one that embeds another is judged by the other."""
    if isinstance(ip, IPv6Address):
        inner = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _TRANSLATED else ip.ipv4_mapped
        if inner is None:
            return ip in _GLOBAL_UNICAST and not any(ip in network for network in _SPECIAL_IPV6)
        ip = inner
    return not any(ip in network for network in _SPECIAL_IPV4)
