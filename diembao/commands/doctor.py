"""``diembao doctor``: what is wrong with this installation and how to mend it."""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from diembao import output
from diembao.archive_checkup import archive_findings
from diembao.failures import said
from diembao.findings import Finding
from diembao.outlets import load_sources
from diembao.outside_checkup import outside_findings
from diembao.postroom import mail_seal
from diembao.settings import Settings, SettingsError
from diembao.workplace import known_seeds, settings_for
from messages.catalogue import _
from messages.errors import Told
from scheduler.clock import utc_now
from storage import backups

LEAST_FREE = 500 * 1024 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    output.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look at everything and change nothing; exit 1 if something is bad."""
    settings = settings_for(arguments)
    found = list(_findings(settings))
    rows = [{"what": f.what, "state": f.state, "says": f.says, "mend": f.mend} for f in found]
    headings = {"what": _("what"), "state": _("state"), "says": _("finding"), "mend": _("to do")}
    output.listing(rows, headings, arguments.format)
    return 1 if any(finding.state == "bad" for finding in found) else 0


def _findings(settings: Settings) -> Iterator[Finding]:
    for what, look in _LOOKS:
        try:
            yield from look(settings)
        except (Told, OSError) as error:
            # What one look stumbles over is a finding; the others go on.
            yield Finding(what, "bad", _where(error))


def _where(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {said(error)}"
    return said(error)


def _settings(settings: Settings) -> Iterator[Finding]:
    """Look at settings that are right by themselves and wrong for a service that others use."""
    chosen = settings.model_fields_set
    yield Finding("settings", "ok", _("{n} set, see 'diembao settings'").format(n=len(chosen)))
    if settings.smtp_url and _is_here(settings.public_url):
        says = _("mails lead their readers to {url}").format(url=settings.public_url)
        mend = _("set PUBLIC_URL to the address at which they reach the web pages")
        yield Finding("settings", "note", says, mend)
    if "user_agent" not in chosen:
        yield Finding(
            "settings", "note", _("USER_AGENT names nobody whom an outlet could write to"),
            _("put a mail or web address into USER_AGENT"),
        )  # fmt: skip


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == "localhost" or host.startswith("127.") or host == "::1"


def _sources(settings: Settings) -> Iterator[Finding]:
    sources, faults = load_sources(settings)
    enabled = sum(source.enabled for source in sources.values())
    yield Finding(
        "sources", "ok" if enabled else "bad",
        _("{enabled} of {n} sources enabled").format(enabled=enabled, n=len(sources)),
    )  # fmt: skip
    for fault in faults:
        yield Finding("sources", "bad", said(fault))


def _seeds(settings: Settings) -> Iterator[Finding]:
    yield Finding("seeds", "ok", _("{n} seeds").format(n=len(known_seeds(settings))))


def _dkim(settings: Settings) -> Iterator[Finding]:
    try:
        seal = mail_seal(settings)
    except SettingsError as error:
        yield Finding("dkim", "bad", said(error))
        return
    if seal:
        says = _("mails are signed; the public key belongs into DNS at {name}")
        name = f"{seal.selector}._domainkey.{seal.domain}"
        yield Finding("dkim", "ok", says.format(name=name))


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    mend = _("make room, or set DATA_DIR elsewhere")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        says = _("{folder} cannot be written: {error}")
        yield Finding("disk", "bad", says.format(folder=folder, error=said(error)), mend)
        return
    says = _("{n} MiB free in DATA_DIR").format(n=free // 1024 // 1024)
    enough = free > LEAST_FREE
    yield Finding("disk", "ok" if enough else "bad", says, "" if enough else mend)


def _backups(settings: Settings) -> Iterator[Finding]:
    if settings.backup_dir is None:
        yield Finding(
            "backup", "note", _("the daemon makes none"),
            _("set BACKUP_DIR, or have 'diembao db backup' run by a timer"),
        )  # fmt: skip
        return
    newest = backups.newest(settings.backup_dir)
    if newest is None:
        says = _("none yet in {folder}").format(folder=settings.backup_dir)
        yield Finding("backup", "note", says, _("'diembao run' makes one within the hour"))
        return
    when = newest.astimezone(settings.zone).isoformat(timespec="minutes")
    says = _("the newest is of {when}").format(when=when)
    if utc_now() - newest > timedelta(hours=2 * settings.backup_hours):
        yield Finding("backup", "bad", says, _("see the daemon's log: lines of the job 'backup'"))
    else:
        yield Finding("backup", "ok", says)


def _networks(settings: Settings) -> Iterator[Finding]:
    if settings.allow_private_networks:
        says = _("ALLOW_PRIVATE_NETWORKS lets crawls and webhooks reach this network")
        yield Finding("network", "note", says)


_LOOKS = (
    ("settings", _settings), ("database", archive_findings), ("sources", _sources),
    ("seeds", _seeds), ("outlets", outside_findings), ("dkim", _dkim), ("disk", _disk),
    ("backup", _backups), ("network", _networks),
)  # fmt: skip
