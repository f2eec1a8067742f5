"""What subscriptions that are told in one transaction share: each thing is looked up once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session

from alerts.digest import ArticleView, Past
from alerts.views import source_names, with_copies
from storage import events
from storage.filters import Filter, from_json
from storage.reading import TaggedArticle, matching
from storage.revisions import Edit, edits
from storage.tables import Event, Subscription
from storage.tallies import Tally, tally
from storage.telling import ANNOUNCED, others_of, stories_told

# Events looked at in one go; a subscription that is further behind gets several deliveries.
MOST_EVENTS = 5_000
# Other periods are held against none: in a shorter one chance rises, a longer one is archive.
SHORTEST_COMPARED, LONGEST_COMPARED = timedelta(hours=1), timedelta(days=100)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class News:
    """What is past a subscription's position: the events, and the articles that it asks for.

    ``more`` says that there are further events past these.
    """

    events: Sequence[Event]
    articles: Sequence[TaggedArticle]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Lookups:
    """Look-ups of one transaction, in which news does not change: answers are kept."""

    session: Session
    _kept: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def once(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Give what was made for this key, or make it."""
        if key not in self._kept:
            self._kept[key] = make()
        made: T = self._kept[key]
        return made

    def news(self, subscription: Subscription) -> News:
        """Give what is new for a subscription, at most MOST_EVENTS events of it."""
        position, filters = subscription.position, subscription.filters
        return self.once(
            ("news", position, repr(filters)), lambda: self._news(position, from_json(filters))
        )

    def _news(self, position: int, wanted: Filter) -> News:
        batch = self.once(
            ("events", position), lambda: events.after(self.session, position, MOST_EVENTS)
        )
        told = {each.article_id for each in batch if each.type in ANNOUNCED}
        found = matching(self.session, wanted, [article for article in told if article])
        return News(batch, found, more=len(batch) == MOST_EVENTS)

    def views(self, news: News, language: str) -> list[ArticleView]:
        """Give articles that are new, and their copies, as readers of a language see them."""
        return self.once(
            ("views", id(news), language),
            lambda: with_copies(self.session, news.articles, language),
        )

    def past(self, subscription: Subscription, news: News, now: datetime) -> Past:
        """Give what came before these news; figures and edits are for mails only.

        It is one object for all who were told the same before.
        """
        others = self.once(
            ("others", id(news)),
            lambda: others_of(self.session, [item.article for item in news.articles]),
        )
        told = frozenset(map(str, stories_told(self.session, subscription, others)))
        if subscription.kind == "webhook":
            return self.once(("past", told), lambda: Past(told))
        began, filters = subscription.period_from, repr(subscription.filters)
        edited = self.once(("edits", id(news), began), lambda: self._edits(news, began))
        counted = self.once(
            ("tally", filters, began, now), lambda: self._tally(subscription, began, now)
        )
        return self.once(
            ("past", id(news), told, began, now, filters), lambda: Past(told, edited, counted)
        )

    def names(self) -> Mapping[str, str]:
        """Give the sources' names by id."""
        return self.once(("names",), lambda: source_names(self.session))

    def _edits(self, news: News, since: datetime) -> Mapping[str, Edit]:
        found = edits(self.session, [item.article for item in news.articles], since)
        return {str(article): edit for article, edit in found.items()}

    def _tally(self, subscription: Subscription, began: datetime, now: datetime) -> Tally | None:
        """Count what there was in the period before, where that can be compared."""
        length = now - began
        if not SHORTEST_COMPARED <= length <= LONGEST_COMPARED:
            return None
        return tally(self.session, from_json(subscription.filters), began - length, began)
