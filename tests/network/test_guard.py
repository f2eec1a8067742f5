import errno
import socket

import aiohttp
import pytest

from network.guard import (
    GuardError,
    RefusedAddressError,
    allowed,
    check_address,
    check_connection,
    guarded_socket_factory,
)

PUBLIC = [
    pytest.param("8.8.8.8", id="plain"),
    pytest.param("100.63.255.255", id="just-below-carrier-nat"),
    pytest.param("100.128.0.0", id="just-above-carrier-nat"),
    pytest.param("172.32.0.1", id="just-above-private"),
    pytest.param("2606:4700:4700::1111", id="ipv6"),
    pytest.param("::ffff:8.8.8.8", id="mapped"),
    pytest.param("64:ff9b::808:808", id="nat64"),
    pytest.param("2002:808:808::1", id="6to4"),
]

NOT_PUBLIC = [
    pytest.param("127.0.0.1", id="loopback"),
    pytest.param("127.255.255.254", id="end-of-loopback"),
    pytest.param("0.0.0.0", id="unspecified"),  # noqa: S104 - nothing is bound to it
    pytest.param("0.0.0.1", id="this-network"),
    pytest.param("10.1.2.3", id="private-10"),
    pytest.param("172.16.0.1", id="private-172"),
    pytest.param("192.168.1.1", id="private-192"),
    pytest.param("169.254.169.254", id="metadata"),
    pytest.param("100.64.0.1", id="carrier-nat"),
    pytest.param("192.0.0.8", id="protocol-assignments"),
    pytest.param("198.18.0.1", id="benchmarking"),
    pytest.param("203.0.113.5", id="documentation"),
    pytest.param("224.0.0.1", id="multicast"),
    pytest.param("240.0.0.1", id="reserved"),
    pytest.param("255.255.255.255", id="broadcast"),
    pytest.param("::", id="ipv6-unspecified"),
    pytest.param("::1", id="ipv6-loopback"),
    pytest.param("fe80::1", id="ipv6-link-local"),
    pytest.param("fe80::1%eth0", id="ipv6-scoped"),
    pytest.param("fc00::1", id="ipv6-unique-local"),
    pytest.param("fec0::1", id="ipv6-site-local"),
    pytest.param("ff02::1", id="ipv6-multicast"),
    pytest.param("2001:db8::1", id="ipv6-documentation"),
    pytest.param("3fff::1", id="ipv6-documentation-new"),
    pytest.param("::127.0.0.1", id="ipv4-compatible"),
    pytest.param("::ffff:127.0.0.1", id="mapped-loopback"),
    pytest.param("::ffff:100.64.0.1", id="mapped-carrier-nat"),
    pytest.param("2002:7f00:1::1", id="6to4-loopback"),
    pytest.param("2002:a9fe:a9fe::1", id="6to4-metadata"),
    pytest.param("2001:0:808:808:0:0:80ff:fffe", id="teredo-loopback"),
    pytest.param("64:ff9b::a00:1", id="nat64-private"),
    pytest.param("64:ff9b:1::808:808", id="nat64-local"),
    pytest.param("example.org", id="a-name"),
    pytest.param("", id="nothing"),
]

