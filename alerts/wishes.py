"""What somebody wants of a subscription, as it came from outside, checked before it is believed."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from zoneinfo import available_timezones

from alerts import schedules
from alerts.errors import ScheduleError
from alerts.lines import one_line
from alerts.wording import fault_in_words
from messages.catalogue import LANGUAGES, translations
from storage.errors import QueryError
from storage.filters import Filter
from storage.queries import parse

KINDS = ("press", "official", "english")
MOST = {"topics": 50, "sources": 200, "kinds": len(KINDS), "entities": 20}
"""How many of each a subscription may name."""
LONGEST_NAME = 120
"""Longest name of an entity, in characters."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """When, in which language and about what somebody wants to be told."""

    schedule: str
    timezone: str
    language: str
    filter: Filter

    def faults(self, known: Mapping[str, Container[str]], language: str) -> dict[str, str]:
        """Say in words what cannot be, by field; nothing where all is well.

        ``known`` holds the ``topics`` and ``sources`` that there are; ``language`` is the one to
        say it in.
        """
        say = translations(language)
        found: dict[str, str] = {}
        try:
            schedules.parse(self.schedule)
        except ScheduleError:
            found["schedule"] = say.gettext("It should be one of these: {allowed}.").format(
                allowed=schedules.ALLOWED
            )
        if self.timezone not in available_timezones():
            found["timezone"] = say.gettext("There is no such time zone.")
        if self.language not in LANGUAGES:
            found["language"] = say.gettext("It should be vi or en.")
        return found | faults_of(self.filter, known, language)


def faults_of(wanted: Filter, known: Mapping[str, Container[str]], language: str) -> dict[str, str]:
    """Say in words what cannot be in a filter, by field, as `Wishes.faults` does."""
    return _faults_of_lists(wanted, known, language) | _faults_of_words(wanted, language)


def _faults_of_lists(
    wanted: Filter, known: Mapping[str, Container[str]], language: str
) -> dict[str, str]:
    say = translations(language)
    found = {}
    for field, there in ({"kinds": KINDS} | dict(known)).items():
        strange = [name for name in getattr(wanted, field) if name not in there]
        if strange:
            name = one_line(strange[0], 40)
            found[field] = say.gettext("There is no “{name}” to choose.").format(name=name)
    if any(len(name) > LONGEST_NAME for name in wanted.entities):
        found["entities"] = say.gettext("A name has at most {most} characters.").format(
            most=LONGEST_NAME
        )
    for field, most in MOST.items():
        if len(getattr(wanted, field)) > most:
            found[field] = say.gettext("At most {most} can be chosen.").format(most=most)
    return found


def _faults_of_words(wanted: Filter, language: str) -> dict[str, str]:
    say = translations(language)
    found = {}
    if wanted.min_relevance is not None and not 0 <= wanted.min_relevance <= 1:
        found["min_relevance"] = say.gettext("It should be a number from 0 to 1.")
    try:
        parse(wanted.query)
    except QueryError as error:
        found["query"] = fault_in_words(error, language)
    return found
