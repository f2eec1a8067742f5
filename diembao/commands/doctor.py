"""``diembao doctor``: what is wrong with this installation and how to mend it."""

import argparse
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diembao import output, sourcewords
from diembao.outlets import load_sources
from diembao.postroom import mail_seal
from diembao.settings import Settings, SettingsError
from diembao.workplace import known_seeds, open_archive, settings_for
from messages.catalogue import _
from storage import outbox, polling, runs, subscriptions
from storage.errors import StorageError
from storage.tables import SourceState, Subscription

LEAST_FREE = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it stands, and what to do if it is not well."""

    what: str
    state: str  # ok | note | bad
    says: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    output.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; exit 1 if something is bad."""
    settings = settings_for(arguments)
    found = list(_findings(settings))
    rows = [{"what": f.what, "state": f.state, "says": f.says} for f in found]
    headings = {"what": _("what"), "state": _("state"), "says": _("finding")}
    output.listing(rows, headings, arguments.format)
    return 1 if any(finding.state == "bad" for finding in found) else 0


def _findings(settings: Settings) -> Iterator[Finding]:
    yield from _database(settings)
    yield from _sources(settings)
    yield Finding("seeds", "ok", _("{n} seeds").format(n=len(known_seeds(settings))))
    yield _mail(settings)
    yield from _dkim(settings)
    yield _disk(settings)
    if settings.allow_private_networks:
        yield Finding(
            "network",
            "note",
            _("ALLOW_PRIVATE_NETWORKS lets crawls and webhooks reach this network"),
        )


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        database = open_archive(settings)
    except StorageError as error:
        yield Finding("database", "bad", str(error))
        return
    with database.reading() as session:
        dead = len(outbox.find(session, status="dead"))
        last = runs.latest(session, 1)
        states = polling.states(session)
        troubled = subscriptions.troubled(session)
    database.close()
    yield Finding("database", "ok", _("open and up to date"))
    if last:
        when = last[0].started_at.astimezone(settings.zone).isoformat(timespec="minutes")
        yield Finding(
            "crawls", "ok", _("the last one that found something: {when}").format(when=when)
        )
    else:
        yield Finding("crawls", "note", _("none yet: 'diembao crawl', or the daemon 'diembao run'"))
    yield from _standings(settings, states)
    yield from _receivers(troubled, settings)
    if dead:
        yield Finding(
            "outbox",
            "note",
            _("{n} dead deliveries: see 'deliveries list --status dead'").format(n=dead),
        )


def _receivers(troubled: Sequence[Subscription], settings: Settings) -> Iterator[Finding]:
    """Name the subscriptions that were paused for a reason of their own, and those that fail."""
    for found in troubled:
        if found.status == "paused":
            says = _("{id} is paused: {reason}; 'subscriptions resume' once that is mended")
            says = says.format(id=found.id, reason=found.reason)
        else:
            since = (found.failing_since or found.created_at).astimezone(settings.zone)
            says = _("{id}: nothing has arrived since {since}")
            says = says.format(id=found.id, since=since.isoformat(timespec="minutes"))
        yield Finding("subscription", "note", says)


def _standings(settings: Settings, states: Mapping[str, SourceState]) -> Iterator[Finding]:
    """Name the enabled sources that do not fare well."""
    sources, _faults = load_sources(settings)
    for source in sources.values():
        state = states.get(source.id)
        if state is None or not (source.enabled if state.enabled is None else state.enabled):
            continue
        if state.state != "ok" or state.state_reason:
            says = f"{source.id}: {sourcewords.in_words(settings, state)}"
            yield Finding("source", "note", says)


def _sources(settings: Settings) -> Iterator[Finding]:
    sources, faults = load_sources(settings)
    enabled = sum(source.enabled for source in sources.values())
    yield Finding(
        "sources", "ok" if enabled else "bad",
        _("{enabled} of {n} sources enabled").format(enabled=enabled, n=len(sources)),
    )  # fmt: skip
    for fault in faults:
        yield Finding("sources", "bad", str(fault))


def _mail(settings: Settings) -> Finding:
    if settings.smtp_url:
        return Finding("mail", "ok", _("SMTP_URL is set"))
    folder = settings.data_dir / "outbox"
    return Finding(
        "mail", "note", _("no SMTP_URL: mails are written to {folder}").format(folder=folder)
    )


def _dkim(settings: Settings) -> Iterator[Finding]:
    try:
        seal = mail_seal(settings)
    except SettingsError as error:
        yield Finding("dkim", "bad", str(error))
        return
    if seal:
        says = _("mails are signed; the public key belongs into DNS at {name}")
        name = f"{seal.selector}._domainkey.{seal.domain}"
        yield Finding("dkim", "ok", says.format(name=name))


def _disk(settings: Settings) -> Finding:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    says = _("{n} MiB free in DATA_DIR").format(n=free // 1024 // 1024)
    return Finding("disk", "ok" if free > LEAST_FREE else "bad", says)
