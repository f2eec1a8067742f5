"""What fails around the program: disk, database, name server, clock. It stays up and goes on."""

import asyncio
import resource
import socket
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from alerts.envelopes import OutgoingMail
from alerts.errors import TransportError
from alerts.sending import LEASE, Post
from alerts.transports.mail import FolderTransport
from crawler.crawl import Manner
from crawler.sources import read_folder
from scheduler.deliveries import Outgoing
from scheduler.digests import make_due
from scheduler.intake import Archive
from scheduler.poll import Desk, due_plan, due_sources, poll, register_sources
from scheduler.reach import Reach
from scheduler.recess import LONGEST_SECONDS
from scheduler.work import KINDS, Workshop
from storage import claims, outbox, polling, reading, subscriptions
from storage.filters import Filter, Window
from tests.alerts.archive import SENDER, subscribe
from tests.alerts.test_sending import Letterbox
from tests.scheduler.conftest import THRESHOLD
from tests.scheduler.test_deliveries import put
from tests.scheduler.waiting import until
from tests.servers import outlet as servers
from tests.storage.faults import full, read_only
from tests.storage.sample import NOW

NAMES = ("mot", "hai", "ba")


@pytest.fixture
async def outlet():
    async with servers.outlet() as made:
        yield made


@dataclass
class NameServer:
    """Knows every name as this machine's but those ``lost``; ``gone`` it answers nobody."""

    ask: object
    gone: bool = False
    lost: frozenset = frozenset()

    def __call__(self, host, port, *kinds, **more):
        if self.gone:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if host in self.lost:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.ask("127.0.0.1", port, *kinds, **more)


@pytest.fixture
def names(monkeypatch):
    made = NameServer(socket.getaddrinfo)
    monkeypatch.setattr(socket, "getaddrinfo", made)
    return made


def desk_of(outlet, database, readers, clock, folder):
    """A desk with three outlets of names of their own, each with an article."""
    for name in NAMES:
        feed, page = f"/{name}.json", f"/{name}-post1.html"
        text = outlet.source_file(f"Báo {name}", feed).replace("127.0.0.1", f"{name}.example")
        (folder / f"{name}.toml").write_text(text, "utf-8")
        outlet.article(page, title=f"Kho dữ liệu {name}")
        item = {"id": page, "url": outlet.base.replace("127.0.0.1", f"{name}.example") + page}
        outlet.feeds[feed] = [item | {"title": "Bài"}]
    sources, _ = read_folder(folder)
    archive = Archive(database, sources, [], THRESHOLD, readers, clock)
    desk = Desk(archive, Manner("diembao-test", allow_private=True))
    register_sources(desk)
    return desk


