import asyncio
import socket
import threading

from network.naming import MOST_AT_ONCE, Loop


def test_names_that_hang_hold_up_no_other_thread(monkeypatch):
    answer = threading.Event()

    def hang(*_arguments):
        answer.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "name server gone")

    async def go():
        loop = asyncio.get_running_loop()
        asked = [
            asyncio.ensure_future(loop.getaddrinfo(f"{n}.example", 80))
            for n in range(2 * MOST_AT_ONCE)
        ]
        async with asyncio.timeout(10):
            assert await asyncio.to_thread(int, "1") == 1
        assert not any(look_up.done() for look_up in asked)
        answer.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with asyncio.Runner(loop_factory=Loop) as runner:
        outcomes = runner.run(go())
    assert {type(outcome) for outcome in outcomes} == {socket.gaierror}


def test_numbers_are_looked_up_as_ever():
    async def go():
        found = await asyncio.get_running_loop().getaddrinfo(
            "127.0.0.1", 80, type=socket.SOCK_STREAM
        )
        return found[0][4]

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(go()) == ("127.0.0.1", 80)
