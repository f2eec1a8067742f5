"""What subscriptions were told, by article: stories may be put together anew, this stays."""

from collections.abc import Collection, Mapping, Sequence

from sqlmodel import Session, col, select

from storage.tables import Article, Delivery, Event, Subscription

ANNOUNCED = ("article.published", "article.revised")


def others_of(session: Session, articles: Sequence[Article]) -> Mapping[int, int]:
    """Give the other articles of these articles' stories, with their stories."""
    here = {article.id for article in articles}
    stories = {article.story_id for article in articles}
    rows = session.execute(
        select(Article.id, Article.story_id).where(col(Article.story_id).in_(stories))
    ).all()
    return {key: story for key, story in rows if key not in here}


def stories_told(
    session: Session, subscription: Subscription, others: Mapping[int, int]
) -> set[int]:
    """Give the stories, by articles of theirs, of which a subscription was told one of these."""
    if not others:
        return set()
    told = _told(session, subscription, others)
    return {story for key, story in others.items() if key in told}


def deliveries_of(session: Session, subscription: Subscription, article_id: int) -> list[Delivery]:
    """Give the deliveries that told a subscription of an article, oldest first."""
    return [
        delivery
        for delivery in _deliveries(session, subscription, [article_id])
        if article_id in delivery.articles
    ]


def announcements(session: Session, article_ids: Collection[int]) -> Sequence[Event]:
    """Give what was announced of articles, oldest first."""
    return session.exec(
        select(Event)
        .where(col(Event.article_id).in_(article_ids), col(Event.type).in_(ANNOUNCED))
        .order_by(col(Event.id))
    ).all()


def _told(session: Session, subscription: Subscription, wanted: Collection[int]) -> set[int]:
    told = {key for each in _deliveries(session, subscription, wanted) for key in each.articles}
    return told & set(wanted)


def _deliveries(
    session: Session, subscription: Subscription, articles: Collection[int]
) -> Sequence[Delivery]:
    """Give a subscription's deliveries over the events of some articles, oldest first."""
    if not articles:
        return ()
    past = [event.id or 0 for event in announcements(session, articles)]
    past = [event for event in past if event <= subscription.position]
    if not past:
        return ()
    return session.exec(
        select(Delivery)
        .where(
            Delivery.subscription_id == subscription.id,
            col(Delivery.last_event) >= min(past),
            col(Delivery.first_event) <= max(past),
        )
        .order_by(col(Delivery.created_at))
    ).all()