@pytest.fixture
def desk(outlet, sqlite_database, readers, clock, tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    return desk_of(outlet, sqlite_database, readers, clock, folder)


@pytest.fixture
def box():
    return Letterbox()


@pytest.fixture
def post(box, clock):
    return Post(box, box, "x@example.org", "host/1", clock, lambda: 0.0)


def states(desk):
    with desk.database.reading() as session:
        return polling.states(session)


async def poll_due(desk):
    """Poll what is due; gives the reports by source."""
    return {
        source.id: await poll(desk, source, due_plan(desk, source))
        for source in due_sources(desk, 9)
    }


async def polls_until(desk, clock, moment):
    """Poll what is due, every three minutes, until a moment; gives how often."""
    count = 0
    while clock.now < moment:
        count += len(await poll_due(desk))
        clock.go_on(minutes=3)
    return count


# The name server.


async def test_name_server_that_is_gone_for_ten_minutes_makes_no_outlet_a_failing_one(
    desk, names, clock, caplog
):
    desk.reach = Reach()
    assert len(await poll_due(desk)) == 3
    clock.now = max(state.next_check_at for state in states(desk).values())
    names.gone = True
    assert await polls_until(desk, clock, clock.now + timedelta(minutes=10)) >= 3
    assert {(s.state, s.trouble, s.failures) for s in states(desk).values()} == {("ok", 0.0, 0)}
    names.gone = False
    reports = await poll_due(desk)
    assert reports.keys() == {*NAMES}
    assert not any(report.failed for report in reports.values())
    told = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert [line.partition(":")[0] for line in told][:1] == ["no outlet answers"]
    assert len(told) == 2


async def test_outlet_whose_name_is_gone_fails_while_the_others_go_on(desk, names, clock):
    desk.reach = Reach()
    names.lost = frozenset({"mot.example"})
    await polls_until(desk, clock, clock.now + timedelta(minutes=16))
    assert {name: state.state for name, state in states(desk).items()} == {
        "mot": "failing", "hai": "ok", "ba": "ok",
    }  # fmt: skip


# The archive.


@pytest.mark.parametrize("fault", [full, read_only])
async def test_archive_that_takes_nothing_is_no_fault_of_an_outlet(
    desk, names, outlet, clock, caplog, fault
):
    shop = Workshop(desk, SENDER, Post(None, None, "x@example.org", "h/1", clock, float))
    with fault(desk.database):
        for name in NAMES * 3:
            await KINDS["poll"].run(shop, name)
    assert len(outlet.asked) <= 3 * len(NAMES)
    assert {(s.trouble, s.state) for s in states(desk).values()} == {(0.0, "ok")}
    errors = [r for r in caplog.records if r.levelname == "ERROR"]
    assert [r.getMessage().partition(":")[0] for r in errors] == [
        "writing to the archive failed (1 in a row)"
    ]
    clock.go_on(seconds=LONGEST_SECONDS)
    desk.recess.until = 0.0
    reports = await poll_due(desk)
    assert reports
    assert not any(report.failed for report in reports.values())
    with desk.database.reading() as session:
        stored = reading.find(session, Filter(), Window(everything=True))
    assert {tagged.article.source for tagged in stored} == {*NAMES}


async def test_digests_that_cannot_be_written_stay_due(database, clock):
    subscribe(database)
    with database.writing() as session:
        before = subscriptions.get(session, "sub-1").due_at
    with read_only(database), pytest.raises(DBAPIError):
        make_due(database, SENDER, clock)
    with database.reading() as session:
        assert subscriptions.get(session, "sub-1").due_at == before


async def test_outcome_that_cannot_be_written_is_kept_until_it_can(database, post, box, caplog):
    put(database, 1)
    box.hold = asyncio.Event()
    outgoing = Outgoing(database, post, due_only=True, keeps=True)
    await outgoing.look()
    await box.arrived.wait()
    with read_only(database):
        box.hold.set()
        await until(lambda: outgoing._faults.standing)
    await outgoing.idle()
    with database.reading() as session:
        assert outbox.get(session, "dlv-0").status == "done"
    assert (len(box.taken), outgoing.outcomes) == (1, {"done": 1})
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1


@pytest.fixture
def small_files():
    """Files of this process may not grow beyond a kilobyte."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_mail_that_finds_no_room_on_the_disk_is_tried_again_whole(tmp_path, small_files):
    folder = FolderTransport(tmp_path / "outbox")
    mail = OutgoingMail(
        "dlv-1", "a@example.org", "b@example.org", "Điểm báo", "x" * 4096, "<p>", NOW
    )
    with pytest.raises(TransportError, match="File too large") as caught:
        await folder.send(mail)
    assert caught.value.retry
    assert list((tmp_path / "outbox").iterdir()) == []


# The clock.


async def test_clock_set_forward_sends_nothing_twice_that_is_in_hand(database, post, box, clock):
    put(database, 3)
    box.hold = asyncio.Event()
    outgoing = Outgoing(database, post, due_only=True, keeps=True)
    await outgoing.look()
    await box.arrived.wait()
    clock.go_on(hours=1)
    await outgoing.look()
    box.hold.set()
    await outgoing.idle()
    assert sorted(mail.delivery_id for mail in box.taken) == ["dlv-0", "dlv-1", "dlv-2"]


async def test_lease_of_a_delivery_in_hand_can_be_renewed_by_its_holder_only(database, clock):
    put(database, 1)
    with database.writing() as session:
        claims.claim(session, ["dlv-0"], "host/1", clock.now, LEASE)
        claims.renew(session, ["dlv-0"], "host/2", clock.now + 2 * LEASE)
        assert claims.is_any_due(session, clock.now + LEASE + timedelta(seconds=1))
        claims.renew(session, ["dlv-0"], "host/1", clock.now + 2 * LEASE)
        assert not claims.is_any_due(session, clock.now + LEASE + timedelta(seconds=1))


@pytest.mark.parametrize("hours", [-1, 1])
async def test_clock_set_by_an_hour_keeps_no_outlet_waiting(desk, names, clock, hours):
    await poll_due(desk)
    clock.go_on(hours=hours)
    reports = await poll_due(desk)
    assert reports.keys() == {*NAMES}
    assert not any(report.failed for report in reports.values())
    assert all(s.next_check_at > clock.now for s in states(desk).values())


async def test_clock_set_back_tells_no_digest_twice(database, clock):
    subscribe(database, due_at=NOW)
    assert make_due(database, SENDER, clock) == []
    with database.reading() as session:
        due = subscriptions.get(session, "sub-1").due_at
    clock.go_on(hours=-1)
    make_due(database, SENDER, clock)
    with database.reading() as session:
        assert subscriptions.get(session, "sub-1").due_at == due > NOW
