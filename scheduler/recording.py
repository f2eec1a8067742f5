"""What a poll saw becomes a source's day and its standing, in the transaction of the poll's record.

A drift or a silence that begins is an event; alerts tell of it.
"""

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlmodel import Session

from alerts.standings import reason_in_words
from crawler.dates import VIETNAM
from crawler.reports import COUNTS, SourceReport
from crawler.signs import SIGNS
from crawler.sources import Source, expand
from scheduler import health, silence
from scheduler.health import Past, Reason, Standing, State
from storage import events, polling
from storage import health as kept
from storage.tables import SourceState

log = logging.getLogger(__name__)

# First sights of an article, whatever it was judged to be.
ARTICLES = ("new", "off_topic", "exact_duplicates", "near_duplicates", "seed_duplicates")
TELLING = ("drifting", "silent")
# An outlet that has failed for so long brings no news either, whatever its rhythm.
FAILING_LONG = timedelta(hours=6)
# Where so many fail at once, and they are most, it is not the outlets.
MANY = 3
# A source counts as looked at while its last success is no older than two pauses and this.
GRACE = timedelta(hours=1)


@dataclass(slots=True)
class Ledger:
    """A source's days until now; they are read only when something is out of the ordinary."""

    session: Session
    source: str
    today: date

    def days(self, until: date | None = None) -> Mapping[date, Mapping[str, int]]:
        """Give four weeks of days, to today or another day, the latest first."""
        return kept.days(self.session, self.source, (until or self.today) - kept.HISTORY)

    def pasts(self) -> dict[str, Past]:
        """Give how the pages read until now bore each sign."""
        days = self.days()
        total = kept.summed(days)

        def run(sign: str) -> int:
            runs = (counts.get(f"{kept.RUN}{sign}") for counts in days.values())
            return next((length for length in runs if length), 0)

        return {sign: Past(total[f"{sign}/of"], total[f"{sign}/bad"], run(sign)) for sign in SIGNS}


def record_health(
    session: Session, source: Source, report: SourceReport, error: str | None, now: datetime
) -> None:
    """Add a poll to its source's day and say how the source stands after it.

    ``error`` is given if the poll failed wholly. What the poll changed of the schedule is already
    written.
    """
    state = session.get_one(SourceState, source.id)
    ledger = Ledger(session, source.id, now.astimezone(VIETNAM).date())
    before = standing(state)
    pasts = ledger.pasts() if _is_telling(before, report) else {}
    after = _after(before, report, pasts, (error, state.failures), now)
    if after.state in ("ok", "drifting"):
        after = _silenced(after, state, ledger, now)
    if after.state == "ok":
        after = Standing("ok", after.since, _partly(source, report, ledger))
    runs = {f"{kept.RUN}{sign}": tally.run_after(pasts.get(sign, Past()).run)
            for sign, tally in report.signs.items() if tally.of}  # fmt: skip
    unread = {f"{kept.UNREAD}{url}": 1 for url in _own(source, ledger.today) & set(report.unread)}
    answered = {f"{kept.UNREAD}{url}" for url in report.answered}
    kept.add(session, source.id, ledger.today, _sums(report, error),
             marks=runs | unread, gone=answered)  # fmt: skip
    _settle(session, state, before, after, now)


def record_looks(session: Session, source: Source, report: SourceReport, now: datetime) -> None:
    """Add what came of looks alone to a source's day; of its pace and pages it tells nothing."""
    sums = Counter({name: report.counts[name] for name in COUNTS})
    sums.update(_failures(report))
    kept.add(session, source.id, now.astimezone(VIETNAM).date(), sums, marks={}, gone=())


def standing(state: SourceState) -> Standing:
    """Give how a source stands as it is stored."""
    return Standing(cast("State", state.state), state.state_since, kept.reason(state))


def _is_telling(before: Standing, report: SourceReport) -> bool:
    """Whether the past matters: a page was bad, or the source is in trouble and a page was read."""
    read = any(tally.of for tally in report.signs.values())
    return read and (before.state != "ok" or any(tally.bad for tally in report.signs.values()))


def _after(
    before: Standing,
    report: SourceReport,
    pasts: Mapping[str, Past],
    failure: tuple[str | None, int],
    now: datetime,
) -> Standing:
    error, polls = failure
    if error is not None:
        return health.after_failure(before, now, {"why": "polls", "polls": polls, "error": error})
    if before.state == "silent" and not _articles(report):
        return before
    without_pages = before.state == "failing" and before.reason.get("why") == "unfetched"
    if without_pages and not health.mended("unfetched", report.signs, pasts):
        return before
    return health.after_reading(health.uncovered(before), now, report.signs, pasts)


def _articles(report: SourceReport) -> int:
    return sum(report.counts[name] for name in ARTICLES)


