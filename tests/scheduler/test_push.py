"""WebSub from end to end: a feed names a hub, the hub is asked, it calls, the article arrives."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.matching import Sender
from alerts.sending import Post
from crawler.crawl import Manner
from crawler.sources import read_source
from scheduler.clock import utc_now
from scheduler.daemon import Daemon
from scheduler.intake import Archive
from scheduler.jobs import RULES
from scheduler.poll import Desk, due_sources, register_sources
from scheduler.push import LEASE, ask_hubs, is_reachable, wishes
from scheduler.queues import LocalQueue
from scheduler.work import Work, Workshop
from storage import push
from storage.tables import Endpoint, Push
from tests.alerts.test_sending import Letterbox
from tests.scheduler.conftest import THRESHOLD, Office
from tests.scheduler.waiting import until
from tests.servers import hub as hubs
from tests.servers import rude
from tests.servers.outlet import BODY, PAGE
from tests.storage.sample import NOW
from web.app import make_app
from web.server import bound, server
from web.site import Site

FEED = "/feed.json"


@pytest.fixture
async def hub():
    async with hubs.running() as made:
        yield made


@pytest.fixture
async def outlet(hub):
    async with rude.running() as made:
        made.hub = f"{hub.base}/hub"
        show(made, "/cu-post1.html")
        yield made


def show(outlet, *paths):
    """Let the outlet's feed show articles, and name its hub."""
    links = f'Link: <{outlet.hub}>; rel="hub", </kenh>; rel=self'
    outlet.answers[FEED] = rude.feed(*(outlet.base + path for path in paths), headers=(links,))
    for path in paths:
        text = PAGE.format(title=f"Kho dữ liệu {path}", head="", body=BODY)
        outlet.answers[path] = rude.http(text.encode(), "Content-Type: text/html; charset=utf-8")


@pytest.fixture
def office(outlet, sqlite_database, readers, clock, tmp_path):
    path = tmp_path / "bao.toml"
    path.write_text(
        f"name = 'Báo'\nhomepage = '{outlet.base}/'\nfeeds = ['{outlet.base}{FEED}']\n"
        "article_pattern = '-post\\d+\\.html$'\n[politeness]\ndelay = 0.0\n",
        "utf-8",
    )
    archive = Archive(sqlite_database, {"bao": read_source(path)}, [], THRESHOLD, readers, clock)
    desk = Desk(archive, Manner("diembao-test", allow_private=True))
    register_sources(desk)
    return Office(desk)


