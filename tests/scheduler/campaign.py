"""Weeks of alerts in seconds: news, readers' wishes, failures and power cuts by chance, by a seed.

Clock, failures and power cuts are made up, all else is the program. Receivers keep what they took,
also what they took before they hung up. Run by hand, the whole length: ``python -m
tests.scheduler.campaign --days 60 --subscriptions 200``.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event as hooks
from sqlmodel import select

from alerts import schedules
from alerts.envelopes import OutgoingMail, write
from alerts.errors import TransportError
from alerts.sending import Post
from alerts.waking import Pace
from analysis.judgement import TopicTag
from scheduler.deliveries import send_due
from scheduler.digests import make, make_due
from storage import events, outbox, polling, stories, subscriptions
from storage.database import open_database
from storage.stories import Maker
from storage.tables import Article, Delivery, Event, Subscription
from tests.alerts.archive import SENDER, SOURCES
from tests.clock import Clock
from tests.conftest import new_database
from tests.servers import postgresql
from tests.storage.sample import DATA_LAKE, FLOOD, TWIN_CITY, judged, take

WORDS = sorted({word for body in (DATA_LAKE, FLOOD, TWIN_CITY) for word in body.split()})
TOPICS = ("ai", "du-lieu", "y-te-so", "do-thi-thong-minh")
ZONES = ("Asia/Ho_Chi_Minh", "Europe/Berlin", "America/St_Johns", "UTC")
SCHEDULES = (
    "instant", "instant", "hourly", "daily@07:00", "daily@02:30", "weekly@mon@07:00",
    "cron:*/20 6-9 * * *", "cron:0 12 1,15 * *",
)  # fmt: skip
PACE = Pace(timedelta(seconds=10), most_an_hour=3)
OWNER = "campaign/1"


class PowerCut(BaseException):
    """The process is no more; nothing in it may go on."""


@dataclass
class Power:
    """Fails at a step (a statement, a commit, before or after a message) and ever after."""

    steps_left: int | None = None
    off: bool = False
    cuts: int = 0

    def step(self, *_):
        if not self.off and self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                self.off, self.cuts = True, self.cuts + 1
        if self.off:
            raise PowerCut

    def back(self):
        self.steps_left, self.off = None, False


@dataclass
class Receivers:
    """Mailboxes and endpoints: what each has been given, and how it fails."""

    chance: random.Random
    clock: Clock
    power: Power
    failing: bool = True
    taken: defaultdict = field(default_factory=lambda: defaultdict(Counter))
    down: dict = field(default_factory=dict)
    failures: Counter = field(default_factory=Counter)

    async def send(self, message):
        mail = isinstance(message, OutgoingMail)
        address = message.recipient if mail else message.url
        content = repr(write(message)).encode() if mail else message.body
        self.power.step()
        failure = self._failure(address, mail) if self.failing else None
        if failure is None or failure[0] == "hung up after it was taken":
            self.taken[address, message.delivery_id][content] += 1
        self.power.step()
        if failure is not None:
            self.failures[failure[0]] += 1
            raise failure[1]
        return "250 taken"

    def _failure(self, address, mail):
        if self.down.get(address, self.clock.now) > self.clock.now:
            return "down", TransportError("nobody there")
        drawn, failures = self.chance.random(), _failures(mail, 7200 * self.chance.random())
        if drawn < 0.004:
            self.down[address] = self.clock.now + timedelta(hours=60 * self.chance.random())
        for bound, failure, error in failures:
            if drawn < bound:
                return failure, error
        return None

    async def aclose(self):
        pass


def _failures(mail, wish):
    """How a message may fail, with the bound of what has been drawn."""
    return (
        (0.016, "hung up after it was taken", TransportError("hung up")),
        (0.045, "hung up", TransportError("hung up")),
        (0.065, "busy", TransportError("450" if mail else "503")),
        (
            0.085,
            "429",
            TransportError("421" if mail else "429", retry_after=None if mail else wish),
        ),
        (0.088, "refused", TransportError("554" if mail else "400", retry=not mail)),
        (0.0895, "gone", TransportError("550" if mail else "410", retry=False, gone=True)),
    )


@dataclass(frozen=True)
class Told:
    """An article as the campaign made it: what filters may ask of it."""

    topic: str
    source: str
    score: float


@dataclass
class Campaign:
    """The state of a run: the archive under test, and beside it what the campaign itself knows."""

    address: str
    days: int
    readers: int
    articles_a_day: float
    seed: int
    clock: Clock = field(default_factory=Clock)
    power: Power = field(default_factory=Power)
    articles: dict = field(default_factory=dict)  # by number
    by_hand: set = field(default_factory=set)
    done: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.chance = random.Random(self.seed)
        self.receivers = Receivers(self.chance, self.clock, self.power)
        self.database = None

    # -- the world -------------------------------------------------------------------------------

    def start(self):
        """Start the process, anew after a power cut."""
        if self.database is not None:
            self.database.close()
        self.power.back()
        self.database = open_database(self.address, migrate=False)
        for step in ("before_cursor_execute", "commit"):
            hooks.listen(self.database.engine, step, self.power.step)
        if self.chance.random() < 0.5:  # else the leases run out
            with self.database.writing() as session:
                outbox.take_over(session, OWNER, self.clock.now)

    def live(self, work, *arguments):
        """Do something in a process whose power may be cut; gives whether it was done."""
        if self.chance.random() < 0.05:
            self.power.steps_left = int(60 * self.chance.random() ** 2)
        try:
            work(*arguments)
        except BaseExceptionGroup as group:
            if not group.subgroup(PowerCut):
                raise
        except PowerCut:
            pass
        self.power.steps_left = None
        if self.power.off:
            self.start()
            return False
        return True

    def run(self):
        self.start()
        with self.database.writing() as session:
            polling.register(session, SOURCES, self.clock.now)
        for number in range(self.readers):
            self.subscribe(number)
        end = self.clock.now + timedelta(days=self.days)
        down_until = self.clock.now
        while self.clock.now < end:
            self.clock.go_on(minutes=1 + self.chance.expovariate(1 / 25))
            fresh = self.chance.random() < self.articles_a_day * 26 / 1440
            if fresh:
                self.live(self.news)
            if self.chance.random() < 0.1:
                self.live(self.wish)
            if self.chance.random() < 0.004:
                down_until = self.clock.now + timedelta(hours=self.chance.expovariate(1 / 12))
                self.done["downtimes"] += 1
            if self.clock.now >= down_until:
                self.tick()
                if fresh:  # 'instant' has waited long enough
                    self.clock.go_on(seconds=11)
                    self.tick()
        self.settle()

    def tick(self):
        self.live(make_due, self.database, SENDER, self.clock, PACE)
        self.live(self.send)

    def send(self):
        post = Post(self.receivers, self.receivers, "Điểm Báo <diembao@example.org>", OWNER,
                    self.clock, self.chance.random)  # fmt: skip
        asyncio.run(send_due(self.database, post, self.clock))

    def settle(self):
        """Everything works again: who was paused goes on, what was given up is sent again."""
        self.receivers.failing = False
        with self.database.writing() as session:
            for each in subscriptions.everyone(session):
                if subscriptions.resume(each):
                    schedules.plan(each, self.clock.now)
            for delivery in outbox.find(session, status="dead"):
                outbox.again(session, delivery.id, self.clock.now)
        for _ in range(40):
            self.clock.go_on(hours=11)
            make_due(self.database, SENDER, self.clock, PACE)
            self.send()

    # -- what happens ----------------------------------------------------------------------------

    def news(self):
        """A new article, a copy of an old one in another outlet, or a revision."""
        drawn = self.chance.random()
        numbers = [number for number in sorted(self.articles) if number % 2 == 0]
        if numbers and drawn < 0.15:
            return self._store(self.chance.choice(numbers), "copy")
        if numbers and drawn < 0.3:
            return self._store(self.chance.choice(numbers), "revision")
        number = 2 * len(numbers)
        told = Told(
            self.chance.choice(TOPICS), self.chance.choice(list(SOURCES)), self.chance.random()
        )
        return self._store(number, "article", told)

    def _store(self, number, what, told=None):
        told = told or self.articles[number]
        wording = random.Random(number)
        body = " ".join(wording.sample(WORDS, 60))
        if what == "revision":
            body += " " + " ".join(self.chance.sample(WORDS, 40))
        how = {"source": told.source, "title": f"Tin số {number} về {told.topic}"}
        if what == "copy":
            number += 1
            told = replace(told, source=next(name for name in SOURCES if name != told.source))
            how["source"] = told.source
        tag = TopicTag(told.topic, told.topic, 0.8)
        with self.database.writing() as session:
            take(session, number, body, judged(body, topics=(tag,), score=told.score),
                 first_seen_at=self.clock.now, **how)  # fmt: skip
        self.articles[number] = told
        self.done[what] += 1

    def wish(self):
        """A reader or an operator does something."""
        action = self.chance.choice(
            ("pause", "resume", "resume", "schedule", "zone", "by hand", "replay", "merge", "split")
        )
        name = f"sub-{self.chance.randrange(self.readers):04}"
        if action == "by hand":
            self.by_hand.update(make(self.database, SENDER, [name], self.clock))
            return
        with self.database.writing() as session:
            found = subscriptions.get(session, name)
            if action == "pause":
                subscriptions.pause(found)
            elif action == "resume" and subscriptions.resume(found):
                schedules.plan(found, self.clock.now)
            elif action == "schedule" and found.kind == "mail":
                found.schedule = self.chance.choice(SCHEDULES)
                schedules.plan(found, self.clock.now)
            elif action == "zone":
                found.timezone = self.chance.choice(ZONES)
                schedules.plan(found, self.clock.now)
            elif action == "replay":
                for delivery in outbox.find(session, status="dead", limit=3):
                    outbox.again(session, delivery.id, self.clock.now)
            elif action in {"merge", "split"}:
                self._regroup(session, action)
        self.done[action] += 1

    def _regroup(self, session, action):
        rows = session.exec(select(Article).where(Article.status == "new")).all()
        if len(rows) < 2:
            return
        maker = Maker("campaign", self.clock.now)
        one, other = self.chance.sample(list(rows), 2)
        if action == "merge" and one.story_id != other.story_id:
            stories.merge(session, one.story_id, [other.story_id], maker)
        pieces = [row.id for row in rows if row.story_id == one.story_id]
        if action == "split" and len(pieces) > 1:
            stories.split(session, one.story_id, [one.id], maker)

    def subscribe(self, number):
        chance = self.chance
        filters = chance.choice((
            {}, {"topics": [chance.choice(TOPICS)]}, {"sources": [chance.choice(list(SOURCES))]},
            {"min_relevance": 0.5}, {"kinds": ["official"]},
            {"query": f"topic:{chance.choice(TOPICS)} OR title:{chance.choice(TOPICS)}"},
            {"query": "NOT source:vamsong", "topics": list(TOPICS[:2])},
        ))  # fmt: skip
        webhook = number % 3 == 0
        now = self.clock.now
        made = Subscription(
            id=f"sub-{number:04}", kind="webhook" if webhook else "mail",
            address=f"https://nhan.example/{number}" if webhook else f"doc-{number}@example.org",
            status="active", schedule=chance.choice(SCHEDULES), timezone=chance.choice(ZONES),
            language=chance.choice(("vi", "en")), filters=filters, period_from=now,
            created_at=now, confirmed_at=now,
            secrets=["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] if webhook else [],
        )  # fmt: skip
        schedules.plan(made, now)
        with self.database.writing() as session:
            session.add(made)

    # -- what must hold --------------------------------------------------------------------------

    def books(self):
        """Read everything back: events with their article's number, deliveries, subscriptions."""
        with self.database.reading() as session:
            numbers = {row.id: _number(row.url) for row in session.exec(select(Article)).all()}
            happened = [
                (row.id, row.article_id, numbers[row.article_id])
                for row in session.exec(select(Event).order_by(Event.id)).all()
            ]
            deliveries = session.exec(select(Delivery).order_by(Delivery.created_at)).all()
            readers = subscriptions.everyone(session)
            assert events.last_id(session) == happened[-1][0]
        return happened, deliveries, readers


