"""The server itself, on loopback: clients that keep a connection and say little."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse

from web import server as serving

ASKED = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
async def port(monkeypatch):
    monkeypatch.setattr(serving, "EXCHANGE_SECONDS", 0.3)
    app = FastAPI()
    app.add_api_route("/", lambda: PlainTextResponse("ok."))
    app.add_api_route("/", read, methods=["POST"])
    listener = serving.bound("127.0.0.1", 0)
    server = serving.server(app)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    yield listener.getsockname()[1]
    server.should_exit = True
    await running


async def read(request: Request):
    return PlainTextResponse(await request.body())


@asynccontextmanager
async def connected(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a", id="half-a-head"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na", id="half-a-body"),
        pytest.param(ASKED + b"GET /", id="half-a-second-request"),
    ],
)
async def test_client_that_never_ends_its_request_loses_the_connection(port, said):
    async with connected(port) as (reader, writer):
        writer.write(said)
        try:
            answers = await asyncio.wait_for(reader.read(), 30)
        except ConnectionResetError:
            answers = b""
    assert answers.count(b"HTTP/1.1 200") <= said.count(ASKED)


async def test_client_that_asks_again_keeps_the_connection(port):
    async with connected(port) as (reader, writer):
        for _ in range(3):
            writer.write(ASKED)
            assert (await reader.readuntil(b"ok.")).startswith(b"HTTP/1.1 200")
