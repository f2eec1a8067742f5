"""What daemon and workers read anew at SIGHUP: the settings file, the source files, the seeds."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.errors import SourceError
from crawler.sources import Source
from diembao import logs
from diembao.newsdesk import manner, threshold
from diembao.outlets import load_sources
from diembao.postroom import open_post, pace, sender
from diembao.settings import Settings, SettingsError, load
from diembao.workplace import known_seeds
from messages.catalogue import _
from scheduler.poll import register_sources
from scheduler.work import Workshop
from storage.errors import SeedError
from storage.seeds import KnownSeed, mirror
from web.site import Site

log = logging.getLogger(__name__)

# A running process is built on these.
FIXED = frozenset({
    "data_dir", "database_url", "auto_migrate", "secret_key", "admin_token", "trusted_proxies",
    "backup_dir",
})  # fmt: skip
# So are the places of a fleet's worker.
FIXED_IN_A_FLEET = FIXED | {"concurrency"}
SENDING = frozenset({
    "smtp_url", "mail_from", "dkim_key_file", "dkim_selector", "dkim_domain", "public_url",
    "allow_private_networks", "user_agent",
})  # fmt: skip


@dataclass(slots=True)
class Rereading:
    """Puts what has changed in the files into what a process works with.

    What a bad file said before stays. ``site`` is what the web pages work with, ``show`` gives them
    another.
    """

    config: Path | None
    settings: Settings
    shop: Workshop
    site: Site | None = None
    show: Callable[[Site], None] = lambda _site: None

    async def __call__(self) -> None:
        """Read all anew."""
        await self._reread_settings()
        await self._reread_seeds()
        await self._reread_sources()

    async def _reread_settings(self) -> None:
        try:
            fresh = (await asyncio.to_thread(load, self.config)).settings
            changed = {n for n in Settings.model_fields if self._differs(fresh, n)}
            fleet = not self.settings.database.startswith("sqlite")
            fixed = changed & (FIXED_IN_A_FLEET if fleet else FIXED)
            for name in sorted(fixed):
                log.warning("%s is another now: it takes a restart", name.upper())
            changed -= fixed
            new = self.settings.model_copy(update={n: getattr(fresh, n) for n in changed})
            post = open_post(new) if changed & SENDING else None
        except SettingsError as error:
            log.error("settings stay as they were: %s", error)  # noqa: TRY400 - its line says all
            return
        if post:
            self.shop.send_by(post)
        self._take(new)
        log.info("settings read anew: %s", ", ".join(sorted(changed)).upper() or "none changed")

    def _differs(self, fresh: Settings, name: str) -> bool:
        return bool(getattr(fresh, name) != getattr(self.settings, name))

    def _take(self, settings: Settings) -> None:
        self.settings = settings
        logs.change(settings.log_level, settings.log_format)
        _.choose(settings.language)
        shop, archive = self.shop, self.shop.desk.archive
        shop.sender, shop.pace = sender(settings), pace(settings)
        # A worker's places may be those of its --concurrency.
        places = None if settings.database.startswith("sqlite") else shop.desk.manner.concurrency
        shop.desk.manner = manner(settings, places)
        archive.threshold = threshold(settings)
        if self.site:
            self.site = replace(
                self.site, sender=shop.sender, zone=settings.zone, language=settings.language
            )
            self.show(self.site)

    async def _reread_seeds(self) -> None:
        archive = self.shop.desk.archive

        def read() -> list[KnownSeed]:
            found = known_seeds(self.settings)
            with archive.database.writing() as session:
                mirror(session, found)
            return found

        try:
            archive.seeds = await asyncio.to_thread(read)
        except (SettingsError, SeedError) as error:
            log.error("seeds stay as they were: %s", error)  # noqa: TRY400 - its line says all

    async def _reread_sources(self) -> None:
        desk = self.shop.desk
        before = desk.archive.sources
        try:
            found, faults = await asyncio.to_thread(load_sources, self.settings)
        except SettingsError as error:
            log.error("sources stay as they were: %s", error)  # noqa: TRY400 - its line says all
            return
        kept = _kept(before, found, faults)
        desk.archive.sources = {**found, **kept}
        await asyncio.to_thread(register_sources, desk)
        new, gone = found.keys() - before.keys(), before.keys() - desk.archive.sources.keys()
        log.info("sources read anew: %d, %d new, %d gone, %d as they were for a fault",
                 len(desk.archive.sources), len(new), len(gone), len(kept))  # fmt: skip


def _kept(
    before: Mapping[str, Source], found: Mapping[str, Source], faults: list[SourceError]
) -> dict[str, Source]:
    """Give the sources whose file has become unusable, as it was read last; each fault is named."""
    kept = {}
    for fault in faults:
        log.error("%s", fault)
        source = Path(str(fault).partition(":")[0]).stem
        if source in before and source not in found:
            kept[source] = before[source]
    return kept
