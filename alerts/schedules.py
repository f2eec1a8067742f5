"""When a subscription is told: ``daily@07:00`` and its kin, and the next time due across DST."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from alerts.errors import ScheduleError
from messages.catalogue import N_
from storage.tables import Subscription

Kind = Literal["instant", "hourly", "daily", "weekly", "cron"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALLOWED = "instant, hourly, daily@07:00, weekly@mon@07:00, cron:0 7 * * 1-5"

_CRONTAB_DAYS = ("sun", *WEEKDAYS)  # crontab counts from Sunday and lets 7 be Sunday again
_TIME = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
_DAILY = re.compile(rf"daily@{_TIME}", re.ASCII)
_WEEKLY = re.compile(rf"weekly@(?P<weekday>{'|'.join(WEEKDAYS)})@{_TIME}", re.ASCII)
_FIELD = re.compile(r"[0-9a-z*,/-]+")
_DAY_PART = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d{1,2}))?", re.ASCII)
_HORIZON = timedelta(days=3000)  # 29 February can be eight years away
_PROBE = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule understood: ``cron`` holds five crontab fields, and is empty for instant.

    ``time`` is ``HH:MM`` and ``weekday`` one of WEEKDAYS, for the kinds that have them.
    """

    kind: Kind
    cron: str = ""
    time: str = ""
    weekday: str = ""

    def __str__(self) -> str:
        if self.kind == "cron":
            return f"cron:{self.cron}"
        return "@".join(part for part in (self.kind, self.weekday, self.time) if part)


def parse(text: str) -> Schedule:
    """Understand a schedule as users write it; raises ScheduleError, which says what is allowed."""
    wanted = " ".join(text[:101].lower().split())
    if wanted == "instant":
        return Schedule("instant")
    if wanted == "hourly":
        return Schedule("hourly", "0 * * * *")
    if match := _DAILY.fullmatch(wanted):
        hour, minute = int(match["hour"]), int(match["minute"])
        return Schedule("daily", f"{minute} {hour} * * *", f"{hour:02}:{minute:02}")
    if match := _WEEKLY.fullmatch(wanted):
        hour, minute, day = int(match["hour"]), int(match["minute"]), match["weekday"]
        return Schedule("weekly", f"{minute} {hour} * * {day}", f"{hour:02}:{minute:02}", day)
    if wanted.startswith("cron:") and len(text) <= 100:
        return _cron(wanted.removeprefix("cron:").strip())
    raise ScheduleError(
        N_("schedule {schedule!r} is not one of: {allowed}"), schedule=text[:100], allowed=ALLOWED
    )


def _cron(expression: str) -> Schedule:
    schedule = Schedule("cron", expression)
    fields = expression.split()
    if len(fields) != 5 or not all(_FIELD.fullmatch(field) for field in fields):
        raise ScheduleError(
            N_("schedule {schedule!r}: cron: takes five fields, as in {allowed}"),
            schedule=str(schedule),
            allowed=ALLOWED,
        )
    try:
        due = next_due(schedule, _PROBE, ZoneInfo("UTC"))
    except ValueError as error:
        raise ScheduleError(
            N_("schedule {schedule!r}: {error}"), schedule=str(schedule), error=error
        ) from error
    if due is None:
        raise ScheduleError(N_("schedule {schedule!r} never comes"), schedule=str(schedule))
    return schedule


@lru_cache(maxsize=256)  # digests made in one transaction ask from one moment
def next_due(schedule: Schedule, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Give the first due time later than ``after``, in UTC; None for instant.

    A time the clocks skip in spring comes an hour later, one they repeat in autumn comes once.
    """
    if not schedule.cron:
        return None
    triggers = _triggers(schedule.cron, after, zone)
    times = [due for trigger in triggers if (due := _next(trigger, after, schedule.cron))]
    return min(times).astimezone(UTC) if times else None


def plan(subscription: Subscription, now: datetime) -> None:
    """Set when a subscription is due next: after a digest, a change of schedule or zone, a pause.

    What is new since its position is told then, whatever was planned before.
    """
    zone = ZoneInfo(subscription.timezone)
    subscription.due_at = next_due(parse(subscription.schedule), now, zone)


def _triggers(cron: str, after: datetime, zone: ZoneInfo) -> list[CronTrigger]:
    """Make the triggers of five fields; days of month and week, both given, mean either."""
    minute, hour, day, month, weekday = cron.split()
    days = [(day, _weekdays(weekday))]
    if not day.startswith("*") and not weekday.startswith("*"):
        days = [(day, "*"), ("*", _weekdays(weekday))]
    return [
        CronTrigger(
            minute=minute,
            hour=hour,
            day=month_day,
            month=month,
            day_of_week=week_day,
            timezone=zone,
            end_date=after + _HORIZON,
        )
        for month_day, week_day in days
    ]


def _next(trigger: CronTrigger, after: datetime, cron: str) -> datetime | None:
    instant = timedelta(microseconds=1)
    due: datetime | None = trigger.get_next_fire_time(None, after + instant)
    hourly = cron.split()[1].startswith("*")
    # The second half of the repeated hour belongs to schedules that run through the hours only.
    while due is not None and due.fold and not hourly:
        due = trigger.get_next_fire_time(None, due.astimezone(UTC) + instant)
    return due


def _weekdays(field: str) -> str:
    """Name the days of a crontab field, whose numbers count from Sunday; raises ValueError."""
    if field == "*":
        return field
    days = {_CRONTAB_DAYS[number] for part in field.split(",") for number in _day_numbers(part)}
    return ",".join(day for day in WEEKDAYS if day in days)


def _day_numbers(part: str) -> range:
    match = _DAY_PART.fullmatch(part)
    if match is None:
        raise ValueError(f"{part!r} is no day of the week")
    step = int(match["step"] or 1)
    first = 0 if match["first"] is None else _day_number(match["first"])
    last = _day_number(match["last"]) if match["last"] else first
    if match["first"] is None or (match["step"] and not match["last"]):
        last = 6
    elif match["last"] == "sun":
        last = 7
    if last < first or step == 0:
        raise ValueError(f"{part!r} is no range of days of the week")
    return range(first, last + 1, step)


def _day_number(text: str) -> int:
    if text in WEEKDAYS:
        return _CRONTAB_DAYS.index(text)
    if text.isdigit() and len(text) == 1 and int(text) <= 7:
        return int(text)
    raise ValueError(f"{text!r} is no day of the week")
