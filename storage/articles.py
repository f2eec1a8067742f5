"""Taking articles in, and the queries that give them out again."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, col

from analysis.copies import LEAST_SYLLABLES, Piece
from analysis.judgement import Judgement
from analysis.searching import searchable
from messages.catalogue import N_
from storage import joining, looking, neighbours, stories
from storage.arrivals import Arrival
from storage.errors import UnknownThing
from storage.events import About, publish
from storage.forgetting import is_forgotten
from storage.joining import Match
from storage.judgements import tag, verdict
from storage.neighbours import Neighbour
from storage.plain import asked_plainly, insert_row
from storage.related import relate
from storage.revisions import revise
from storage.seeds import KnownSeed
from storage.tables import GREATEST_KEY, Article, Story
from storage.waiting import later


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a document.

    ``outcome`` is new, off_topic, exact_duplicate, near_duplicate, seed_duplicate, revised or
    unchanged.
    """

    article_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class _Standing:
    status: str
    duplicate_of: Article | None = None
    seed: str | None = None
    similarity: float | None = None
    related: Sequence[Neighbour] = ()


def ingest(
    session: Session, fresh: Arrival, judgement: Judgement, seeds: Sequence[KnownSeed]
) -> Ingested:
    """Store a judged document: a first sight, a revision, or nothing new.

    Row, tags, story and event are part of the caller's transaction. A backfill leaves articles that
    are known as they are, and nobody is told of what it brings.
    """
    look = _look(session, fresh, judgement)
    if look.known is not None and fresh.backfill_id is not None:
        return Ingested(look.known, "unchanged")
    if look.known is not None:
        known = get(session, look.known)
        # The address follows the outlet's, as long as no other article has it.
        if known.canonical_url != fresh.canonical_url:
            known.canonical_url, known.url = fresh.canonical_url, fresh.url
        known.article_key = known.article_key or fresh.article_key
        return Ingested(_key(known.id), revise(session, known, fresh, judgement))
    standing = _standing(session, fresh, judgement, seeds, look.same_text)
    news = judgement.story if standing.status == "new" else None
    told_at = fresh.published_at or fresh.first_seen_at
    match = joining.find(session, news, told_at)
    own, story_id = _stories(session, fresh, standing, match)
    article_id = _insert(session, fresh, judgement, standing, story_id)
    if own is not None:
        later(session, _FIRST, {"of_story": own, "of_article": article_id})
    if story_id != own:
        stories.added(session, story_id, article_id, fresh)
    tag(session, article_id, judgement)
    neighbours.index(session, article_id, _piece(fresh, judgement))
    relate(session, article_id, standing.related)
    if standing.status == "new":
        about = About(article_id, fresh.source, fresh.backfill_id)
        publish(session, "article.published", fresh.first_seen_at, article=about)
        piece = joining.Piece(article_id, own or story_id, told_at)
        joining.keep(session, piece, news, match, _maker(judgement, fresh.first_seen_at))
    elif judgement.relevance.relevant and standing.duplicate_of:
        _promote(session, standing.duplicate_of, judgement, fresh)
    return Ingested(article_id, standing.status)


def _insert(
    session: Session, fresh: Arrival, judgement: Judgement, standing: _Standing, story_id: int
) -> int:
    """Write an article's row."""
    values = {
        **{name: getattr(fresh, name) for name in _SAID},
        **verdict(judgement),
        "language": fresh.language or judgement.language,
        "status": standing.status,
        "duplicate_of": standing.duplicate_of.id if standing.duplicate_of else None,
        "seed": standing.seed,
        "similarity": standing.similarity,
        "story_id": story_id,
        "looks": 0,
        "next_look_at": None
        if fresh.backfill_id is not None
        else looking.first_look(standing.status, fresh.published_at, fresh.first_seen_at),
    }
    return insert_row(session, Article, values)


_SAID = [field.name for field in fields(Arrival)]
_SIGHTS = (
    "SELECT id, canonical_url = ?, article_key = ?, content_hash = ? FROM article "
    "WHERE canonical_url = ? OR article_key = ? OR content_hash = ? ORDER BY id"
)
# Not of a story that another article, published clearly earlier, was put into meanwhile.
_FIRST = (
    update(Story)
    .where(col(Story.id) == bindparam("of_story"), col(Story.first_article_id).is_(None))
    .values(first_article_id=bindparam("of_article"))
)


