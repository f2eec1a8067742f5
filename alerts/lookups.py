"""What subscriptions that are told in one transaction share: each thing is looked up once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from alerts.digest import ArticleView, Past
from alerts.views import source_names, with_copies
from storage import events
from storage.filters import from_json
from storage.reading import TaggedArticle, matching
from storage.revisions import Edit, edits
from storage.tables import Event, Subscription
from storage.tallies import Tally, tally
from storage.telling import ANNOUNCED, others_of, stories_told

# Events looked at in one go; a subscription that is further behind gets several deliveries.
MOST_EVENTS = 5_000
# Other periods are held against none: in a shorter one chance rises, a longer one is archive.
SHORTEST_COMPARED, LONGEST_COMPARED = timedelta(hours=1), timedelta(days=100)


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

    def news(self, subscription: Subscription) -> News:
        """Give what is new for a subscription, at most MOST_EVENTS events of it."""
        key = ("news", subscription.position, repr(subscription.filters))
        if key not in self._kept:
            batch = self._events(subscription.position)
            told = {each.article_id for each in batch if each.type in ANNOUNCED}
            ids = [article for article in told if article]
            found = matching(self.session, from_json(subscription.filters), ids)
            self._kept[key] = News(batch, found, more=len(batch) == MOST_EVENTS)
        news: News = self._kept[key]
        return news

    def views(self, news: News, language: str) -> list[ArticleView]:
        """Give articles that are new, and their copies, as readers of a language see them."""
        key = ("views", id(news), language)
        if key not in self._kept:
            self._kept[key] = with_copies(self.session, news.articles, language)
        views: list[ArticleView] = self._kept[key]
        return views

    def past(self, subscription: Subscription, news: News, now: datetime) -> Past:
        """Give what came before these news; figures and edits are for mails only."""
        others = self._others(news)
        told = {str(story) for story in stories_told(self.session, subscription, others)}
        if subscription.kind == "webhook":
            return Past(told)
        began = subscription.period_from
        length = now - began
        comparable = SHORTEST_COMPARED <= length <= LONGEST_COMPARED
        return Past(
            told=told,
            edits=self._edits(news, began),
            tally=self._tally(subscription, began - length, began) if comparable else None,
        )

    def names(self) -> Mapping[str, str]:
        """Give the sources' names by id."""
        if ("names",) not in self._kept:
            self._kept["names",] = source_names(self.session)
        names: Mapping[str, str] = self._kept["names",]
        return names

    def _others(self, news: News) -> Mapping[int, int]:
        key = ("others", id(news))
        if key not in self._kept:
            articles = [item.article for item in news.articles]
            self._kept[key] = others_of(self.session, articles)
        others: Mapping[int, int] = self._kept[key]
        return others

    def _edits(self, news: News, since: datetime) -> Mapping[str, Edit]:
        key = ("edits", id(news), since)
        if key not in self._kept:
            found = edits(self.session, [item.article for item in news.articles], since)
            self._kept[key] = {str(article): edit for article, edit in found.items()}
        edited: Mapping[str, Edit] = self._kept[key]
        return edited

    def _tally(self, subscription: Subscription, since: datetime, until: datetime) -> Tally:
        key = ("tally", repr(subscription.filters), since, until)
        if key not in self._kept:
            wanted = from_json(subscription.filters)
            self._kept[key] = tally(self.session, wanted, since, until)
        counted: Tally = self._kept[key]
        return counted

    def _events(self, position: int) -> Sequence[Event]:
        key = ("events", position)
        if key not in self._kept:
            self._kept[key] = events.after(self.session, position, MOST_EVENTS)
        found: Sequence[Event] = self._kept[key]
        return found
