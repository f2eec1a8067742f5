import asyncio
import socket

import httpx
import pytest

from network.guard import RefusedAddressError, check_address, resolve
from network.http import UnreachableError, client, post_form, read_bounded
from tests.network.receiver import Receiver, certificate, start


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]
)
async def test_loopback_is_refused_however_it_is_written(host, receiver):
    async with client(allow_private=False) as http:
        with pytest.raises(RefusedAddressError, match="is not a public address"):
            await http.post(receiver.url(host), content=b"{}")
    assert receiver.calls == []


async def test_loopback_is_reached_where_private_addresses_are_allowed(receiver):
    async with client(allow_private=True) as http:
        answer = await http.post(receiver.url(), content=b"{}")
    assert (answer.status_code, answer.content) == (200, b"thanks")


async def test_redirect_is_given_back_and_not_followed(receiver):
    receiver.status, receiver.headers = 302, {"Location": receiver.url(path="/elsewhere")}
    async with client(allow_private=True) as http:
        answer = await http.get(receiver.url())
    assert answer.status_code == 302
    assert [call.path for call in receiver.calls] == ["/hook"]


async def test_proxy_of_the_environment_is_not_used(receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with client(allow_private=True) as http:
        answer = await http.get(receiver.url())
    assert answer.status_code == 200


async def test_program_says_who_it_is(receiver):
    async with client(allow_private=True, user_agent="diembao/1 (+https://example.org)") as http:
        await http.get(receiver.url())
    assert receiver.calls[0].headers["User-Agent"] == "diembao/1 (+https://example.org)"


async def test_closed_port_is_a_connection_error():
    async with client(allow_private=True) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get("http://127.0.0.1:1/")


async def test_name_that_cannot_be_resolved_is_a_connection_error_that_names_it():
    async with client(allow_private=False) as http:
        with pytest.raises(httpx.ConnectError, match=r"nowhere\.invalid"):
            await http.get("http://nowhere.invalid/")


@pytest.mark.parametrize(
    "later", [["127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "127.0.0.1"]]
)
async def test_name_that_turns_private_after_sign_up_is_refused_at_the_connection(
    receiver, monkeypatch, later
):
    answers = [["8.8.8.8"], later]

    async def resolver(_host, port, **_wanted):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in answers.pop(0)
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolver)
    url = f"http://doi-cho.example:{receiver.port}/hook"
    check_address(url)
    assert await resolve("doi-cho.example", receiver.port, allow_private=False) == ("8.8.8.8",)
    async with client(allow_private=False) as http:
        with pytest.raises(RefusedAddressError, match="is not a public address"):
            await http.post(url, content=b"{}")
    assert receiver.calls == []


async def test_tls_asks_for_the_name_though_the_connection_is_by_ip(tmp_path, monkeypatch):
    path, context = certificate(tmp_path)
    receiver = Receiver()
    runner = await start(receiver, context)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    async with client(allow_private=True) as http:
        answer = await http.get(receiver.url("localhost"))
        with pytest.raises(httpx.ConnectError, match="IP address mismatch"):
            await http.get(receiver.url("127.0.0.1"))
    await runner.cleanup()
    assert answer.status_code == 200


async def test_certificate_nobody_vouches_for_is_refused(tmp_path):
    _, context = certificate(tmp_path)
    receiver = Receiver()
    runner = await start(receiver, context)
    async with client(allow_private=True) as http:
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            await http.get(receiver.url("localhost"))
    await runner.cleanup()
    assert receiver.calls == []


async def test_long_answer_is_read_up_to_the_limit(receiver):
    receiver.body = b"x" * 1_000_000
    async with (
        client(allow_private=True) as http,
        http.stream("GET", receiver.url()) as answer,
    ):
        body = await read_bounded(answer, 1000)
    assert body == b"x" * 1000


async def test_short_answer_is_read_whole(receiver):
    async with (
        client(allow_private=True) as http,
        http.stream("GET", receiver.url()) as answer,
    ):
        assert await read_bounded(answer, 1000) == b"thanks"


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
