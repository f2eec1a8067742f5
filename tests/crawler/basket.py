"""A crawl without an archive: what it brings is held, nothing more."""

from dataclasses import dataclass, field

from crawler.crawl import Manner, crawl_source
from crawler.newsroom import Memory, Taken
from crawler.sources import Politeness, Source
from crawler.spider import Plan
from tests.clock import Clock


@dataclass
class Basket:
    """A newsroom that wants everything and keeps it in its hands."""

    memory: Memory = field(default_factory=Memory)
    bodies: dict[str, bytes] = field(default_factory=dict)
    visits: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    put_aside: dict[str, str] = field(default_factory=dict)

    @property
    def taken(self):
        return list(self.bodies)

    async def recall(self, _source):
        return self.memory

    async def discovered(self, visit, seen):
        self.visits.append(visit)
        return seen

    async def take(self, candidate, page):
        self.bodies[candidate.canonical_url] = page.body
        return Taken("new")

    async def refuse(self, candidate, reason):
        self.refused[candidate.canonical_url] = reason

    async def postpone(self, candidate, reason):
        self.put_aside[candidate.canonical_url] = reason

    async def noted(self, note):
        self.notes.append(note)

    async def put_off(self, candidate, reason):
        self.put_aside[candidate.canonical_url] = reason


def outlet(base, name="xau", **more):
    """A source on loopback with two feeds."""
    described = {
        "name": "Báo Xấu",
        "homepage": f"{base}/",
        "article_pattern": r"-post\d+\.html$",
        "feeds": (f"{base}/feed.json", f"{base}/more.json"),
        "hosts": (base.partition("://")[2],),
        "politeness": Politeness(delay=0.0),
    }
    return Source(id=name, **described | more)


async def crawl(source, basket, plan=None, **manner):
    """Crawl a source into a basket; gives the report."""
    manner = Manner(**{"user_agent": "diembao-test", "allow_private": True} | manner)
    return await crawl_source(source, basket, plan or Plan(Clock.now.date()), manner)
