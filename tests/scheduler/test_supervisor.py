import os
import socket

import pytest

from scheduler.supervisor import Supervisor, supervisor


@pytest.fixture(params=["file", "abstract"])
def manager(request, tmp_path):
    """A service manager's socket and its address as the environment tells it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        name = f"@diembao-test-{os.getpid()}"
        address = str(tmp_path / "s") if request.param == "file" else name
        listening.bind(address if request.param == "file" else f"\0{name[1:]}")
        listening.settimeout(5)
        yield listening, address


def heard(listening):
    return dict(line.split("=", 1) for line in listening.recv(4096).decode().split("\n"))


def test_messages_are_those_of_the_protocol(manager):
    listening, address = manager
    told = Supervisor(address, 30.0)
    for say in (told.ready, told.alive, told.stopping, lambda: told.status("3 sources")):
        say()
    names = [heard(listening) for _ in range(4)]
    assert names == [{"READY": "1"}, {"WATCHDOG": "1"}, {"STOPPING": "1"}, {"STATUS": "3 sources"}]


def test_reload_tells_when_it_began(manager):
    listening, address = manager
    Supervisor(address).reloading()
    message = heard(listening)
    assert message["RELOADING"] == "1"
    assert int(message["MONOTONIC_USEC"]) > 0


def test_service_manager_is_found_in_the_environment():
    given = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "30000000"}
    assert supervisor(given) == Supervisor("/run/notify", 30.0)
    assert supervisor(given | {"WATCHDOG_PID": "1"}) == Supervisor("/run/notify", 0.0)
    assert supervisor({}) == Supervisor()


def test_service_manager_that_is_gone_hinders_nothing(tmp_path):
    Supervisor(str(tmp_path / "nobody"), 1.0).alive()
