"""Another text at a known address: a revision, in substance or not, or nothing worth keeping."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, func, select

from analysis.changes import Change, Wording, change
from analysis.copies import compare
from analysis.edits import Edit as Edit  # noqa: PLC0414 - alerts tell of it
from analysis.edits import edit
from analysis.fingerprints import fingerprint
from analysis.judgement import Judgement
from analysis.text import search_fold, syllables
from storage import neighbours
from storage.arrivals import Arrival
from storage.events import publish
from storage.forgetting import is_forgotten
from storage.joining import renew
from storage.judgements import judged, tag_anew, tags_of
from storage.stories import Maker
from storage.tables import Article, Revision

# What a page says, as far as a later one may say otherwise.
CONTENT = (
    "title", "lead", "text", "authors", "image", "modified_at", "language",
    "section", "tags", "captions", "medium", "access",
)  # fmt: skip
# Another story: of the smaller text less than this part is in the other, and of the titles' words
# less than that part is in both.
LEAST_TEXT_SHARED = 0.2
LEAST_TITLE_SHARED = 0.5
LEAST_SYLLABLES = 20
# A correction of ours makes news of an article only while it is news.
YOUNG = timedelta(days=3)


def revise(
    session: Session, known: Article, fresh: Arrival, judgement: Judgement
) -> Literal["revised", "unchanged"]:
    """Take in what a known address says now; readers hear of it if it changed in substance."""
    forgotten = is_forgotten(known)
    if forgotten and known.content_hash == judgement.fingerprint.content_hash:
        return "unchanged"
    changed = change(wording(known), wording(fresh))
    if changed is None:
        return "unchanged"
    read_before = neighbours.piece(known)
    if not forgotten:
        _keep(session, known, changed, fresh.first_seen_at)
    _take_over(known, fresh, CONTENT)
    known.revised_at = fresh.first_seen_at
    told = known.status == "new"
    if known.status in ("new", "off_topic"):
        # What readers were told of stays; what was off topic may have become news.
        known.status = "new" if told or judgement.relevance.relevant else "off_topic"
    judged(known, judgement)
    tag_anew(session, known, judgement, read_before)
    maker = Maker(judgement.rules, fresh.first_seen_at)
    renew(session, known, judgement.story, maker, is_new=known.status == "new" and not told)
    if known.status == "new" and (changed.substantial or not told):
        event = "article.revised" if told else "article.published"
        publish(session, event, fresh.first_seen_at, article=known)
    return "revised"


def _take_over(known: Article, fresh: Arrival, names: Iterable[str]) -> None:
    for name in names:
        value = getattr(fresh, name)
        setattr(known, name, list(value) if isinstance(value, tuple) else value)


def _keep(session: Session, known: Article, changed: Change, now: datetime) -> None:
    session.add(
        Revision(
            article_id=_key(known),
            title=known.title,
            lead=known.lead,
            text=known.text,
            content_hash=known.content_hash,
            replaced_at=now,
            changes=changed.as_json(),
            substantial=changed.substantial,
        )
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """By what an article is judged anew: now, with the score from which it is on topic."""

    threshold: float
    now: datetime


def correct(
    session: Session,
    known: Article,
    fresh: Arrival | None,
    judgement: Judgement,
    rules: Rules,
) -> list[str]:
    """Put right what we made of an article: the outlet changed nothing, so this is no revision.

    ``fresh`` is None where only the rules are new. Gives the names of the fields that changed.
    Copies stay copies. News that proves off topic is none any more; what proves on topic is told to
    readers only while it is young.
    """
    before, read_before = _state(session, known), neighbours.piece(known)
    if fresh is not None:
        _take_over(known, fresh, (*CONTENT, "published_at"))
    judged(known, judgement)
    if known.status in ("new", "off_topic"):
        if known.status == "new" and known.relevance < rules.threshold:
            known.relevance = _clearest(session, known, rules.threshold)
        known.status = "new" if known.relevance >= rules.threshold else "off_topic"
    tag_anew(session, known, judgement, read_before)
    is_new = (before["status"], known.status) == ("off_topic", "new")
    renew(session, known, judgement.story, Maker(judgement.rules, rules.now), is_new=is_new)
    if is_new and _is_young(known, rules.now):
        publish(session, "article.published", rules.now, article=known)
    after = _state(session, known)
    return [name for name, value in before.items() if after[name] != value]


def _state(session: Session, article: Article) -> dict[str, object]:
    names = (*CONTENT, "published_at", "status")
    topics, entities = tags_of(session, _key(article))
    return {
        **{name: getattr(article, name) for name in names},
        "relevance": round(article.relevance, 6),
        "topics": topics,
        "entities": entities,
    }


def _clearest(session: Session, known: Article, threshold: float) -> float:
    """An article's score, or that of a copy whose clearer title makes news of both."""
    copies = select(func.max(Article.relevance)).where(Article.duplicate_of == known.id)
    best = session.exec(copies).one() or 0.0
    return best if best >= threshold else known.relevance


def _is_young(article: Article, now: datetime) -> bool:
    return now - (article.published_at or article.first_seen_at) <= YOUNG


def is_other_story(known: Article, fresh: Arrival, judgement: Judgement) -> bool:
    """Tell whether a page holds another story than the article that stood there before."""
    theirs = judgement.fingerprint
    if known.content_hash == theirs.content_hash or known.syllables < LEAST_SYLLABLES:
        return False
    one, other = (set(syllables(search_fold(title))) for title in (known.title, fresh.title))
    if len(one & other) >= LEAST_TITLE_SHARED * min(len(one), len(other)):
        return False
    return compare(theirs, fingerprint(known.text)).similarity < LEAST_TEXT_SHARED


def of_article(session: Session, article_id: int) -> Sequence[Revision]:
    """Give an article's earlier texts, oldest first."""
    return session.exec(
        select(Revision).where(Revision.article_id == article_id).order_by(col(Revision.id))
    ).all()


def last_in_substance(session: Session, article_id: int) -> datetime | None:
    """Give the time of an article's last change in substance."""
    return session.exec(
        select(func.max(Revision.replaced_at)).where(
            Revision.article_id == article_id, col(Revision.substantial)
        )
    ).one()


def edits(session: Session, articles: Iterable[Article], since: datetime) -> dict[int, Edit]:
    """Sum up what changed since a moment in those articles that were known then."""
    changed = {
        _key(article): article
        for article in articles
        if article.revised_at and article.first_seen_at <= since < article.revised_at
    }
    query = (
        select(Revision)
        .where(col(Revision.article_id).in_(changed), Revision.replaced_at > since)
        .order_by(col(Revision.id).desc())
    )
    # The last one written over the others is the oldest: what the text said at that moment.
    then = {row.article_id: row for row in session.exec(query)}
    return {key: edit(wording(row), wording(changed[key])) for key, row in then.items()}


def wording(article: Article | Arrival | Revision) -> Wording:
    """Give the words of an article, now or earlier."""
    return Wording(article.title, article.lead, article.text)


def _key(article: Article) -> int:
    assert article.id is not None, "a stored row has its key"  # noqa: S101 - narrows the type
    return article.id
