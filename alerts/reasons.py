"""Why a subscription was, or was not, told of an article, in sentences."""

from collections.abc import Iterable
from datetime import tzinfo
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts.views import source_names
from alerts.wording import filter_in_words, moment_in_words
from messages.catalogue import translations
from storage import telling
from storage.filters import Filter, from_json
from storage.reading import matching, topic_name
from storage.tables import Article, Delivery, Event, Subscription


def telling_explained(
    session: Session, subscription: Subscription, article: Article, language: str
) -> list[str]:
    """Say whether a subscription was told of an article, by which delivery, or what speaks against.

    The filter is the present one: where it was changed since, the deliveries say what was.
    """
    say = translations(language)
    zone = ZoneInfo(subscription.timezone)
    key = article.id or 0
    told = [
        _delivered(each, language, zone)
        for each in telling.deliveries_of(session, subscription, key)
    ]
    if told:
        return told
    against = [
        *_standing(subscription, language),
        *_announced(session, article, language),
    ]
    against += _filter(session, subscription, article, language)
    if against:
        return against
    past = telling.announcements(session, [key])[-1]
    if (past.id or 0) > subscription.position:
        return [_to_come(subscription, language, zone)]
    if past.created_at < subscription.created_at:
        return [say.gettext("not told: it was announced before the subscription began")]
    return [
        say.gettext(
            "it fits and was announced, but no delivery names it: it did not fit then, or the"
            " delivery is older than these records"
        )
    ]


def _delivered(delivery: Delivery, language: str, zone: tzinfo) -> str:
    say = translations(language)
    done = delivery.done_at
    return say.gettext("told in delivery {id}: {status}").format(
        id=delivery.id,
        status=moment_in_words(done, zone, language) if done else delivery.status,
    )


def _standing(subscription: Subscription, language: str) -> Iterable[str]:
    if subscription.status != "active":
        yield (
            translations(language)
            .gettext("the subscription is {status}")
            .format(status=subscription.status)
        )


def _announced(session: Session, article: Article, language: str) -> Iterable[str]:
    say = translations(language)
    events: list[Event] = list(telling.announcements(session, [article.id or 0]))
    if article.status != "new":
        yield say.gettext("only news is told, this is: {status}").format(status=article.status)
    elif not events:
        yield say.gettext("it was never announced: it was judged anew when it was old")


def _filter(
    session: Session, subscription: Subscription, article: Article, language: str
) -> Iterable[str]:
    """Name the parts of the filter that the article does not fit."""
    if article.status != "new":
        return
    say, names = translations(language), source_names(session)
    for key, value in subscription.filters.items():
        part: Filter = from_json({key: value})
        if not matching(session, part, [article.id or 0]):
            topics = {slug: topic_name(slug, language) for slug in part.topics}
            yield say.gettext("the filter asks for {part}").format(
                part=filter_in_words(part, {**topics, **names}, language)
            )


def _to_come(subscription: Subscription, language: str, zone: tzinfo) -> str:
    say = translations(language)
    if subscription.due_at is None:
        return say.gettext("not told yet: the next message will name it")
    return say.gettext("not told yet: the next message is due at {moment}").format(
        moment=moment_in_words(subscription.due_at, zone, language)
    )
