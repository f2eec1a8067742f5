import pytest

from tests.network.receiver import Receiver, start


@pytest.fixture
async def receiver():
    running = Receiver()
    runner = await start(running)
    yield running
    await runner.cleanup()
