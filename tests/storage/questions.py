"""What daemon, commands and readers ask of an archive: each question by its name.

Those in HOT are on the way of a poll, an article or a delivery.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from analysis.copies import Piece
from analysis.fingerprints import SAMPLING, Fingerprint
from storage import (
    articles,
    candidates,
    claims,
    events,
    health,
    hosts,
    joining,
    looking,
    neighbours,
    outbox,
    polling,
    reading,
    related,
    revisions,
    runs,
    stories,
    subscriptions,
    tallies,
    telling,
)
from storage.candidates import Sighting
from storage.filters import Filter, Window
from storage.plain import asked_plainly
from storage.tables import Article, Subscription
from storage.waiting import write_waiting


@dataclass(frozen=True)
class Sample:
    """What of an archive is asked about; ``rare`` and ``common`` are words of its texts."""

    now: datetime
    source: str
    sources: list[str]
    article: int
    address: str
    key: str
    subscription: str
    delivery: str
    event: int
    topic: str
    entity: str
    common: str
    rare: str
    hashes: tuple[int, ...]


def _seen(session: Session, given: Sample) -> None:
    urls = [given.address, *(f"{given.address}?{n}" for n in range(20))]
    sightings = [Sighting(url, url, "feed", article_key=f"{given.key}x{n}")
                 for n, url in enumerate(urls)]  # fmt: skip
    candidates.sight(session, given.source, sightings, given.now)


def _sights(session: Session, given: Sample) -> None:
    asked = (given.address, given.key, "00")
    asked_plainly(session.connection(), articles._SIGHTS, (*asked, *asked))


def _fetched(session: Session, given: Sample) -> None:
    candidates.fetched(session, given.address, given.article, given.key)
    write_waiting(session)


def _likely(session: Session, given: Sample) -> None:
    fingerprint = Fingerprint("", given.hashes, len(given.hashes) * SAMPLING)
    neighbours.likely(session, Piece(fingerprint))


def _pieces(session: Session, given: Sample) -> None:
    asked = dict.fromkeys(joining._CANDIDATES, given.article) | {"most": 24}
    session.connection().execute(joining._PIECES, asked)


def _told(session: Session, given: Sample) -> None:
    told = session.get_one(Subscription, given.subscription)
    telling.stories_told(session, told, {given.article: 1})


def _retagged(session: Session, given: Sample) -> None:
    revisions._clearest(session, session.get_one(Article, given.article), 0.5)


def _find(wanted: Filter, **window):
    def ask(session: Session, given: Sample) -> None:
        filled = {
            name: tuple(getattr(given, each) for each in value)
            for name, value in (("topics", wanted.topics), ("entities", wanted.entities))
        }
        word = getattr(given, wanted.query) if wanted.query else ""
        asked = Filter(**filled, query=word, sources=tuple(
            getattr(given, each) for each in wanted.sources))  # fmt: skip
        reading.find(session, asked, Window(**window), 50)

    return ask


HOT = {
    "poll: sources due": lambda s, g: polling.due(s, g.sources, g.now, 20),
    "poll: looks due by source": lambda s, g: looking.due_sources(
        s, g.sources, g.now, g.now - timedelta(minutes=5), 20),
    "poll: looks due": lambda s, g: looking.due(s, g.source, g.now, 50),
    "poll: validators": lambda s, g: looking.validators(s, [g.address, "x"]),
    "poll: candidates pending": lambda s, g: candidates.pending(s, g.source, g.now, 500),
    "poll: endpoints": lambda s, g: candidates.endpoints(s, g.source),
    "poll: candidates sighted": _seen,
    "poll: candidate found": lambda s, g: candidates.find(s, "x", g.key),
    "poll: days": lambda s, g: health.days(s, g.source, (g.now - health.HISTORY).date()),
    "poll: hosts": lambda s, g: hosts.claim(
        s, [f"{g.source}.example"], "a/1", g.now, timedelta(minutes=1)),
    "article: known?": _sights,
    "article: candidate fetched": _fetched,
    "article: copies": _likely,
    "article: pieces of a story": _pieces,
    "article: by address": lambda s, g: looking.article_at(s, g.address),
    "article: last change": lambda s, g: revisions.last_in_substance(s, g.article),
    "retag: copies' scores": _retagged,
    "matching: events": lambda s, g: events.after(s, g.event - 10, 5_000),
    "matching: newest event": lambda s, _: events.last_id(s),
    "matching: articles": lambda s, g: reading.matching(
        s, Filter(topics=(g.topic,)), range(g.article - 20, g.article)),
    "matching: told before": _told,
    "matching: stories' articles": lambda s, g: reading.story_articles(s, [g.article]),
    "digest: due": lambda s, g: subscriptions.due(s, g.now, 50),
    "digest: tally of a day": lambda s, g: tallies.tally(
        s, Filter(topics=(g.topic,)), g.now - timedelta(days=2), g.now - timedelta(days=1)),
    "delivery: due": lambda s, g: claims.due(s, g.now, 500),
    "delivery: claimed": lambda s, g: claims.claim(
        s, [g.delivery], "a/1", g.now, timedelta(minutes=3)),
    "delivery: made lately": lambda s, g: outbox.made_since(
        s, [g.subscription], g.now - timedelta(hours=1)),
    "delivery: given up lately": lambda s, g: claims.died_since(
        s, g.subscription, g.now - timedelta(days=3)),
    "delivery: a dead sender's": lambda s, g: outbox.take_over(s, "a/1", g.now),
    "delivery: senders": lambda s, _: outbox.lease_owners(s),
}  # fmt: skip

OTHERS = {
    "articles list": _find(Filter()),
    "articles list --all": _find(Filter(), everything=True),
    "articles list --topic": _find(Filter(topics=("topic",))),
    "articles list --entity": _find(Filter(entities=("entity",))),
    "articles list --source": _find(Filter(sources=("source",))),
    "articles search, common words": _find(Filter(query="common")),
    "articles search, rare words": _find(Filter(query="rare")),
    "articles list: how many": lambda s, _: reading.count(s, Filter(), Window()),
    "articles list --since: how many": lambda s, g: reading.count(
        s, Filter(), Window(since=g.now - timedelta(days=7))),
    "articles show: story": lambda s, g: reading.find(
        s, Filter(), Window(story=g.article, everything=True)),
    "articles show: related": lambda s, g: related.of_article(s, g.article),
    "articles show: revisions": lambda s, g: revisions.of_article(s, g.article),
    "stories list": lambda s, _: stories.latest(s, None, 50),
    "stories list --since": lambda s, g: stories.latest(s, g.now - timedelta(days=1), None),
    "stories show: changes": lambda s, g: stories.changes(s, g.article),
    "deliveries list": lambda s, _: outbox.find(s, limit=50),
    "deliveries list --subscription": lambda s, g: outbox.find(s, subscription=g.subscription),
    "deliveries list --status dead": lambda s, _: outbox.find(s, status="dead"),
    "subscribe: same": lambda s, _: subscriptions.at_address(s, "ban-doc-7@example.org"),
    "subscribe --since": lambda s, g: events.before_date(s, g.now - timedelta(days=1)),
    "runs": lambda s, _: runs.latest(s, 20),
}  # fmt: skip
