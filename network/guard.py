"""Which addresses may be connected to: asked at sign-up, and again right before each connection.

The tables follow the IANA special-purpose address registries (RFC 6890 and its updates) and not
``ipaddress``'s ``is_global``, whose answer changes with the Python version.
"""

import errno
import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from unicodedata import normalize
from urllib.parse import SplitResult, urlsplit

from messages.catalogue import N_
from messages.errors import Told

MAX_ADDRESS = 2048
"""Longest web address that is looked at, in characters."""

AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""What ``getaddrinfo`` gives: family, type, protocol, canonical name, socket address."""

_REFUSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network, the unspecified address
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, retired
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, limited broadcast
    )
)
_PUBLIC_V6 = IPv6Network("2000::/3")  # the only space given out as global unicast
_REFUSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments; Teredo within it is unwrapped before
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAMES = ("localhost", "local", "localdomain", "internal", "lan", "home.arpa", "onion")
_DOTS = str.maketrans({"\u3002": ".", "\uff61": "."})  # IDNA reads these as dots, NFKC does not
_UNFIT = re.compile(r"[\x00-\x20\x7f\\\u0080-\u00a0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class GuardError(Told):
    """An address that may not be asked for; its text is one line that names it."""


class RefusedAddressError(GuardError, OSError):
    """A connection to an address that is not public was stopped before it was made."""

    def __init__(self, address: str) -> None:
        OSError.__init__(self, errno.EACCES, f"{address} is not a public address")
        self.sentence, self.values = N_("{address} is not a public address"), {"address": address}

    def __str__(self) -> str:
        return str(self.strerror)


def allowed(ip: str | IPv4Address | IPv6Address) -> bool:
    """Say whether an IP address is a public one; text that is no IP address is not allowed.

    An IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64) is judged as itself.
    """
    try:
        address = ip_address(ip) if isinstance(ip, str) else ip
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    inner = _inner_addresses(address)
    if inner:
        return all(allowed(each) for each in inner)
    return address in _PUBLIC_V6 and not any(address in network for network in _REFUSED_V6)


def _inner_addresses(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """Give the IPv4 addresses an IPv6 address stands for, if it stands for any."""
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return ()


def check_address(url: str, allow_private: bool = False) -> None:
    """Refuse a web address that is malformed, not http(s), or plainly not public.

    Names are not looked up here: what they resolve to is checked at each connection.
    Raises GuardError.
    """
    parts = _split(url)
    host = normalize("NFKC", parts.hostname or "").translate(_DOTS).rstrip(".").lower()
    if not host:
        raise GuardError(N_("{address} names no host"), address=_shown(url))
    if not allow_private and not _public_host(host):
        raise GuardError(
            N_("{address} is not a public address: {host}"), address=_shown(url), host=host
        )


def _split(url: str) -> SplitResult:
    """Take a web address apart, refusing what two readers could read in two ways."""
    if len(url) > MAX_ADDRESS:
        raise GuardError(
            N_("{address} is longer than {most} characters"), address=_shown(url), most=MAX_ADDRESS
        )
    if _UNFIT.search(url):
        raise GuardError(
            N_("{address} holds a space, a backslash or an invisible character"),
            address=_shown(url),
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise GuardError(
            N_("{address} is not an address: {error}"), address=_shown(url), error=error
        ) from error
    if parts.scheme not in {"http", "https"}:
        raise GuardError(
            N_("{address} does not begin with http:// or https://"), address=_shown(url)
        )
    if "@" in parts.netloc or "%" in parts.netloc or port == 0:
        raise GuardError(
            N_("{address} has a user name, an escape or port 0 before its path"),
            address=_shown(url),
        )
    return parts


def _public_host(host: str) -> bool:
    """Say whether a host may be public: a public IP address, however written, or a full name."""
    if ":" in host:
        return allowed(host)
    last = host.rsplit(".", 1)[-1]
    if last.isdigit() or last.startswith("0x"):
        return _public_number(host)
    local = any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES)
    return "." in host and not local


def _public_number(host: str) -> bool:
    """Judge an IPv4 address as resolvers read it: decimal, hex, octal, one to four parts."""
    try:
        return allowed(IPv4Address(socket.inet_aton(host)))
    except (OSError, ValueError):
        return False


def _shown(url: str) -> str:
    """Give an address as it may stand in a message: short, without control characters."""
    return ascii(url if len(url) <= 80 else f"{url[:77]}...")


def check_connection(address: str, allow_private: bool) -> None:
    """Refuse an IP address that is about to be connected to, with RefusedAddressError."""
    if not (allow_private or allowed(address)):
        raise RefusedAddressError(str(address))


def guarded_socket_factory(allow_private: bool) -> Callable[[AddressInfo], socket.socket]:
    """Give a maker of sockets for connectors that resolve first and connect after.

    It is handed the resolved address right before the connection, so that no name, number form
    or redirect gets around it. The maker raises RefusedAddressError.
    """

    def make_socket(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        check_connection(str(address[0]), allow_private)
        return socket.socket(family=family, type=kind, proto=protocol)

    return make_socket
