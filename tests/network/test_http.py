import asyncio
import socket

import aiohttp
import pytest

from network import http
from network.connecting import connector
from network.guard import GuardError, RefusedAddressError, check_address
from network.http import Client, UnreachableError, post_form
from tests.network.receiver import Receiver, certificate, start
from tests.servers import rude


async def asked(url, allow_private=True, method="GET", **given):
    async with Client(allow_private, given.pop("user_agent", "diembao")) as client:
        return await client.ask(method, url, seconds=5, **given)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]
)
async def test_loopback_is_refused_however_it_is_written(host, receiver):
    with pytest.raises(GuardError, match="is not a public address"):
        await asked(receiver.url(host), allow_private=False, method="POST", body=b"{}")
    assert receiver.calls == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_connection_to_loopback_is_refused_even_if_the_address_passed(host, receiver):
    connections = connector(allow_private=False)
    async with aiohttp.ClientSession(connector=connections) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(receiver.url(host))
    assert isinstance(caught.value.os_error, RefusedAddressError)
    assert receiver.calls == []


async def test_loopback_is_reached_where_private_addresses_are_allowed(receiver):
    answer = await asked(receiver.url(), method="POST", body=b"{}")
    assert (answer.status, answer.body) == (200, b"thanks")
    assert receiver.calls[0].body == b"{}"


async def test_redirect_is_given_back_and_not_followed(receiver):
    receiver.status, receiver.headers = 302, {"Location": receiver.url(path="/elsewhere")}
    answer = await asked(receiver.url())
    assert (answer.status, answer.headers["location"]) == (302, receiver.url(path="/elsewhere"))
    assert [call.path for call in receiver.calls] == ["/hook"]


async def test_proxy_of_the_environment_is_not_used(receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert (await asked(receiver.url())).status == 200


async def test_program_says_who_it_is(receiver):
    await asked(receiver.url(), user_agent="diembao/1 (+https://example.org)")
    assert receiver.calls[0].headers["User-Agent"] == "diembao/1 (+https://example.org)"


async def test_address_is_asked_for_as_it_was_given(receiver):
    path = "/hook/%2Fa%20b?sig=a%2Bb%3D&x=%26%25"
    await asked(receiver.url(path=path))
    assert receiver.calls[0].target == path


async def test_closed_port_is_a_connection_error():
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1: .*Connect call failed"):
        await asked("http://127.0.0.1:1/")


async def test_name_that_cannot_be_resolved_is_a_connection_error_that_names_it():
    with pytest.raises(UnreachableError, match=r"nowhere\.invalid"):
        await asked("http://nowhere.invalid/", allow_private=False)


async def test_address_that_is_none_is_refused():
    with pytest.raises(GuardError, match="is not an address"):
        await asked("http://[::1/", allow_private=True)


async def test_server_that_speaks_no_http_is_unreachable():
    async def babble(_reader, writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(UnreachableError):
        await asked(f"http://127.0.0.1:{port}/")
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    "later", [["127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "127.0.0.1"]]
)
async def test_name_that_turns_private_after_sign_up_is_refused_at_the_connection(
    receiver, monkeypatch, later
):
    async def resolver(_host, port, **_wanted):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in later]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolver)
    url = f"http://doi-cho.example:{receiver.port}/hook"
    check_address(url)
    with pytest.raises(RefusedAddressError, match="is not a public address"):
        await asked(url, allow_private=False, method="POST", body=b"{}")
    assert receiver.calls == []


async def test_tls_asks_for_the_name_though_the_connection_is_by_ip(tmp_path, monkeypatch):
    path, context = certificate(tmp_path)
    receiver = Receiver()
    runner = await start(receiver, context)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    answer = await asked(receiver.url("localhost"))
    with pytest.raises(UnreachableError, match="IP address mismatch"):
        await asked(receiver.url("127.0.0.1"))
    await runner.cleanup()
    assert answer.status == 200


async def test_certificate_nobody_vouches_for_is_refused(tmp_path):
    _, context = certificate(tmp_path)
    receiver = Receiver()
    runner = await start(receiver, context)
    with pytest.raises(UnreachableError, match="certificate verify failed"):
        await asked(receiver.url("localhost"))
    await runner.cleanup()
    assert receiver.calls == []


async def test_long_answer_is_read_up_to_the_limit(receiver):
    receiver.body = b"x" * 1_000_000
    assert (await asked(receiver.url(), most=1000)).body == b"x" * 1000


async def test_answer_that_breaks_off_is_what_its_head_says():
    async with rude.running() as server, Client(allow_private=True) as client:
        server.answers["/"] = rude.http(b"tha", length=99)
        answer = await client.ask("POST", f"{server.base}/", seconds=20)
    assert (answer.status, answer.body) == (200, b"tha")


async def test_packed_answer_is_not_unpacked(receiver):
    receiver.headers, receiver.body = {"Content-Encoding": "gzip"}, b"no gzip at all"
    assert (await asked(receiver.url())).body == b"no gzip at all"


async def test_connections_of_a_few_hosts_are_kept_and_those_of_further_ones_closed(
    receiver, monkeypatch
):
    monkeypatch.setattr(http, "KEPT_HOSTS", 1)
    async with Client(allow_private=True) as client:
        for host in ("127.0.0.1", "localhost", "127.0.0.1", "localhost"):
            await client.ask("GET", receiver.url(host), seconds=5)
    first, second, third, fourth = (call.peer for call in receiver.calls)
    assert first == third
    assert len({first, second, fourth}) == 3


async def test_form_is_posted_and_its_answer_is_one_bounded_line(receiver):
    receiver.status, receiver.body = 202, b"noted\r\n\x00 " + b"x" * 100_000
    status, said = await post_form(
        receiver.url(), {"hub.mode": "subscribe"}, allow_private=True, user_agent="diembao/1"
    )
    assert (status, said[:7], len(said)) == (202, "noted x", 200)
    (call,) = receiver.calls
    assert call.body == b"hub.mode=subscribe"
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1/", "is not a public address"),
        ("file:///etc/passwd", "does not begin with http"),
        ("http://nowhere.invalid/", "nowhere.invalid"),
    ],
)
async def test_form_that_cannot_be_posted_says_why(url, reason):
    with pytest.raises(UnreachableError, match=reason):
        await post_form(url, {}, allow_private=False, user_agent="diembao/1")


async def test_form_that_nobody_answers_is_given_up(receiver, monkeypatch):
    monkeypatch.setattr("network.http.FORM_SECONDS", 0.3)
    receiver.hold = asyncio.Event()
    with pytest.raises(UnreachableError):
        await post_form(receiver.url(), {}, allow_private=True, user_agent="diembao/1")
    receiver.hold.set()


async def test_address_that_the_client_does_not_understand_is_refused_in_one_line(receiver):
    with pytest.raises(GuardError, match="is not an address"):
        await asked(f"http://127.1:{receiver.port}/{{hook}}")
