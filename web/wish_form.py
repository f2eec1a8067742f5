"""The form of wishes, to sign up and to change them: its values as text, kept if one is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from fastapi import Request
from starlette.datastructures import FormData

from alerts import schedules
from alerts.lines import one_line
from alerts.wishes import MOST, Wishes
from analysis.topics import topics
from messages.catalogue import translations
from storage.errors import QueryError
from storage.filters import Filter, from_json
from storage.queries import parse
from storage.tables import SourceState, Subscription

MAX_FIELDS = 1 + sum(MOST.values()) + 20
LONGEST = 2_000
"""Longest value that is kept to be shown again, in characters."""
_SHOWN_AROUND = 30
_REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
            "Indian", "Pacific")  # fmt: skip


@dataclass(frozen=True, slots=True)
class WishForm:
    """What stands in the form."""

    timezone: str
    language: str
    address: str = ""
    when: str = "daily"
    time: str = "07:00"
    weekday: str = "mon"
    kept: str = ""
    """A schedule that the form cannot say otherwise: it can only be kept."""
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    query: str = ""
    min_relevance: str = ""

    @property
    def more(self) -> bool:
        """Whether anything is chosen among the further choices."""
        return bool(self.sources or self.kinds or self.entities or self.query or self.min_relevance)

    @property
    def schedule(self) -> str:
        """The schedule as `alerts.schedules` writes it."""
        match self.when:
            case "daily":
                return f"daily@{self.time}"
            case "weekly":
                return f"weekly@{self.weekday}@{self.time}"
            case "kept":
                return self.kept
        return self.when if self.when in ("hourly", "instant") else ""

    def wishes(self) -> Wishes:
        """Give what is wished for; it may have faults."""
        return Wishes(
            schedule=self.schedule,
            timezone=self.timezone,
            language=self.language,
            filter=Filter(
                topics=self.topics,
                entities=self.entities,
                sources=self.sources,
                kinds=self.kinds,
                min_relevance=_number(self.min_relevance),
                query=self.query,
            ),
        )


async def form_of(request: Request) -> FormData:
    """Read what a page's form sent, within bounds; files are refused."""
    return await request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=16 * 1024)


def read(sent: FormData, kept: str = "") -> WishForm:
    """Give the form that was sent, its texts cleaned; ``kept`` is the schedule it may keep."""

    def one(name: str) -> str:
        value = sent.get(name)
        return one_line(value, LONGEST) if isinstance(value, str) else ""

    def many(name: str) -> tuple[str, ...]:
        values = [value for value in sent.getlist(name) if isinstance(value, str)]
        return tuple(dict.fromkeys(one_line(value, 200) for value in values if value.strip()))

    return WishForm(
        address=one("address"),
        when=one("when"),
        time=one("time"),
        weekday=one("weekday"),
        kept=kept,
        timezone=one("timezone"),
        language=one("language"),
        topics=many("topic"),
        sources=many("source"),
        kinds=many("kind"),
        entities=many("entity"),
        query=one("query"),
        min_relevance=one("min_relevance"),
    )


def filled(subscription: Subscription) -> WishForm:
    """Give the form as a subscription is."""
    schedule = schedules.parse(subscription.schedule)
    wanted = from_json(subscription.filters)
    cron = schedule.kind == "cron"
    return WishForm(
        timezone=subscription.timezone,
        language=subscription.language,
        when="kept" if cron else schedule.kind,
        time=schedule.time or "07:00",
        weekday=schedule.weekday or "mon",
        kept=subscription.schedule if cron else "",
        topics=wanted.topics,
        sources=wanted.sources,
        kinds=wanted.kinds,
        entities=wanted.entities,
        query=wanted.query,
        min_relevance="" if wanted.min_relevance is None else f"{wanted.min_relevance:g}",
    )


def _number(text: str) -> float | None:
    """Read a number written with a point or a comma; what is none is out of every range."""
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: ids or values, with their names in the reader's language."""

    topics: Mapping[str, str]
    sources: Mapping[str, str]
    kinds: Mapping[str, str]
    weekdays: Mapping[str, str]
    zones: Mapping[str, tuple[str, ...]]


def choices(form: WishForm, known: Mapping[str, SourceState], language: str) -> Choices:
    """Give what can be chosen; what a subscription has already stays to be seen and taken out."""
    say = translations(language)
    names = {slug: topic.name(language) for slug, topic in topics().items()}
    outlets = sorted(known.values(), key=lambda source: source.name.casefold())
    kept = {name: name for name in form.sources if name not in known}
    return Choices(
        topics=names,
        sources={source.id: source.name for source in outlets} | kept,
        kinds={
            "press": say.gettext("newspapers"),
            "official": say.gettext("government portals"),
            "english": say.gettext("English-language outlets"),
        },
        weekdays={
            "mon": say.gettext("Monday"),
            "tue": say.gettext("Tuesday"),
            "wed": say.gettext("Wednesday"),
            "thu": say.gettext("Thursday"),
            "fri": say.gettext("Friday"),
            "sat": say.gettext("Saturday"),
            "sun": say.gettext("Sunday"),
        },
        zones=_zones(),
    )


@cache
def _zones() -> Mapping[str, tuple[str, ...]]:
    """Give the names of time zones by region; abbreviations and historical names are left out."""
    names = sorted(available_timezones())
    return {
        region: tuple(name for name in names if name.startswith(f"{region}/"))
        for region in _REGIONS
    } | {"UTC": ("UTC",)}


def fault_place(query: str) -> tuple[str, str, str] | None:
    """Give what stands before, at and after the fault of a query, shortened; None for no fault."""
    try:
        parse(query)
    except QueryError as error:
        at = error.position - 1
        before, after = query[:at], query[at + 1 :]
        if len(before) > _SHOWN_AROUND:
            before = "…" + before[-_SHOWN_AROUND:]
        if len(after) > _SHOWN_AROUND:
            after = after[:_SHOWN_AROUND] + "…"
        return before, query[at : at + 1] or " ", after
    return None
