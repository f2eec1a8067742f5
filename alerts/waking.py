"""Which instant subscriptions news concerns: those become due, all others only move on.

Nothing is rendered here: what becomes due is made like any other digest (`alerts.matching`). The
pause until then lets the copies and further pieces of a story come into one mail.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts import standings
from storage import events, outbox, polling, subscriptions
from storage.errors import QueryError
from storage.filters import Filter, from_text
from storage.fitting import Facts, facts_of, fits
from storage.subscriptions import Group
from storage.tables import Event
from storage.telling import ANNOUNCED

# Who is further behind is not judged here but told of all that there is.
MOST_EVENTS = 500
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon and how often 'instant' tells people; programs are called at once, every time.

    ``wait`` folds what belongs together into one mail. Once ``most_an_hour`` mails went to a
    subscription within an hour, what comes waits and becomes one.
    """

    wait: timedelta = timedelta(seconds=10)
    most_an_hour: int = 12


@dataclass(frozen=True, slots=True)
class _News:
    """Events with what is needed to judge them, and the verdicts so far by filter and kind."""

    events: Sequence[Event]
    facts: Mapping[int, Facts]
    kinds: Mapping[str, str]
    verdicts: dict[tuple[str, bool], list[Event]] = field(default_factory=dict)

    def first_for(self, group: Group) -> Event | None:
        """Give the first event past a group's position that concerns it."""
        calls = group.kind == "webhook"
        key = (group.filters, calls)
        concerning = self.verdicts.get(key)
        if concerning is None:
            wanted = from_text(group.filters)
            concerning = [each for each in self.events if self._concerns(each, wanted, calls)]
            self.verdicts[key] = concerning
        for event in concerning:
            if (event.id or 0) > group.position:
                return event
        return None

    def _concerns(self, event: Event, wanted: Filter, calls: bool) -> bool:
        if event.type in ANNOUNCED:
            facts = self.facts.get(event.article_id or 0)
            return facts is not None and _fits(wanted, facts)
        if event.type not in standings.TOLD or not (calls or wanted.about):
            return False
        return standings.concerns(event, wanted, self.kinds)


def _fits(wanted: Filter, facts: Facts) -> bool:
    try:
        return fits(wanted, facts)
    except QueryError:
        # A query that is no longer understood is found, and named, where its digest is made.
        return True


def wake(session: Session, now: datetime, pace: Pace) -> None:
    """Judge what instant subscriptions have not been told of, in the caller's transaction."""
    last = events.last_id(session)
    groups = subscriptions.groups_behind(session, last)
    if not groups:
        return
    concerned = _concerned(session, groups, last, now)
    if concerned:
        calls: dict[str, datetime] = {}
        mails: dict[str, datetime] = {}
        for key, group in subscriptions.members(session, concerned, last):
            (calls if group.kind == "webhook" else mails)[key] = concerned[group]
        mails = {key: first + pace.wait for key, first in mails.items()}
        subscriptions.set_due(session, calls | _limited(session, mails, now, pace.most_an_hour))
    subscriptions.move_on(session, last)


def _concerned(
    session: Session, groups: Sequence[Group], last: int, now: datetime
) -> dict[Group, datetime]:
    """Give whom news concerns, and since when readers wait for it."""
    floor = max(last - MOST_EVENTS, 0)
    concerned = {group: now for group in groups if group.position < floor}
    news = _news(session, max(floor, min(group.position for group in groups)))
    for group in groups:
        if group not in concerned and (event := news.first_for(group)):
            concerned[group] = now if group.kind == "webhook" else min(event.created_at, now)
    return concerned


def _news(session: Session, position: int) -> _News:
    batch = events.after(session, position, MOST_EVENTS)
    articles = {each.article_id for each in batch if each.type in ANNOUNCED and each.article_id}
    kinds = {}
    if any(each.type in standings.TOLD for each in batch):
        kinds = {source: state.kind for source, state in polling.states(session).items()}
    return _News(batch, {each.article_id: each for each in facts_of(session, articles)}, kinds)


def _limited(
    session: Session, due: Mapping[str, datetime], now: datetime, most: int
) -> dict[str, datetime]:
    """Put off those who were told often within the hour until they may be told again."""
    lately = outbox.made_since(session, due, now - HOUR)
    return {key: _room(lately.get(key, ()), moment, most) for key, moment in due.items()}


def _room(told: Collection[datetime], moment: datetime, most: int) -> datetime:
    before = sorted(told)[-most:]
    return max(moment, before[0] + HOUR) if len(before) == most else moment
