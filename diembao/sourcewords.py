"""How a source fares, for ``sources list`` and ``sources show``: in words, and as JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from alerts.standings import reason_in_words, state_in_words
from crawler.dates import VIETNAM
from diembao.settings import Settings
from messages.catalogue import _
from scheduler import silence
from storage import candidates, health
from storage.tables import Endpoint, SourceState

WEEK = timedelta(days=7)
# An index may lead to hundreds of sitemaps; those asked latest are shown.
MOST_ENDPOINTS = 20
Days = Mapping[date, Mapping[str, int]]


def local(settings: Settings, moment: datetime | None) -> str | None:
    """Write a moment in the user's zone."""
    return moment.astimezone(settings.zone).isoformat(timespec="seconds") if moment else None


def standing(settings: Settings, state: SourceState) -> dict[str, Any]:
    """Give a source's state, since when and why, the reason in the user's language."""
    why = reason_in_words(health.reason(state), settings.zone, settings.language)
    return {
        "state": state.state,
        "state_since": local(settings, state.state_since),
        "state_reason": why or None,
        "trouble": state.trouble,
    }


def in_words(settings: Settings, state: SourceState) -> str:
    """Say in one line how a source stands."""
    word = state_in_words(state.state, settings.language)
    why = reason_in_words(health.reason(state), settings.zone, settings.language)
    if state.state != "ok" and state.state_since:
        since = f"{state.state_since.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        word = _("{state} since {when}").format(state=word, when=since)
    return f"{word}: {why}" if why else word


def account(
    session: Session, settings: Settings, state: SourceState, now: datetime
) -> dict[str, Any]:
    """Give what the polls of a source came to in the last four weeks, and its rhythm."""
    source = state.id
    today = now.astimezone(VIETNAM).date()
    days = health.days(session, source, today - health.HISTORY + timedelta(days=1))
    asked = sorted(
        candidates.endpoints(session, source),
        key=lambda one: (one.last_asked_at or now, one.url),
        reverse=True,
    )
    return {
        "rhythm": _rhythm(days, today, state),
        "last_28_days": _sums(health.summed(days)),
        "endpoints": [_endpoint(settings, one) for one in asked[:MOST_ENDPOINTS]],
    }


def _rhythm(days: Days, today: date, state: SourceState) -> dict[str, Any]:
    """Articles a day: as expected today, and as seen in the last 7 and 28 days."""
    before = {day: counts.get("articles", 0) for day, counts in days.items() if day < today}
    rates = silence.usual(before, state.rhythm)
    return {
        "expected_a_day": round(rates.on(today), 1) if rates else None,
        "seen_a_day_7": _a_day([n for day, n in before.items() if today - day <= WEEK]),
        "seen_a_day_28": _a_day(list(before.values())),
    }


def _a_day(counts: Sequence[int]) -> float | None:
    return round(sum(counts) / len(counts), 1) if counts else None


def _sums(total: Counter[str]) -> dict[str, Any]:
    errors: dict[str, dict[str, int]] = {}
    for name, count in sorted(total.items()):
        kind, _slash, rest = name.partition("/")
        if kind == "failure":
            severity, _slash, what = rest.partition("/")
            errors.setdefault(severity, {})[what] = count
    stages = {
        name.removeprefix("text/"): n for name, n in total.items() if name.startswith("text/")
    }
    return {
        "polls": total["polls"],
        "polls_failed": total["polls_failed"],
        "requests": total["requests"],
        "bytes": total["bytes"],
        "not_modified_share": _share(total["not_modified"], total["endpoints"]),
        "candidates": total["discovered"],
        "fetched": total["fetched"],
        "articles": total["articles"],
        "texts_by_stage": dict(sorted(stages.items(), key=lambda stage: -stage[1])),
        "empty_texts": total["no_article"],
        "refereed": total["disagreed/of"],
        "disagreement_share": _share(total["disagreed/bad"], total["disagreed/of"]),
        "errors": errors,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _endpoint(settings: Settings, endpoint: Endpoint) -> dict[str, Any]:
    return {
        "url": endpoint.url,
        "kind": endpoint.kind,
        "last_asked_at": local(settings, endpoint.last_asked_at),
        "last_status": endpoint.last_status,
        "last_error": endpoint.last_error,
    }


def table_rows(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Lay a source out for reading: one line a field, nested ones with their whole path."""
    rows: list[dict[str, Any]] = []
    for key, value in row.items():
        if isinstance(value, dict):
            rows += [{**r, "key": f"{key}.{r['key']}"} for r in table_rows(value)] or [
                {"key": key, "value": None}
            ]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            rows += [
                {"key": key, "value": " ".join(str(part) for part in item.values() if part)}
                for item in value
            ]
        else:
            rows.append({"key": key, "value": value})
    return rows