def _silenced(after: Standing, state: SourceState, ledger: Ledger, now: datetime) -> Standing:
    """The standing, or a silence if the source has been without news for too long."""
    last_new, last_success = state.last_new_at, state.last_success_at
    if last_new is None or last_success is None or now - last_new < silence.SHORTEST:
        return after
    if now - last_success > 2 * timedelta(seconds=state.interval_seconds) + GRACE:
        return after  # nobody looked: it may have news
    last_day = min(last_new.astimezone(VIETNAM).date(), ledger.today - timedelta(days=1))
    articles = {
        day: counts.get("articles", 0)
        for day, counts in ledger.days(last_day).items()
        if day <= last_day and counts.get("polls", 0) > counts.get("polls_failed", 0)
    }
    rates = silence.usual(articles, state.rhythm)
    if rates is None or not silence.is_silent(rates, last_new, now):
        return after
    missing = round(silence.expected(rates, last_new, now))
    reason = {"why": "silent", "last": last_new.isoformat(), "missing": missing}
    return health.after_silence(after, now, reason)


def _own(source: Source, day: date) -> set[str]:
    """The addresses that the source's file names."""
    return {expand(url, day) for url in (*source.feeds, *source.sitemaps, *source.listings)}


def _partly(source: Source, report: SourceReport, ledger: Ledger) -> Reason:
    """Name an endpoint that has failed for days while others answer."""
    failing = _own(source, ledger.today) & set(report.unread)
    if not failing:
        return {}
    counted = ledger.days()
    earlier = [ledger.today - timedelta(days=back) for back in range(1, kept.HISTORY.days)]
    for url in sorted(failing):
        key = f"{kept.UNREAD}{url}"
        days = 1 + next((i for i, day in enumerate(earlier) if key not in counted.get(day, {})), 0)
        if days >= health.PARTLY_DAYS:
            return {"why": "partly", "url": url, "days": days, "error": report.unread[url]}
    return {}


def _sums(report: SourceReport, error: str | None) -> Counter[str]:
    sums = Counter({name: report.counts[name] for name in COUNTS})
    sums.update(polls=1, polls_failed=error is not None, articles=_articles(report))
    sums.update(endpoints=report.endpoints, endpoints_failed=report.endpoints_failed)
    sums.update({f"text/{stage}": count for stage, count in report.stages.items()})
    sums.update(_failures(report))
    sums.update(kept.ages(report.ages))
    for sign, tally in report.signs.items():
        sums.update({f"{sign}/of": tally.of, f"{sign}/bad": tally.bad})
    return sums


def _failures(report: SourceReport) -> dict[str, int]:
    return {f"{kept.FAILURE}{trouble.severity}/{trouble.kind}": count
            for trouble, count in report.failures.items()}  # fmt: skip


def _settle(
    session: Session, state: SourceState, before: Standing, after: Standing, now: datetime
) -> None:
    since = now if after.since is None and after.state != before.state else after.since
    if after != before or since != before.since:
        kept.settle(session, state, (after.state, since), after.reason)
    if after.state in TELLING and health.has_begun(before, after):
        _tell(session, state.id, after, since or now, now)
    elif over := health.ended(before, after):
        reason = {"why": "recovered", "was": over.state, "last": (over.since or now).isoformat()}
        data = {"source": state.id, "reason": reason, "since": now.isoformat()}
        events.publish(session, "source.recovered", now, data=data)
        log.warning("%s is well again", state.id)


def _tell(
    session: Session, source: str, standing: Standing, since: datetime, now: datetime
) -> None:
    # Pages without any text are as good as silence.
    silent = standing.state != "drifting" or standing.reason.get("why") == "empty"
    data = {"source": source, "reason": _why(standing), "since": since.isoformat()}
    events.publish(session, "source.silent" if silent else "source.drift", now, data=data)
    why = reason_in_words(standing.reason, VIETNAM, "en")
    log.warning("%s is %s: %s", source, standing.state, why)


def _why(standing: Standing) -> Reason:
    """A standing's own reason, without what lies beneath."""
    return {
        name: fact for name, fact in standing.reason.items() if name not in ("beneath", health.TOLD)
    }


def look_for_silence(session: Session, sources: Collection[str], now: datetime) -> list[str]:
    """Find the sources that have fallen silent since their last poll; gives their ids."""
    found = []
    today = now.astimezone(VIETNAM).date()
    watched = [state for state in polling.states(session).values() if state.id in sources]
    failing = [state for state in watched if state.state == "failing"]
    for state in watched:
        before = standing(state)
        if before.state in ("ok", "drifting"):
            after = _silenced(before, state, Ledger(session, state.id, today), now)
            _settle(session, state, before, after, now)
            if after.state == "silent":
                found.append(state.id)
    if len(failing) < MANY or 2 * len(failing) <= len(watched):
        found += [state.id for state in failing if _fails_long(session, state, now)]
    return found


def _fails_long(session: Session, state: SourceState, now: datetime) -> bool:
    """Tell operators, once, of an outlet that has failed for long."""
    before, since = standing(state), state.state_since or now
    if health.TOLD in before.reason or now - since < FAILING_LONG:
        return False
    kept.settle(session, state, (state.state, since), {**before.reason, health.TOLD: True})
    _tell(session, state.id, before, since, now)
    return True
