"""What the doctor finds in the archive. It changes nothing, and brings no tables up to date."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from crawler.sources import Source
from diembao import sourcewords
from diembao.failures import kept, said
from diembao.findings import Finding
from diembao.outlets import load_sources
from diembao.settings import Settings
from diembao.workplace import existing_archive
from messages.catalogue import _
from scheduler.clock import utc_now
from scheduler.leases import is_dead
from scheduler.poll import enabled_sources
from storage import checkup, figures, runs, subscriptions
from storage.database import Database, shown
from storage.errors import HeldError, StorageError, database_trouble
from storage.figures import Figures
from storage.one_daemon import refuse_beside_a_daemon
from storage.tables import SourceState, Subscription

CHECK_SECONDS = 20.0
# A lease is held for a minute and renewed.
LONGEST_LEASE = timedelta(minutes=10)
# Of two machines, and of what was stored a moment ago.
CLOCK_SLACK = timedelta(seconds=5)
LATE = timedelta(minutes=10)


def archive_findings(settings: Settings) -> Iterator[Finding]:
    """Look at the database and at what it holds."""
    try:
        database = existing_archive(settings)
    except StorageError as error:
        mend = _("start what serves the database, or put a backup back: 'diembao db restore FILE'")
        yield Finding("database", "bad", said(error), "" if "db upgrade" in str(error) else mend)
        return
    if database is None:
        says = _("none yet: {database}").format(database=shown(settings.database))
        yield Finding("database", "note", says, _("'diembao crawl' or 'diembao run' makes it"))
        return
    try:
        yield from _opened(settings, database)
    except SQLAlchemyError as error:
        yield Finding("database", "bad", database_trouble(error) or said(error))
    finally:
        database.close()


def _opened(settings: Settings, database: Database) -> Iterator[Finding]:
    yield _soundness(database)
    sources, _faults = load_sources(settings)
    now = utc_now()
    with database.reading() as session:
        found = figures.read(session, lambda known: enabled_sources(sources, known), now)
        size = _("open and up to date, {n} MiB").format(n=found.size // 1024 // 1024)
        yield Finding("database", "ok", size)
        yield _crawls(settings, session)
        yield from _standings(settings, sources, found)
        yield from _receivers(subscriptions.troubled(session), settings)
        yield from _outbox(found)
        at_work = _working(settings, session)
        yield at_work
        if found.polls.lag > LATE.total_seconds() and at_work.state == "ok":
            yield _late(found)
        yield from _leases(session, settings, now)
        yield _clock(session, now)
        if not subscriptions.hear_of_outlets(session):
            yield Finding(
                "operator", "note", _("nobody is told when an outlet falls silent or is misread"),
                _("'diembao subscribe ADDRESS --about outlets --schedule instant --confirmed'"),
            )  # fmt: skip


def _soundness(database: Database) -> Finding:
    sound = checkup.quick_check(database, CHECK_SECONDS)
    if sound.fault:
        mend = _("stop the daemon, keep a copy, and put a backup back: 'diembao db restore FILE'")
        return Finding("integrity", "bad", sound.fault, mend)
    if not sound.finished:
        says = _("no damage found in {n:.0f} s, then the check was left")
        return Finding("integrity", "ok", says.format(n=CHECK_SECONDS))
    return Finding("integrity", "ok", _("no damage found"))


def _crawls(settings: Settings, session: Session) -> Finding:
    last = runs.latest(session, 1)
    if not last:
        return Finding(
            "crawls", "note", _("none yet: 'diembao crawl', or the daemon 'diembao run'")
        )
    when = last[0].started_at.astimezone(settings.zone).isoformat(timespec="minutes")
    return Finding("crawls", "ok", _("the last one that found something: {when}").format(when=when))


def _standings(
    settings: Settings, sources: Mapping[str, Source], found: Figures
) -> Iterator[Finding]:
    """Name the enabled sources that do not fare well."""
    for source in (name for name in sources if name in found.watched):
        state: SourceState = found.states[source]
        if state.state != "ok" or state.state_reason:
            says = f"{source}: {sourcewords.in_words(settings, state)}"
            mend = _("'diembao sources check {id}'").format(id=source)
            yield Finding("source", "note", says, mend)


def _receivers(troubled: Sequence[Subscription], settings: Settings) -> Iterator[Finding]:
    """Name the subscriptions that were paused for a reason of their own, and those that fail."""
    for found in troubled:
        if found.status == "paused":
            says = _("{id} is paused: {reason}; 'subscriptions resume' once that is mended")
            says = says.format(id=found.id, reason=kept(found.reason or ""))
        else:
            since = (found.failing_since or found.created_at).astimezone(settings.zone)
            says = _("{id}: nothing has arrived since {since}")
            says = says.format(id=found.id, since=since.isoformat(timespec="minutes"))
        yield Finding("subscription", "note", says)


def _outbox(found: Figures) -> Iterator[Finding]:
    counts = found.outbox.counts
    if dead := counts.get("dead"):
        says = _("{n} dead deliveries: see 'deliveries list --status dead'").format(n=dead)
        yield Finding("outbox", "note", says, _("'diembao deliveries replay' sends them again"))
    if retrying := counts.get("retrying"):
        says = _("{n} deliveries wait for another try").format(n=retrying)
        yield Finding("outbox", "note", says, _("'diembao deliveries list --status retrying'"))
    if found.outbox.lag > LATE.total_seconds():
        says = _("the longest due delivery has waited for {n} minutes")
        yield Finding(
            "outbox", "note", says.format(n=round(found.outbox.lag / 60)),
            _("the daemon sends: 'diembao run', or once 'diembao digest send'"),
        )  # fmt: skip


def _working(settings: Settings, session: Session) -> Finding:
    """Say who does the work: the daemon of a file, or those who take jobs from the queue."""
    queue = figures.fleet(session)
    if queue is None:
        try:
            refuse_beside_a_daemon(settings.database)
        except HeldError as error:
            return Finding("daemon", "ok", said(error))
    elif queue.workers:
        waiting = queue.jobs.get("todo", 0)
        says = _("{n} take jobs (up to three a process), {waiting} jobs wait")
        return Finding("daemon", "ok", says.format(n=queue.workers, waiting=waiting))
    return Finding(
        "daemon", "note", _("none works on this archive"), _("'diembao run' polls and sends")
    )


def _late(found: Figures) -> Finding:
    says = _("{n} outlets are due and not polled, the first for {minutes} minutes")
    return Finding(
        "polls", "note",
        says.format(n=found.polls.counts["due"], minutes=round(found.polls.lag / 60)),
        _("a larger CONCURRENCY, or on PostgreSQL another 'diembao worker'"),
    )  # fmt: skip


def _leases(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    for owner, until in sorted(checkup.holders(session).items()):
        if until > now + LONGEST_LEASE:
            says = _("{owner} holds outlets until {until}: the clock was ahead when it took them")
            when = until.astimezone(settings.zone).isoformat(timespec="minutes")
            yield Finding(
                "lease", "bad", says.format(owner=owner, until=when),
                _("start the daemon anew on the machine that holds them, its clock set right"),
            )  # fmt: skip
        elif is_dead(owner):
            yield Finding(
                "lease", "note", _("{owner} is no more and holds outlets").format(owner=owner),
                _("the next start on this machine takes them over"),
            )  # fmt: skip


def _clock(session: Session, now: datetime) -> Finding:
    mend = _("have all machines' clocks set from the network (NTP)")
    there = checkup.server_time(session)
    if there is not None and abs(there - utc_now()) > CLOCK_SLACK:
        says = _("this clock is {n:.0f} s off the database's")
        return Finding("clock", "bad", says.format(n=abs(there - utc_now()).total_seconds()), mend)
    latest = checkup.latest_moment(session)
    if latest is not None and latest > now + CLOCK_SLACK:
        says = _("the archive holds what was stored {n:.0f} s from now")
        return Finding("clock", "bad", says.format(n=(latest - now).total_seconds()), mend)
    return Finding("clock", "ok", _("agrees with the archive"))
