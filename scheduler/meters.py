"""What this process counts of its own work; docs/metrics.md says what each means."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    Summary,
    disable_created_metrics,
)

METERS = CollectorRegistry()
"""All of them, for whoever serves them."""

# Each counter would come with a second series that nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's own gap
ProcessCollector(namespace="diembao", registry=METERS)

# Seconds. Pages are read in milliseconds, polls take as long as outlets let them.
_PAGE = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_POLL = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)
_TRY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ARRIVAL = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400)

BUILD = Gauge("diembao_build_info", "The program's version", ["version"], registry=METERS)
TICK = Gauge("diembao_last_tick_timestamp_seconds", "The last beat of the process", registry=METERS)
JOB_RUNS = Counter(
    "diembao_job_runs", "Runs of the daemon's jobs", ["job", "outcome"], registry=METERS
)
JOB_SECONDS = Summary(
    "diembao_job_seconds", "How long the daemon's jobs took", ["job"], registry=METERS
)
WORK = Counter(
    "diembao_work", "Pieces of work that this process did", ["kind", "outcome"], registry=METERS
)
WORK_SECONDS = Summary(
    "diembao_work_seconds", "How long pieces of work took", ["kind"], registry=METERS
)
POLL_SECONDS = Histogram(
    "diembao_poll_seconds", "How long polls took", buckets=_POLL, registry=METERS
)
EXTRACTION = Histogram(
    "diembao_extraction_seconds", "Extraction of a page", buckets=_PAGE, registry=METERS
)
JUDGEMENT = Histogram(
    "diembao_judgement_seconds", "Judgement of a page's text", buckets=_PAGE, registry=METERS
)
PAGE_READ = Histogram(
    "diembao_page_read_seconds",
    "Extraction and judgement, with the wait for a reading process",
    buckets=_PAGE,
    registry=METERS,
)
PAGES_UNREAD = Counter(
    "diembao_pages_unread", "Pages without an article, or that could not be read", registry=METERS
)
ATTEMPTS = Counter(
    "diembao_delivery_attempts", "Tries at deliveries", ["transport", "outcome"], registry=METERS
)
ATTEMPT_SECONDS = Histogram(
    "diembao_delivery_attempt_seconds", "How long tries took", ["transport"],
    buckets=_TRY, registry=METERS,
)  # fmt: skip
ARRIVAL = Histogram(
    "diembao_delivery_latency_seconds", "From a delivery's making to its arrival", ["transport"],
    buckets=_ARRIVAL, registry=METERS,
)  # fmt: skip
