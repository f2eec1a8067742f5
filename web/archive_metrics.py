"""The archive's figures as Prometheus has them; docs/metrics.md says what each means."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, islice

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from storage import figures, health
from storage.database import Database
from storage.errors import StorageError
from storage.figures import Backlog, Figures, Fleet
from web.site import Inside

KEPT_SECONDS = 5.0
MOST_SOURCES = 500
"""Sources with series of their own; the others are added up."""
OTHER = "other"

# The label of an outcome, and the name it is counted under in a source's day.
_OUTCOMES = {
    "new": "new",
    "revised": "revised",
    "off_topic": "off_topic",
    "exact_duplicate": "exact_duplicates",
    "near_duplicate": "near_duplicates",
    "seed_duplicate": "seed_duplicates",
    "no_article": "no_article",
}
_STATES = ("ok", "failing", "drifting", "silent", "off")
_DELIVERIES = ("pending", "sending", "retrying", "held", "dead")
_JOBS = ("todo", "doing", "failed")
_SUBSCRIPTIONS = ("pending", "active", "paused", "ended")


@dataclass(slots=True, eq=False)
class ArchiveMetrics(Collector):
    """Reads the archive when it is asked, but not again within some seconds."""

    database: Database
    clock: Callable[[], datetime]
    inside: Inside
    _read_at: float = 0.0
    _kept: tuple[Metric, ...] = ()
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def describe(self) -> Iterable[Metric]:
        """Say nothing beforehand: to be registered is no reason to read the archive."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Give the figures, none older than some seconds."""
        with self._alone:
            if not self._kept or time.monotonic() - self._read_at >= KEPT_SECONDS:
                self._kept = tuple(self._fresh())
                self._read_at = time.monotonic()
            return self._kept

    def _fresh(self) -> Iterator[Metric]:
        up = "The database can be read and is at this program's version"
        try:
            self.database.check()
            with self.database.reading() as session:
                found = figures.read(session, self.inside.watched, self.clock())
                fleet, backlog = figures.fleet(session), figures.backlog(session)
        except (StorageError, SQLAlchemyError):
            yield GaugeMetricFamily("diembao_database_up", up, 0)
            return
        yield GaugeMetricFamily("diembao_database_up", up, 1)
        yield from _waiting(found)
        yield from _sources(found)
        yield from _counted(found.days)
        yield from _history(backlog)
        if fleet:
            yield from _fleet(fleet)
        yield _last_backup(self.inside.last_backup())


def _waiting(found: Figures) -> Iterator[Metric]:
    yield GaugeMetricFamily("diembao_database_size_bytes", "Size of the database", found.size)
    due, running = found.polls.counts["due"], found.polls.counts["running"]
    yield GaugeMetricFamily("diembao_polls_due", "Outlets that nobody polls although due", due)
    yield GaugeMetricFamily("diembao_polls_running", "Outlets in somebody's hand", running)
    lag = "How long the longest due outlet has waited"
    yield GaugeMetricFamily("diembao_poll_lag_seconds", lag, found.polls.lag)
    pending = "Addresses that wait to be fetched"
    yield GaugeMetricFamily("diembao_candidates_pending", pending, found.candidates)
    yield _by("diembao_deliveries", "Deliveries not done", _DELIVERIES, found.outbox.counts)
    lag = "How long the longest due delivery has waited"
    yield GaugeMetricFamily("diembao_delivery_lag_seconds", lag, found.outbox.lag)
    yield _by("diembao_subscriptions", "Subscriptions", _SUBSCRIPTIONS, found.digests.counts)
    lag = "How long the longest due digest has waited to be made"
    yield GaugeMetricFamily("diembao_digest_lag_seconds", lag, found.digests.lag)


def _by(
    name: str, meaning: str, values: Iterable[str], counts: Mapping[str, int], label: str = "status"
) -> Metric:
    """A gauge with one label of known values."""
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for value in values:
        family.add_metric([value], counts.get(value, 0))
    return family


