"""The main job from an outlet's feed to a reader's mailbox, on the sample newsroom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.matching import preview
from alerts.sending import Post
from alerts.transports.webhook import new_secret, verify
from analysis.fingerprints import fingerprint
from analysis.text import normalise
from crawler.reports import SourceReport
from diembao.demo.newsroom.site import SHIPPED, Newsroom
from diembao.demo.receiver import Receiver
from diembao.newsdesk import open_desk
from diembao.postroom import open_post, sender
from diembao.settings import Settings
from scheduler.deliveries import send
from scheduler.digests import make
from scheduler.poll import Desk, poll, regular_plan
from storage import outbox, reading, subscriptions
from storage.database import Database
from storage.filters import Filter, Window
from storage.reading import TaggedArticle
from storage.seeds import KnownSeed, add_seeds
from storage.tables import Subscription

REVISED = "thuongcangmoi/kinh-te-so-dong-gop-grdp-77124"


@dataclass(frozen=True, slots=True)
class Found:
    """What the tour came back with. Paths are of the digest as HTML, text and mail."""

    first: list[SourceReport]
    second: list[SourceReport]
    articles: list[TaggedArticle]
    outlets: dict[str, str]
    files: list[Path]
    stories: int
    webhook: str
    sent_again: int


def prepared(settings: Settings, folder: Path) -> Settings:
    """Give settings that touch nothing but the tour's folder and this machine."""
    return settings.model_copy(
        update={
            "data_dir": folder / "data",
            "database_url": None,
            "auto_migrate": True,
            "sources_dir": folder / "sources",
            "extra_sources_dir": None,
            "seeds_file": folder / "seeds.jsonl",
            "smtp_url": None,
            "secret_key": None,
            "relevance_threshold": None,
            "allow_private_networks": True,
        }
    )


async def tour(settings: Settings, folder: Path, told: Callable[[SourceReport], None]) -> Found:
    """Crawl the sample newsroom twice, then send what is new by mail and webhook."""
    async with Newsroom(datetime.now(UTC)) as newsroom, Receiver() as receiver:
        newsroom.write_sources(folder / "sources")
        _write_seed(folder / "seeds.jsonl")
        with open_desk(settings) as (desk, _faults):
            first = await _crawl(desk, told)
            newsroom.revise(REVISED)
            second = await _crawl(desk, told)
            post = open_post(settings)
            try:
                return await _deliver(settings, folder, desk, post, receiver, (first, second))
            finally:
                await post.aclose()


def _write_seed(path: Path) -> None:
    text = normalise((SHIPPED / "seed.txt").read_text("utf-8"))
    add_seeds(path, [KnownSeed(id="seed-000", fingerprint=fingerprint(text))])


async def _crawl(desk: Desk, told: Callable[[SourceReport], None]) -> list[SourceReport]:
    reports = []
    for source in desk.sources.values():
        report = await poll(desk, source, regular_plan(desk, source))
        reports.append(report)
        told(report)
    return reports


async def _deliver(
    settings: Settings,
    folder: Path,
    desk: Desk,
    post: Post,
    receiver: Receiver,
    reports: tuple[list[SourceReport], list[SourceReport]],
) -> Found:
    us = sender(settings)
    mail, hook = _subscribe(desk.database, settings, receiver.address, desk.clock())
    with desk.database.reading() as session:
        digest = preview(session, mail, desk.clock())
    made = make(desk.database, us, [mail.id, hook.id], desk.clock)
    await send(desk.database, post, made)
    call = receiver.calls[0]
    verify(hook.secrets, call.headers, call.body, desk.clock())
    again = make(desk.database, us, [mail.id, hook.id], desk.clock)
    with desk.database.reading() as session:
        articles = reading.find(session, Filter(), Window(everything=True))
    return Found(
        first=reports[0],
        second=reports[1],
        articles=articles,
        outlets={source.id: source.name for source in desk.sources.values()},
        files=_digest_files(desk.database, settings, folder, mail),
        stories=len(digest.entries) + digest.omitted,
        webhook=f"webhook-id: {call.headers['webhook-id']}\n"
        f"webhook-signature: {call.headers['webhook-signature']}",
        sent_again=len(again),
    )


def _subscribe(
    database: Database, settings: Settings, hook: str, now: datetime
) -> tuple[Subscription, Subscription]:
    def one(kind: str, address: str, secrets: list[str]) -> Subscription:
        return Subscription(
            id=subscriptions.new_id(),
            kind=kind,
            address=address,
            status="active",
            schedule="daily@07:00",
            timezone=settings.timezone,
            language=settings.language,
            secrets=secrets,
            period_from=now - timedelta(days=1),
            created_at=now,
            confirmed_at=now,
        )

    mail = one("mail", "ban-doc@example.org", [])
    webhook = one("webhook", hook, [new_secret()])
    with database.writing() as session:
        session.add_all([mail, webhook])
    return mail, webhook


def _digest_files(
    database: Database, settings: Settings, folder: Path, mail: Subscription
) -> list[Path]:
    with database.reading() as session:
        delivery = outbox.find(session, subscription=mail.id)[0]
    written = settings.data_dir / "outbox" / f"{delivery.id}.eml"
    parts = {
        "html": delivery.payload["html"].encode(),
        "txt": delivery.payload["text"].encode(),
        "eml": written.read_bytes(),
    }
    files = []
    for suffix, content in parts.items():
        path = folder / f"digest.{suffix}"
        path.write_bytes(content)
        files.append(path)
    return files
