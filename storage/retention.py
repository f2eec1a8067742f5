"""What is too old to be kept: found by an index, deleted in small pieces, never what is needed.

Nothing that keeps an article from being fetched, or told, twice is deleted: addresses, hashes,
verdicts, announcements and the shingles of whatever may have been told stay for good.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, exists, func, select, text
from sqlmodel import Session, SQLModel, col

from storage.backfill_tables import Backfill, BackfillPlace
from storage.forgetting import forget_texts
from storage.runs import Run
from storage.signups import SignUp
from storage.tables import (
    Article,
    Attempt,
    CandidateRow,
    Delivery,
    Event,
    Snapshot,
    SourceDay,
    Subscription,
)

BOOKS_AT_LEAST = timedelta(days=60)
"""What was told, and how outlets fared, is asked for so long whatever the setting."""
CONFIRM_WITHIN = timedelta(days=14)
"""A reader who has not confirmed by then is forgotten; the link is good for half as long."""
SIGN_UPS_COUNT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is from before these moments may go.

    ``texts``: texts, pages and reports of runs; ``books``: what was told and counted by day;
    ``unconfirmed``: readers who never confirmed; ``counted``: counts of sign-ups.
    """

    texts: datetime
    books: datetime
    unconfirmed: datetime
    counted: datetime


def limits(now: datetime, days: int) -> Limits:
    """Give the moments for a retention of some days."""
    kept = timedelta(days=days)
    return Limits(
        now - kept, now - max(kept, BOOKS_AT_LEAST), now - CONFIRM_WITHIN, now - SIGN_UPS_COUNT
    )


