"""Stories: articles of one event. Joined as they come in, merged and split by hand; all kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam, case, false, insert, update
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.sqltypes import UTCDateTime

from messages.catalogue import N_
from storage.arrivals import Arrival
from storage.errors import StoryError, UnknownThing
from storage.story_tables import StoryChange
from storage.tables import GREATEST_KEY, Article, Story
from storage.waiting import later

# One outlet's clock against another's: a smaller lead does not make the later-stored one first.
CLEARLY_EARLIER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Maker:
    """Who changes a story, when and why; for changes by hand ``by`` is a person."""

    by: str
    at: datetime
    note: str = ""


def merge(session: Session, story_id: int, others: Iterable[int], maker: Maker) -> Story:
    """Put stories together into the first named; their ids lead there from now on.

    Raises UnknownThing, and StoryError where a story would be merged into itself.
    """
    story = get(session, story_id)
    for other_id in others:
        other = get(session, other_id)
        if other.id == story.id:
            raise StoryError(
                N_("story {other_id} is story {id} already"), other_id=other_id, id=story.id
            )
        moved = move(session, _key(other.id), _key(story.id))
        record(session, {"kind": "merged"}, (_key(story.id), _key(other.id)), moved, maker)
    return story


def split(session: Session, story_id: int, articles: Iterable[int], maker: Maker) -> Story:
    """Take articles, with their copies, out of a story into a new one.

    Raises UnknownThing, and StoryError for what is not in it, for a copy without its original, and
    where nothing would be left.
    """
    story = get(session, story_id)
    held = {_key(row.id): row for row in _held(session, _key(story.id))}
    wanted = set(articles)
    for key in wanted:
        if key not in held:
            raise StoryError(N_("article {key} is not in story {id}"), key=key, id=story.id)
        if (original := held[key].duplicate_of) is not None and original not in wanted:
            raise StoryError(
                N_("article {key} is a copy of {original}: it goes where that goes"),
                key=key,
                original=original,
            )
    moved = sorted(key for key, row in held.items() if wanted & {key, row.duplicate_of})
    if not moved or len(moved) == len(held):
        raise StoryError(
            N_("story {id}: name some of its articles, and not all of them"), id=story.id
        )
    fresh = Story(last_seen_at=maker.at)
    session.add(fresh)
    session.flush()
    _assign(session, moved, _key(fresh.id))
    for changed in (story, fresh):
        _recount(session, changed)
    record(session, {"kind": "split"}, (_key(fresh.id), _key(story.id)), moved, maker)
    return fresh


def get(session: Session, story_id: int) -> Story:
    """Give the story of an id, or the one that holds its articles now; raises UnknownThing."""
    story = session.get(Story, story_id) if story_id <= GREATEST_KEY else None
    if story is not None and story.merged_into is not None:
        story = session.get(Story, story.merged_into)
    if story is None:
        raise UnknownThing(N_("no story {story}"), story=story_id)
    return story


def latest(session: Session, since: datetime | None, limit: int | None) -> Sequence[Story]:
    """Give the stories that hold news, those last added to first."""
    # No bare condition: SQLite would go through the index of all news there is, and PostgreSQL
    # takes a function for true of every second article, so it begins with the latest story.
    is_new = func.coalesce(col(Article.status) == "new", false())
    news = select(Article.id).where(col(Article.story_id) == col(Story.id), is_new)
    query = (
        select(Story)
        .where(news.exists())
        .order_by(col(Story.last_seen_at).desc(), col(Story.id).desc())
    )
    if since:
        query = query.where(col(Story.last_seen_at) >= since)
    return session.exec(query.limit(limit) if limit else query).all()


def changes(session: Session, story_id: int) -> Sequence[StoryChange]:
    """Give all changes that made a story what it is or took from it, oldest first."""
    story = _key(get(session, story_id).id)
    lineage = select(Story.id).where(or_(col(Story.id) == story, col(Story.merged_into) == story))
    return session.exec(
        select(StoryChange)
        .where(or_(col(StoryChange.story_id).in_(lineage), col(StoryChange.other_id) == story))
        .order_by(col(StoryChange.id))
    ).all()


def move(session: Session, away: int, into: int) -> list[int]:
    """Empty one story into another and let its ids lead there; gives the articles moved."""
    moved = [_key(row.id) for row in _held(session, away)]
    _assign(session, moved, into)
    session.exec(
        update(Story)
        .where(or_(col(Story.id) == away, col(Story.merged_into) == away))
        .values(merged_into=into, article_count=0)
    )
    _recount(session, session.get_one(Story, into))
    return moved


def _assign(session: Session, articles: Sequence[int], story_id: int) -> None:
    session.exec(update(Article).where(col(Article.id).in_(articles)).values(story_id=story_id))


def _held(session: Session, story_id: int) -> Sequence[Any]:
    """Give what counts of a story's articles, first stored first."""
    names = ("id", "duplicate_of", "published_at", "first_seen_at")
    columns = [getattr(Article, name) for name in names]
    return session.execute(
        sqlalchemy.select(*columns)
        .where(col(Article.story_id) == story_id)
        .order_by(col(Article.id))
    ).all()


def _recount(session: Session, story: Story) -> None:
    """Count a story's articles; its first is the first stored, unless one is clearly earlier."""
    held = _held(session, _key(story.id))
    first = held[0]
    for row in held[1:]:
        if row.published_at and first.published_at:
            first = row if first.published_at - row.published_at > CLEARLY_EARLIER else first
    story.first_article_id, story.first_published_at = first.id, first.published_at
    story.article_count = len(held)
    story.last_seen_at = max(row.first_seen_at for row in held)
    session.add(story)
    session.flush()


def added(session: Session, story_id: int, article_id: int, fresh: Arrival) -> None:
    """Count a new article in; it is the first only if it was published clearly earlier."""
    told = fresh.published_at
    row = {
        "of_story": story_id,
        "of_article": article_id,
        "seen": fresh.stirs_at,
        "told": told,
        "later_than": told and told + CLEARLY_EARLIER,
    }
    later(session, _ADDED, row)


def record(
    session: Session,
    change: Mapping[str, Any],
    stories: tuple[int, int],
    articles: Sequence[int],
    maker: Maker,
) -> None:
    """Write down a change of a story: its kind and reasons, the story and the other one."""
    row = {
        "confidence": None,
        "reasons": {},
        **change,
        "story_id": stories[0],
        "other_id": stories[1],
        "articles": list(articles),
        "made_at": maker.at,
        "made_by": maker.by,
        "note": maker.note,
    }
    later(session, _CHANGE, row)


# Statements made once, as rows wait for them.
_CHANGE = insert(StoryChange)
_MOMENT = UTCDateTime()
_IS_FIRST = col(Story.first_published_at) > bindparam("later_than", type_=_MOMENT)
_ADDED = (
    update(Story)
    .where(col(Story.id) == bindparam("of_story"))
    .values(
        article_count=col(Story.article_count) + 1,
        last_seen_at=case(
            (col(Story.last_seen_at) < bindparam("seen"), bindparam("seen", type_=_MOMENT)),
            else_=col(Story.last_seen_at),
        ),
        first_article_id=case(
            (_IS_FIRST, bindparam("of_article")), else_=col(Story.first_article_id)
        ),
        first_published_at=case(
            (_IS_FIRST, bindparam("told", type_=_MOMENT)), else_=col(Story.first_published_at)
        ),
    )
)


def _key(value: int | None) -> int:
    assert value is not None, "a stored row has its key"  # noqa: S101 - narrows the type
    return value
