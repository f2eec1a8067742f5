import pytest

from tests.alerts import mailserver as mail
from tests.network import receiver as web


@pytest.fixture
async def mailserver():
    running = mail.MailServer()
    listening = await mail.start(running)
    yield running
    running.hang_up()
    listening.close()
    await listening.wait_closed()


@pytest.fixture
async def receiver():
    running = web.Receiver()
    runner = await web.start(running)
    yield running
    await runner.cleanup()