Key = Any


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of old thing: the keys of those that may go, and how a batch of them goes."""

    keys: Callable[[Limits], Select[Any]]
    go: Callable[[Session, Sequence[Key]], None]
    batch: int = 500


def count(session: Session, rule: Rule, before: Limits) -> int:
    """Count what may go."""
    query = select(func.count()).select_from(rule.keys(before).subquery())
    return int(session.execute(query).scalar_one())


def let_go(session: Session, rule: Rule, before: Limits) -> int:
    """Let a batch go; gives how many: fewer than a batch were the last ones."""
    keys = [tuple(row) for row in session.execute(rule.keys(before).limit(rule.batch))]
    if keys:
        rule.go(session, [key[0] if len(key) == 1 else key for key in keys])
    return len(keys)


def _off_topic_texts(before: Limits) -> Select[Any]:
    # As the index on these says it: a parameter would not be seen to be the same, and by a bare
    # status SQLite would go through all that was ever off topic.
    return select(col(Article.id)).where(
        text("status || '' = 'off_topic' AND text <> ''"), col(Article.first_seen_at) < before.texts
    )


def _pages(before: Limits) -> Select[Any]:
    return select(col(Snapshot.article_id)).where(col(Snapshot.fetched_at) < before.texts)


def _deliveries(before: Limits) -> Select[Any]:
    return select(col(Delivery.id)).where(
        col(Delivery.status).in_(("done", "dead")), col(Delivery.due_at) < before.books
    )


def _unconfirmed(before: Limits) -> Select[Any]:
    asked_again = exists().where(
        col(Delivery.subscription_id) == col(Subscription.id),
        col(Delivery.created_at) >= before.unconfirmed,
    )
    return select(col(Subscription.id)).where(
        col(Subscription.status).in_(("pending", "ended")),
        col(Subscription.confirmed_at).is_(None),
        col(Subscription.kind) == "mail",
        col(Subscription.created_at) < before.unconfirmed,
        ~asked_again,
    )


def _events_of_sources(before: Limits) -> Select[Any]:
    """What outlets did, where everybody has heard of it; announcements of articles stay."""
    waiting = select(func.min(Subscription.position)).where(col(Subscription.status) != "ended")
    newest = select(func.max(Event.id))
    return select(col(Event.id)).where(
        col(Event.article_id).is_(None),
        col(Event.created_at) < before.books,
        col(Event.id) <= func.coalesce(waiting.scalar_subquery(), newest.scalar_subquery()),
    )


def _runs(before: Limits) -> Select[Any]:
    return select(col(Run.id)).where(col(Run.started_at) < before.texts)


def _days(before: Limits) -> Select[Any, Any]:
    days = col(SourceDay.source), col(SourceDay.day)
    return select(*days).where(col(SourceDay.day) < before.books.date())


def _candidates(before: Limits) -> Select[Any]:
    """Addresses that were settled long ago: their articles stay, and are known by themselves."""
    return select(col(CandidateRow.canonical_url)).where(
        col(CandidateRow.first_seen_at) < before.books,
        col(CandidateRow.status).in_(("fetched", "refused", "failed")),
    )


def _finished(before: Limits) -> Select[Any]:
    """Backfills that were done long ago, but the newest: numbers are not given out again."""
    newest = select(func.max(Backfill.id)).scalar_subquery()
    return select(col(Backfill.id)).where(
        col(Backfill.status) == "done",
        col(Backfill.ended_at) < before.books,
        col(Backfill.id) < newest,
    )


def _places(before: Limits) -> Select[Any, Any]:
    """What finished backfills asked."""
    return (
        select(col(BackfillPlace.backfill_id), col(BackfillPlace.url))
        .join(Backfill, col(Backfill.id) == col(BackfillPlace.backfill_id))
        .where(col(Backfill.status) == "done", col(Backfill.ended_at) < before.books)
    )


def _counted(before: Limits) -> Select[Any]:
    return select(col(SignUp.id)).where(col(SignUp.at) < before.counted)


def _by(column: Any, *more: Any) -> Callable[[Session, Sequence[Key]], None]:
    """Delete by one column's values, from this column's table last."""
    tables: list[tuple[type[SQLModel], Any]] = [(each.class_, each) for each in (*more, column)]

    def go(session: Session, keys: Sequence[Key]) -> None:
        for table, by in tables:
            session.execute(delete(table).where(by.in_(keys)))

    return go


def _forget_readers(session: Session, keys: Sequence[Key]) -> None:
    of_these = col(Delivery.subscription_id).in_(keys)
    made = select(col(Delivery.id)).where(of_these)
    session.execute(delete(Attempt).where(col(Attempt.delivery_id).in_(made)))
    session.execute(delete(Delivery).where(of_these))
    session.execute(delete(Subscription).where(col(Subscription.id).in_(keys)))


def _forget_places(session: Session, keys: Sequence[Key]) -> None:
    for backfill_id, url in keys:
        session.execute(
            delete(BackfillPlace).where(
                col(BackfillPlace.backfill_id) == backfill_id, col(BackfillPlace.url) == url
            )
        )


def _forget_days(session: Session, keys: Sequence[Key]) -> None:
    for source, day in keys:
        session.execute(
            delete(SourceDay).where(col(SourceDay.source) == source, col(SourceDay.day) == day)
        )


# Deliveries and pages are large; a text's shingles are computed before they go: 4 ms of CPU each.
RULES: Mapping[str, Rule] = {
    "off_topic_texts": Rule(_off_topic_texts, forget_texts, 25),
    "pages": Rule(_pages, _by(Snapshot.article_id), 200),
    "deliveries": Rule(_deliveries, _by(Delivery.id, Attempt.delivery_id), 200),
    "unconfirmed": Rule(_unconfirmed, _forget_readers, 100),
    "events": Rule(_events_of_sources, _by(Event.id)),
    "runs": Rule(_runs, _by(Run.id), 100),
    "source_days": Rule(_days, _forget_days),
    "candidates": Rule(_candidates, _by(CandidateRow.canonical_url)),
    "backfill_places": Rule(_places, _forget_places, 200),
    "backfills": Rule(_finished, _by(Backfill.id)),
    "sign_ups": Rule(_counted, _by(SignUp.id)),
}