@dataclass(frozen=True, slots=True)
class _Look:
    """The keys of stored articles that are this one or hold the very same text."""

    known: int | None
    same_text: int | None


def _look(session: Session, fresh: Arrival, judgement: Judgement) -> _Look:
    """Look for an article of this address, else of this number of the outlet; for its text."""
    given = fresh.canonical_url, fresh.article_key, judgement.fingerprint.content_hash
    found = asked_plainly(session.connection(), _SIGHTS, (*given, *given))
    by_address, by_number, by_text = (
        next((row[0] for row in found if row[place]), None) for place in (1, 2, 3)
    )
    return _Look(by_address or by_number, by_text)


def _standing(
    session: Session,
    fresh: Arrival,
    judgement: Judgement,
    seeds: Sequence[KnownSeed],
    of_same_text: int | None,
) -> _Standing:
    """Known before judged: a copy is a copy whatever its topic."""
    fingerprint = judgement.fingerprint
    if seed := neighbours.known_seed(fingerprint, seeds):
        return _Standing("seed_duplicate", seed=seed[0].id, similarity=seed[1].similarity)
    if same := _same_text(session, judgement, of_same_text):
        return _copy_of(session, "exact_duplicate", same, 1.0)
    found = neighbours.alike(session, _piece(fresh, judgement))
    if found and found[0].comparison.verdict == "copy":
        known, similarity = found[0].article, found[0].comparison.similarity
        equal = known.content_hash == fingerprint.content_hash
        return _copy_of(
            session, "exact_duplicate" if equal else "near_duplicate", known, similarity
        )
    return _Standing("new" if judgement.relevance.relevant else "off_topic", related=found)


def _piece(fresh: Arrival, judgement: Judgement) -> Piece:
    moment = fresh.published_at or fresh.first_seen_at
    return Piece(judgement.fingerprint, fresh.title, fresh.text, moment)


def _same_text(session: Session, judgement: Judgement, key: int | None) -> Article | None:
    if key is None or judgement.fingerprint.syllables < LEAST_SYLLABLES:
        return None
    return session.get(Article, key)


def _copy_of(session: Session, status: str, known: Article, similarity: float) -> _Standing:
    """A copy of a copy is a copy of the first; a copy of a seed's copy, of the seed."""
    if known.seed is not None:
        return _Standing("seed_duplicate", seed=known.seed, similarity=similarity)
    if known.duplicate_of is not None:
        known = get(session, known.duplicate_of)
    return _Standing(status, duplicate_of=known, similarity=similarity)


def _promote(session: Session, known: Article, judgement: Judgement, fresh: Arrival) -> None:
    """Make news of an off-topic article whose copy, under a clearer title, is on topic.

    The copy stays a copy; without this nobody would hear of either.
    """
    now = fresh.first_seen_at
    if known.status == "off_topic":
        if is_forgotten(known):  # its copy has the text
            known.text = fresh.text
            known.search = searchable(known.title, known.lead, known.text)
            neighbours.index(session, _key(known.id), neighbours.piece(known))
        known.status, known.relevance = "new", judgement.relevance.score
        looking.begin(known, now)
        about = About(known.id, known.source, known.backfill_id or fresh.backfill_id)
        publish(session, "article.published", now, article=about)
        joining.renew(session, known, judgement.story, _maker(judgement, now), is_new=True)


def _maker(judgement: Judgement, now: datetime) -> stories.Maker:
    return stories.Maker(judgement.rules, now)


def _stories(
    session: Session, fresh: Arrival, standing: _Standing, match: Match | None
) -> tuple[int | None, int]:
    """Give the key of the story that an article begins, if it is no copy, and of the one it is in.

    Where that is another, found for it, its own leads there from the first.
    """
    if standing.duplicate_of is not None:
        return None, standing.duplicate_of.story_id
    values = {
        "first_published_at": fresh.published_at,
        "last_seen_at": fresh.stirs_at,
        "article_count": 0 if match else 1,
        "merged_into": match.story_id if match else None,
    }
    own = insert_row(session, Story, values)
    return own, match.story_id if match else own


def _key(value: int | None) -> int:
    assert value is not None, "a flushed row has its key"  # noqa: S101 - narrows the type
    return value


def get(session: Session, article_id: int) -> Article:
    """Give an article by its key; raises UnknownThing."""
    article = session.get(Article, article_id) if article_id <= GREATEST_KEY else None
    if article is None:
        raise UnknownThing(N_("no article {article}"), article=article_id)
    return article