@pytest.fixture
async def public_url(office, clock):
    """Where the web pages of the office are."""
    listener = bound("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    site = Site(office.database, Sender(address, "khoa"), clock, clock().tzinfo, "vi")
    web = server(make_app(site))
    running = asyncio.create_task(web.serve(sockets=[listener]))
    yield address
    web.should_exit = True
    await running


def subscription(office):
    with office.database.reading() as session:
        ((_, known),) = push.offers(session)
    return known


async def subscribed(office, hub, public_url):
    """Poll once, subscribe, be verified; gives what the hub was asked."""
    await office.poll("bao")
    assert await ask_hubs(office.desk, public_url) == 1
    await asyncio.gather(*hub.tasks)
    return hub.asked[-1]


def is_due(office):
    return [source.id for source in due_sources(office.desk, 9)] == ["bao"]


async def test_hub_is_asked_with_topic_callback_secret_and_lease(office, hub, outlet, public_url):
    form = await subscribed(office, hub, public_url)
    known = subscription(office)
    assert form == {
        "hub.mode": "subscribe",
        "hub.topic": f"{outlet.base}/kenh",
        "hub.callback": f"{public_url}/push/{known.token}",
        "hub.secret": known.secret,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    assert len(known.token) >= 32


async def test_what_was_asked_is_confirmed_for_the_hubs_lease(office, hub, public_url, clock):
    await subscribed(office, hub, public_url)
    assert hub.verified == [(200, "thu-thach")]
    known = subscription(office)
    assert (known.status, known.lease_until) == ("active", clock() + timedelta(hours=1))


async def test_call_of_the_hub_brings_the_article_at_once(office, hub, outlet, public_url, clock):
    form = await subscribed(office, hub, public_url)
    clock.go_on(minutes=3)
    show(outlet, "/moi-post2.html", "/cu-post1.html")
    assert not is_due(office)
    assert await hub.publish(form) == 204
    assert is_due(office)
    await office.poll("bao")
    assert f"{outlet.base}/moi-post2.html" in office.articles()
    assert subscription(office).heard_at == clock()


async def test_call_during_a_poll_makes_the_source_due_again(
    office, hub, outlet, public_url, clock
):
    form = await subscribed(office, hub, public_url)
    clock.go_on(minutes=30)

    async def answer(writer):
        """What is new comes after the feed was read, and the hub's call before the poll ends."""
        writer.write(rude.feed(outlet.base + "/cu-post1.html"))
        assert await hub.publish(form) == 204

    outlet.answers[FEED] = answer
    await office.poll("bao")
    clock.go_on(seconds=61)
    assert is_due(office)


async def test_hub_may_be_named_in_the_feed_itself(office, hub, outlet, public_url):
    outlet.answers[FEED] = rude.http(
        '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>Báo</title>'
        f'<a:link rel="hub" href="{hub.base}/hub"/><a:link rel="self" href="{outlet.base}/rss"/>'
        f"<item><title>Bài</title><link>{outlet.base}/cu-post1.html</link></item>"
        "</channel></rss>".encode(),
        "Content-Type: application/rss+xml",
    )
    form = await subscribed(office, hub, public_url)
    assert form["hub.topic"] == f"{outlet.base}/rss"
    assert subscription(office).status == "active"


@pytest.mark.parametrize("method", ["sha1", "sha384", "sha512"])
async def test_every_signature_of_the_standard_is_understood(
    office, hub, public_url, clock, method
):
    form = await subscribed(office, hub, public_url)
    clock.go_on(minutes=3)
    assert await hub.publish(form, method=method) == 204
    assert is_due(office)


async def test_forged_call_makes_nothing_due(office, hub, public_url, clock):
    form = await subscribed(office, hub, public_url)
    clock.go_on(minutes=3)
    assert await hub.publish(form, secret="cua-ke-khac") == 403
    assert await hub.publish(form, secret="") == 403
    assert await hub.publish(form, method="md5") == 403
    assert not is_due(office)


async def test_call_with_another_token_is_unknown(office, hub, public_url, clock):
    form = await subscribed(office, hub, public_url)
    clock.go_on(minutes=3)
    assert await hub.publish(form, callback=f"{public_url}/push/khac") == 404
    assert await hub.publish(form, callback=f"{public_url}/push/{'x' * 5000}") == 404
    assert not is_due(office)


async def test_call_too_large_is_refused(office, hub, public_url, clock):
    form = await subscribed(office, hub, public_url)
    clock.go_on(minutes=3)
    assert await hub.publish(form, body=bytes(1024 * 1024 + 1)) == 413
    assert not is_due(office)


async def test_replayed_calls_make_a_source_due_once_a_minute(office, hub, public_url, clock):
    form = await subscribed(office, hub, public_url)
    clock.go_on(minutes=3)
    await hub.publish(form)
    await office.poll("bao")
    for _ in range(5):
        assert await hub.publish(form) == 204
    assert not is_due(office)
    clock.go_on(seconds=61)
    assert is_due(office)


async def test_call_after_the_lease_is_unknown(office, hub, public_url, clock):
    form = await subscribed(office, hub, public_url)
    clock.go_on(hours=2)
    assert await hub.publish(form) == 404


async def test_daemon_subscribes_hears_and_fetches(office, hub, outlet, monkeypatch):
    soon = replace(RULES["hubs"], every=timedelta(seconds=0.2))
    monkeypatch.setitem(RULES, "hubs", soon)
    office.desk.archive.clock = utc_now
    listener = bound("127.0.0.1", 0)
    sender = Sender(f"http://127.0.0.1:{listener.getsockname()[1]}", "khoa")
    web = server(make_app(Site(office.database, sender, utc_now, NOW.tzinfo, "vi")))
    box = Letterbox()
    post = Post(box, box, "x@example.org", "host/1", utc_now, lambda: 0.0)
    monkeypatch.setattr("storage.push.CALL_PAUSE", timedelta(0))
    shop = Workshop(office.desk, sender, post)
    running = Daemon(shop, LocalQueue(shop))
    task = asyncio.create_task(running.run(lambda: web.serve(sockets=[listener])))
    await until(lambda: hub.verified)
    show(outlet, "/moi-post2.html", "/cu-post1.html")
    assert await hub.publish(hub.asked[0]) == 204
    await until(lambda: f"{outlet.base}/moi-post2.html" in office.articles())
    running.stop()
    web.should_exit = True
    await task


@pytest.mark.parametrize(
    ("url", "served", "asks"),
    [
        ("https://diembao.example", True, True),
        ("https://diembao.example", False, False),
        ("http://127.0.0.1:8000", True, False),
    ],
    ids=["reachable", "without-web-pages", "at-home"],
)
async def test_hubs_are_asked_only_where_they_can_call(office, url, served, asks):
    office.desk.manner = Manner("diembao-test")
    box = Letterbox()
    post = Post(box, box, "x@example.org", "host/1", utc_now, lambda: 0.0)
    shop = Workshop(office.desk, Sender(url, "khoa"), post)
    queue = LocalQueue(shop)
    if hubs := Daemon(shop, queue)._jobs(hubs=served).get("hubs"):
        await hubs.look()
    assert (Work("hubs") in queue.in_hand) is asks
    await queue.stop()


WRONG = [
    pytest.param({"topic": "https://khac.example/"}, id="topic"),
    pytest.param({"mode": "unsubscribe"}, id="mode"),
    pytest.param({"challenge": ""}, id="no-challenge"),
    pytest.param({"challenge": "x" * 3000}, id="endless-challenge"),
]


@pytest.mark.parametrize("said", WRONG)
async def test_verification_of_what_was_not_asked_is_not_confirmed(office, hub, public_url, said):
    form = await subscribed(office, hub, public_url)
    before = subscription(office)
    status, _ = await hub.verify(form, **said)
    assert (status, subscription(office)) == (404, before)


async def test_verification_long_after_asking_is_not_confirmed(office, hub, public_url, clock):
    form = await subscribed(office, hub, public_url)
    clock.go_on(hours=3)
    assert (await hub.verify(form))[0] == 404


async def test_verification_with_another_token_is_not_confirmed(office, hub, public_url):
    form = await subscribed(office, hub, public_url)
    forged = form | {"hub.callback": f"{public_url}/push/khac"}
    assert (await hub.verify(forged))[0] == 404


@pytest.mark.parametrize(
    ("said", "lease"),
    [("5", timedelta(minutes=10)), ("999999999", timedelta(days=30)), ("x", timedelta(days=1))],
)
async def test_lease_is_believed_within_bounds(office, hub, public_url, clock, said, lease):
    hub.lease = said
    await subscribed(office, hub, public_url)
    assert subscription(office).lease_until == clock() + lease


async def test_denial_is_kept_with_its_reason(office, hub, public_url):
    form = await subscribed(office, hub, public_url)
    await hub.verify(form, mode="denied", reason="Không nhận")
    known = subscription(office)
    assert (known.status, known.reason) == ("refused", "denied: Không nhận")


async def refused(office, public_url):
    """Poll, ask in vain; gives the reason that is kept."""
    await office.poll("bao")
    await ask_hubs(office.desk, public_url)
    known = subscription(office)
    assert known.status == "refused"
    return known.reason


async def test_hub_that_says_no_is_asked_again_the_next_day(office, hub, public_url, clock):
    hub.status = 422
    assert await refused(office, public_url) == "HTTP 422 noted"
    assert await ask_hubs(office.desk, public_url) == 0
    clock.go_on(days=1)
    hub.status = 202
    assert await ask_hubs(office.desk, public_url) == 1
    await asyncio.gather(*hub.tasks)
    assert subscription(office).status == "active"


async def test_hub_that_is_down_is_named_and_polling_goes_on(office, outlet, public_url, clock):
    outlet.hub = "http://127.0.0.1:1/hub"
    show(outlet, "/cu-post1.html")
    assert "connect" in (await refused(office, public_url)).lower()
    clock.go_on(hours=6)
    assert is_due(office)


async def test_hub_that_redirects_is_not_followed(office, hub, public_url):
    hub.status, hub.headers = 307, {"Location": "http://169.254.169.254/latest/"}
    assert (await refused(office, public_url)).startswith("HTTP 307")


async def test_private_hub_is_refused_where_private_addresses_are(office, hub, public_url):
    await office.poll("bao")
    office.desk.manner = Manner("diembao-test", allow_private=False)
    await ask_hubs(office.desk, public_url)
    assert "is not a public address" in subscription(office).reason
    assert hub.asked == []


async def test_subscription_is_renewed_before_its_lease_ends(office, hub, public_url, clock):
    first = await subscribed(office, hub, public_url)
    clock.go_on(minutes=40)
    assert await ask_hubs(office.desk, public_url) == 0
    clock.go_on(minutes=10)
    assert await ask_hubs(office.desk, public_url) == 1
    assert await hub.publish(first) == 204  # while the renewal is under way
    await asyncio.gather(*hub.tasks)
    assert hub.asked[-1] == first
    assert subscription(office).lease_until == clock() + timedelta(hours=1)


async def test_new_hub_gets_a_subscription_of_its_own(office, hub, outlet, public_url, clock):
    first = await subscribed(office, hub, public_url)
    async with hubs.running() as other:
        outlet.hub = f"{other.base}/hub"
        show(outlet, "/cu-post1.html")
        await office.poll("bao", full=True)
        await ask_hubs(office.desk, public_url)
        await asyncio.gather(*other.tasks)
        assert other.asked[0]["hub.secret"] != first["hub.secret"]
    assert await hub.publish(first) == 404


def test_no_hub_is_asked_for_a_source_that_is_off():
    feed = Endpoint(url="http://x/", source="bao", kind="feed", hub="http://h/", topic="http://x/")
    assert wishes([(feed, None)], [], NOW) == []
    assert [wish.endpoint for wish in wishes([(feed, None)], ["bao"], NOW)] == ["http://x/"]


def test_verification_that_never_came_is_asked_for_again_the_next_day():
    feed = Endpoint(url="http://x/", source="bao", kind="feed", hub="http://h/", topic="http://x/")
    known = Push(
        endpoint="http://x/", source="bao", hub="http://h/", topic="http://x/", token="t",
        secret="s", asked_at=NOW,
    )  # fmt: skip
    assert wishes([(feed, known)], ["bao"], NOW + timedelta(hours=23)) == []
    (again,) = wishes([(feed, known)], ["bao"], NOW + timedelta(hours=24))
    assert (again.token, again.asked_at) == ("t", NOW + timedelta(hours=24))


@pytest.mark.parametrize(
    ("url", "reachable"),
    [
        ("https://diembao.example", True),
        ("http://8.8.8.8:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://192.168.1.5", False),
        ("http://maychu", False),
    ],
)
def test_public_address_is_one_that_others_can_reach(url, reachable):
    assert is_reachable(url, allow_private=False) is reachable
