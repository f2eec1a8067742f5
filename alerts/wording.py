"""Schedules, filters and times in words, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from alerts.schedules import WEEKDAYS, Schedule
from messages.catalogue import N_, translations
from storage.errors import QueryError
from storage.filters import Filter
from storage.queries import FIELDS

_FAULTS = {
    "too long": N_("a query has at most {detail} characters"),
    "too many words": N_("a query has at most {detail} words"),
    "too deep": N_("more than {detail} parentheses inside each other"),
    "no character": N_("this character cannot be searched for"),
    "not closed": N_("{detail} is opened here and never closed"),
    "unfinished": N_("something is missing at the end"),
    "out of place": N_("{detail} cannot stand here"),
    "no word in it": N_("{detail} has no letter and no digit to search for"),
    "no such field": N_("there is no field {detail}; fields are {fields}"),
    "no such topic": N_("there is no topic {detail}"),
    "no date": N_("{detail} is not a date such as 2026-11-22"),
}


def schedule_in_words(schedule: Schedule, language: str) -> str:
    """Say when a subscription is told, as in 'every Monday at 07:00'."""
    say = translations(language)
    if schedule.kind == "instant":
        return say.gettext("as soon as something is new")
    if schedule.kind == "hourly":
        return say.gettext("every hour")
    if schedule.kind == "daily":
        return say.gettext("every day at {time}").format(time=schedule.time)
    if schedule.kind == "weekly":
        day = _weekdays(language)[WEEKDAYS.index(schedule.weekday)]
        return say.gettext("every {weekday} at {time}").format(weekday=day, time=schedule.time)
    return say.gettext("by the cron schedule {cron}").format(cron=schedule.cron)


def filter_in_words(wanted: Filter, names: Mapping[str, str], language: str) -> str:
    """Say what a subscription asks for; ``names`` gives topics, entities and sources by id."""
    say = translations(language)
    if wanted.about:
        outlets = ", ".join(names.get(each, each) for each in (*wanted.sources, *wanted.kinds))
        everything = say.gettext("how the outlets fare: silent, misread, well again")
        return f"{everything} ({outlets})" if outlets else everything
    parts = [
        f"{label}: {', '.join(names.get(each, each) for each in chosen)}"
        for label, chosen in (
            (say.gettext("topics"), wanted.topics),
            (say.gettext("names"), wanted.entities),
            (say.gettext("outlets"), wanted.sources),
        )
        if chosen
    ]
    if wanted.min_relevance:
        parts.append(
            say.gettext("relevance from {score}").format(score=f"{wanted.min_relevance:g}")
        )
    if wanted.query:
        parts.append(say.gettext("words: {query}").format(query=wanted.query))
    return "; ".join(parts) or say.gettext("everything on the city's digital transformation")


def fault_in_words(error: QueryError, language: str) -> str:
    """Say what is wrong with a query, and at which character."""
    say = translations(language)
    fault = say.gettext(_FAULTS[error.reason]).format(
        detail=error.detail[:60], fields=", ".join(FIELDS)
    )
    return say.gettext("character {position}: {fault}").format(position=error.position, fault=fault)


def moment_in_words(moment: datetime, zone: tzinfo, language: str) -> str:
    """Say a time where the reader is, as in '09:15, Friday 2025-11-28'."""
    local = moment.astimezone(zone)
    day = _weekdays(language)[local.weekday()]
    return f"{local:%H:%M}, {day} {date_in_words(moment, zone, language)}"


def date_in_words(moment: datetime, zone: tzinfo, language: str) -> str:
    """Write the date where the reader is, its parts in the language's order."""
    local = moment.astimezone(zone)
    pattern = translations(language).gettext("{year}-{month}-{day}")
    return pattern.format(year=f"{local:%Y}", month=f"{local:%m}", day=f"{local:%d}")


def _weekdays(language: str) -> tuple[str, ...]:
    say = translations(language)
    return (
        say.gettext("Monday"),
        say.gettext("Tuesday"),
        say.gettext("Wednesday"),
        say.gettext("Thursday"),
        say.gettext("Friday"),
        say.gettext("Saturday"),
        say.gettext("Sunday"),
    )
