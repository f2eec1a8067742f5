"""One outlet as it stands at a moment: which articles are out, in which wording, at which path."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from diembao.demo.newsroom.article import Article, Wording
from diembao.demo.newsroom.outlet import Outlet


@dataclass(frozen=True, slots=True)
class Item:
    """An article as it is out now; times are aware."""

    article: Article
    url: str
    path: str
    published: datetime
    updated: datetime
    wording: Wording


class Desk:
    """What one outlet has out; ``changed`` is the moment of its last change.

    ``layout`` is the template of its article pages.
    """

    def __init__(
        self, outlet: Outlet, base: str, articles: Iterable[Article], now: datetime
    ) -> None:
        self.outlet = outlet
        self.base = base
        self.changed = now
        self.layout = outlet.layout
        self._now = now
        self._articles = {a.id: a for a in articles if a.outlet == outlet.id}
        self._withdrawn: set[str] = set()
        self._revised: dict[str, datetime] = {}

    def items(self) -> list[Item]:
        """The articles that are out, the latest first."""
        out = (self.item(name) for name in self._articles if name not in self._withdrawn)
        return sorted(out, key=lambda item: (item.published, item.path), reverse=True)

    def item(self, name: str) -> Item:
        """The article of that id, whether it is out or not."""
        article = self._articles[name]
        published = self._now - timedelta(hours=article.hours_before)
        path = self.outlet.path(article, published)
        updated = self._revised.get(name, published)
        second = article.revised if name in self._revised else None
        wording = second or article.wording
        return Item(article, self.base + path, path, published, updated, wording)

    def withdraw(self, name: str, moment: datetime) -> None:
        """Take an article off the site: its page answers 404, nothing lists it."""
        self._withdrawn.add(name)
        self.changed = moment

    def publish(self, name: str, moment: datetime) -> None:
        """Put a withdrawn article out."""
        self._withdrawn.discard(name)
        self.changed = moment

    def revise(self, name: str, moment: datetime) -> None:
        """Serve an article's second wording from now on."""
        self._revised[name] = moment
        self.changed = moment