def _number(url):
    return int(url.rpartition("post")[2].removesuffix(".html"))


def wanted(filters, told):
    """Whether an article is asked for, told from the campaign's own notes."""
    asked = (
        told.topic in filters.get("topics", TOPICS),
        told.source in filters.get("sources", SOURCES),
        SOURCES[told.source][1] in filters.get("kinds", ("press", "official")),
        told.score >= filters.get("min_relevance", 0),
    )
    if not all(asked):
        return False
    query = filters.get("query", "")
    if query.startswith("NOT"):
        return told.source != "vamsong"
    if query:
        named, titled = (part.partition(":")[2] for part in query.split(" OR "))
        return told.topic in {named, titled}
    return True


def faults(campaign):
    """Say everything that is not as it must be; nothing is a campaign without a fault."""
    happened, deliveries, readers = campaign.books()
    found = []
    by_reader = defaultdict(list)
    for delivery in deliveries:
        by_reader[delivery.subscription_id].append(delivery)
    for reader in readers:
        mine = by_reader[reader.id]
        for event, article, number in happened:
            times = sum(
                1 for each in mine
                if each.first_event <= event <= each.last_event and article in each.articles
            )  # fmt: skip
            due = wanted(reader.filters, campaign.articles[number])
            if times > due or (times < due and reader.status == "active"):
                found.append(f"{reader.id}: event {event} told {times} times, not {int(due)}")
        told = [(each.first_event, each.last_event) for each in mine]
        found += [
            f"{reader.id}: {before} and {after} overlap"
            for before, after in zip(sorted(told), sorted(told)[1:], strict=False)
            # Parts of one long digest are of the same events; who is told twice was found above.
            if after[0] <= before[1] and after != before
        ]
        if reader.kind == "mail" and reader.schedule == "instant":
            found += _too_often(reader, mine, campaign.by_hand)
        for each in mine:
            got = campaign.receivers.taken.pop((reader.address, each.id), {})
            if len(got) > 1:
                found.append(f"{each.id} came with {len(got)} contents")
            if each.status == "done" and not got:
                found.append(f"{each.id} is in the books as done and never came")
            if reader.status == "active" and each.status != "done":
                found.append(f"{each.id} of {reader.id} is {each.status}: {each.last_error}")
    found += [f"{key} is in no books" for key in campaign.receivers.taken]
    return found