def _history(backlog: Backlog) -> Iterator[Metric]:
    counts = backlog.backfills
    yield _by("diembao_backfills", "Backfills that are not done", ("open", "stuck"), counts)
    left = {"place": backlog.places, "page": backlog.pages}
    pieces = "What backfills still have to ask and to fetch"
    yield _by("diembao_backfill_pieces", pieces, left, left, "kind")


def _fleet(fleet: Fleet) -> Iterator[Metric]:
    yield _by("diembao_jobs", "Jobs in the fleet's queue", _JOBS, fleet.jobs)
    workers = "What takes jobs, up to three a process"
    yield GaugeMetricFamily("diembao_workers", workers, fleet.workers)


def _last_backup(made: datetime | None) -> Metric:
    family = GaugeMetricFamily(
        "diembao_backup_last_success_timestamp_seconds", "When the newest backup was made"
    )
    if made is not None:
        family.add_metric([], made.timestamp())
    return family


def _sources(found: Figures) -> Iterator[Metric]:
    on = {name: state for name, state in sorted(found.states.items()) if name in found.watched}
    counts = Counter(state.state for state in on.values())
    counts["off"] = len(found.states) - len(on)
    yield _by("diembao_sources", "Outlets by how they fare", _STATES, counts, "state")
    trouble = GaugeMetricFamily(
        "diembao_source_trouble", "1 for an outlet that does not fare well",
        labels=["source", "state"],
    )  # fmt: skip
    success = GaugeMetricFamily(
        "diembao_source_last_success_timestamp_seconds", "When its last good poll ended",
        labels=["source"],
    )  # fmt: skip
    article = GaugeMetricFamily(
        "diembao_source_last_article_timestamp_seconds", "When its last new article was found",
        labels=["source"],
    )  # fmt: skip
    for name, state in islice(on.items(), MOST_SOURCES):
        if state.state != "ok":
            trouble.add_metric([name, state.state], 1)
        if state.last_success_at:
            success.add_metric([name], state.last_success_at.timestamp())
        if state.last_new_at:
            article.add_metric([name], state.last_new_at.timestamp())
    yield from (trouble, success, article)


def _counted(days: Mapping[str, Mapping[str, int]]) -> Iterator[Metric]:
    """What the polls of the day came to: counters that begin again at midnight."""
    yield _polls(days)
    total: Counter[str] = Counter()
    for counts in days.values():
        total.update(counts)
    articles = CounterMetricFamily(
        "diembao_articles", "What fetched pages were", labels=["outcome"]
    )
    for outcome, name in _OUTCOMES.items():
        articles.add_metric([outcome], total[name])
    failed = sum(count for name, count in total.items() if name.startswith(health.FAILURE))
    articles.add_metric(["failed"], failed)
    yield articles
    yield CounterMetricFamily("diembao_crawl_requests", "Requests of polls", total["requests"])
    yield CounterMetricFamily("diembao_crawl_bytes", "Bytes that polls received", total["bytes"])
    yield _freshness(total)


def _polls(days: Mapping[str, Mapping[str, int]]) -> Metric:
    polls = CounterMetricFamily("diembao_polls", "Polls that ended", labels=["source", "outcome"])
    sums: dict[str, Counter[str]] = {}
    for at, (source, counts) in enumerate(sorted(days.items())):
        failed = counts.get("polls_failed", 0)
        named = sums.setdefault(source if at < MOST_SOURCES else OTHER, Counter())
        named.update(ok=counts.get("polls", 0) - failed, failed=failed)
    for source, outcomes in sums.items():
        for outcome, count in outcomes.items():
            polls.add_metric([source, outcome], count)
    return polls


def _freshness(total: Mapping[str, int]) -> Metric:
    bounds = [*map(str, health.FRESH_BOUNDS), "more"]
    counts = accumulate(total.get(f"{health.FRESH}{bound}", 0) for bound in bounds)
    buckets = list(zip([*bounds[:-1], "+Inf"], counts, strict=True))
    return HistogramMetricFamily(
        "diembao_freshness_seconds", "From an article's stated publication to its storage",
        buckets=buckets, sum_value=total.get(f"{health.FRESH}sum", 0),
    )  # fmt: skip
