from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import httpx
import pytest

from alerts import links
from alerts.matching import Sender
from storage.tables import SourceState, Subscription
from tests.clock import Clock
from web.app import make_app
from web.site import Site

KEY = "a-key-for-these-tests-only"
TOKEN = "the-admin-of-these-tests"
SENDER = Sender("https://diembao.example", KEY)


def path(purpose, subscription):
    """The path of a signed link."""
    return links.address("", purpose, links.make(KEY, purpose, subscription))


def subscribed(session, name, **changes):
    """Store a subscription that has nothing special about it."""
    now = Clock().now
    plain = {
        "id": name,
        "kind": "mail",
        "address": f"{name}@example.org",
        "status": "active",
        "schedule": "daily@07:00",
        "timezone": "Asia/Ho_Chi_Minh",
        "language": "vi",
        "filters": {},
        "period_from": now,
        "created_at": now,
    }
    session.add(Subscription(**(plain | changes)))
    return name


@asynccontextmanager
async def browser(app, client="203.0.113.7", **headers):
    """A client of the pages, from an address on the network, without a server between."""
    transport = httpx.ASGITransport(app, client=(client, 4711), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://diembao.example", headers=headers
    ) as made:
        yield made


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def app(database, clock):
    """The application on an archive with two outlets."""
    with database.writing() as session:
        for name, kind in (("bennghemoi", "press"), ("vamsong", "official")):
            session.add(SourceState(id=name, name=name, kind=kind, next_check_at=clock()))
    return make_app(Site(database, SENDER, clock, ZoneInfo("Asia/Ho_Chi_Minh"), "vi", TOKEN))


@pytest.fixture
async def web(app):
    async with browser(app) as client:
        yield client