def _too_often(reader, mine, by_hand):
    hour = timedelta(hours=1)
    for each in mine:
        lately = [x for x in mine if each.created_at - hour < x.created_at <= each.created_at]
        if len(lately) > PACE.most_an_hour and each.id not in by_hand:
            yield f"{reader.id}: {len(lately)} mails in the hour before {each.created_at}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--subscriptions", type=int, default=200)
    parser.add_argument("--articles-a-day", type=float, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        address = f"sqlite:///{Path(folder) / 'diembao.db'}"
        if chosen.database == "postgresql":
            address = stack.enter_context(new_database(stack.enter_context(postgresql.server())))
        open_database(address).close()
        campaign = Campaign(address, chosen.days, chosen.subscriptions, chosen.articles_a_day,
                            chosen.seed)  # fmt: skip
        began, cpu = time.monotonic(), time.process_time()
        campaign.run()
        taken = sum(sum(got.values()) for got in campaign.receivers.taken.values())
        found = faults(campaign)
        print(f"{chosen.days} days, {chosen.subscriptions} subscriptions, {chosen.database}, "
              f"seed {chosen.seed}")  # fmt: skip
        print(f"{time.monotonic() - began:.0f} s, CPU {time.process_time() - cpu:.0f} s")
        print(f"{campaign.power.cuts} power cuts, {taken} messages taken")
        print(dict(campaign.done), dict(campaign.receivers.failures))
        print(*(found[:20] or ["no fault"]), sep="\n")
        campaign.database.close()


if __name__ == "__main__":
    main()