REFUSED_URLS = [
    pytest.param("http://127.0.0.1/", id="loopback"),
    pytest.param("http://localhost/", id="localhost"),
    pytest.param("http://LOCALHOST./", id="localhost-dot"),
    pytest.param("http://a.localhost/", id="below-localhost"),
    pytest.param("http://printer.local/", id="local"),
    pytest.param("http://metadata.google.internal/", id="internal"),
    pytest.param("http://intranet/", id="one-label"),
    pytest.param("http://[::1]/", id="ipv6-loopback"),
    pytest.param("http://[::ffff:127.0.0.1]/", id="mapped"),
    pytest.param("http://[fe80::1%25eth0]/", id="zone"),
    pytest.param("http://2130706433/", id="decimal"),
    pytest.param("http://0x7f.1/", id="hex"),
    pytest.param("http://0x7f000001/", id="hex-whole"),
    pytest.param("http://0177.0.0.1/", id="octal"),
    pytest.param("http://127.1/", id="short"),
    pytest.param("http://１２７.0.0.1/", id="full-width-digits"),
    pytest.param("http://127。0。0。1/", id="ideographic-dots"),
    pytest.param("http://ⓛocalhost/", id="circled-letter"),
    pytest.param("http://1.2.3.4.5/", id="number-that-is-no-address"),
    pytest.param("http://169.254.169.254/latest/", id="metadata"),
    pytest.param("http://100.64.0.1/", id="carrier-nat"),
    pytest.param("http://example.org@127.0.0.1/", id="user-then-private"),
    pytest.param("http://127.0.0.1@example.org/", id="private-as-user"),
    pytest.param("http://example.org\\@127.0.0.1/", id="backslash"),
    pytest.param("http://127.0.0.1\\.example.org/", id="backslash-host"),
    pytest.param("http://127.0.0.1%2eexample.org/", id="escaped-dot"),
    pytest.param("http://exa mple.org/", id="space"),
    pytest.param("http://example.org/\r\nHost: x", id="line-break"),
    pytest.param("http://example.org/\u202egnp", id="right-to-left-mark"),
    pytest.param("http:///path", id="no-host"),
    pytest.param("http://example.org:0/", id="port-zero"),
    pytest.param("http://example.org:99999/", id="port-too-big"),
    pytest.param("http://[::1/", id="open-bracket"),
    pytest.param("file:///etc/passwd", id="file"),
    pytest.param("gopher://example.org/", id="gopher"),
    pytest.param("data:text/plain,x", id="data"),
    pytest.param("//example.org/", id="no-scheme"),
    pytest.param("http://example.org/" + "a" * 2048, id="endless"),
    pytest.param("", id="nothing"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_allowed(address):
    assert allowed(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_that_is_not_public_is_not_allowed(address):
    assert not allowed(address)


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_unfit_web_address_is_refused_in_one_plain_line(url):
    with pytest.raises(GuardError) as caught:
        check_address(url)
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 200


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://example.org/hook?a=1", id="name"),
        pytest.param("http://8.8.8.8:8080/", id="public-ip"),
        pytest.param("https://[2606:4700:4700::1111]/", id="public-ipv6"),
        pytest.param("https://tintức.example.vn/", id="vietnamese-name"),
        pytest.param("HTTPS://EXAMPLE.ORG./", id="capitals-and-final-dot"),
    ],
)
def test_public_web_address_passes(url):
    assert check_address(url) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "http://localhost/", "http://intranet/"])
def test_private_web_address_passes_where_private_ones_are_allowed(url):
    assert check_address(url, allow_private=True) is None


def test_scheme_is_checked_even_where_private_addresses_are_allowed():
    with pytest.raises(GuardError, match="does not begin with http"):
        check_address("file:///etc/passwd", allow_private=True)


def test_refused_connection_names_the_address():
    with pytest.raises(RefusedAddressError) as caught:
        check_connection("169.254.169.254", allow_private=False)
    assert str(caught.value) == "169.254.169.254 is not a public address"
    assert caught.value.errno == errno.EACCES


def test_public_connection_passes():
    assert check_connection("8.8.8.8", allow_private=False) is None


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1"]
)
async def test_aiohttp_connects_to_no_loopback_however_it_is_written(host, receiver):
    connector = aiohttp.TCPConnector(socket_factory=guarded_socket_factory(allow_private=False))
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(f"http://{host}:{receiver.port}/")
    assert isinstance(caught.value.os_error, RefusedAddressError)
    assert receiver.calls == []


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0177.0.0.1"])
async def test_aiohttp_connects_to_no_old_number_form(host, receiver):
    connector = aiohttp.TCPConnector(socket_factory=guarded_socket_factory(allow_private=False))
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"http://{host}:{receiver.port}/")
    assert receiver.calls == []


async def test_aiohttp_connects_to_loopback_where_private_addresses_are_allowed(receiver):
    connector = aiohttp.TCPConnector(socket_factory=guarded_socket_factory(allow_private=True))
    async with aiohttp.ClientSession(connector=connector) as session:
        answer = await session.get(f"http://127.0.0.1:{receiver.port}/")
    assert answer.status == 200


async def test_redirect_to_a_second_loopback_address_is_judged_too(receiver):
    receiver.status, receiver.headers = 302, {"Location": receiver.url("127.0.0.2")}
    guarded = guarded_socket_factory(allow_private=False)

    def first_hop_let_through(info):
        if info[4][0] == "127.0.0.1":
            return socket.socket(*info[:3])
        return guarded(info)

    connector = aiohttp.TCPConnector(socket_factory=first_hop_let_through)
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError, match=r"127\.0\.0\.2 is not a public"):
            await session.get(receiver.url())
    assert len(receiver.calls) == 1
